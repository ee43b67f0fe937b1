package import Rendering
import Synchronization

/// What a session tells while cells run. Secrets are masked.
package enum SessionEvent: Sendable {
  case cellBegan(Cell)
  /// What a cell gives, as it comes; a cell that runs others tells theirs.
  case output(Output)
  /// Takes the place of the live outputs before it: a view that changes.
  case live([Output])
  /// How far the running cell's work is.
  case progress(Progress)
  /// What a query in the background has to say.
  case message(String)
  case settings(Settings)
  case cellEnded(CellResult)
}

/// Hands a session's events to any number of subscribers, each in the order in which they are sent.
package final class SessionEvents: Sendable {
  /// Ends when it is cancelled.
  package struct Subscription: Sendable {
    fileprivate let id: Int
    fileprivate let events: SessionEvents

    package func cancel() { _ = events.state.withLock { $0.subscribers.removeValue(forKey: id) } }
  }

  fileprivate struct State {
    var subscribers: [Int: @Sendable (SessionEvent) -> Void] = [:]
    var lastID = 0
  }

  fileprivate let state = Mutex(State())
  private let secrets: Secrets

  init(secrets: Secrets) { self.secrets = secrets }

  /// Calls a subscriber with each event, at once and on the thread that sends it; a cell's events all come before the call that runs the cell
  /// returns.
  @discardableResult
  package func subscribe(_ subscriber: @escaping @Sendable (SessionEvent) -> Void) -> Subscription {
    let id = state.withLock { state in
      state.lastID += 1
      state.subscribers[state.lastID] = subscriber
      return state.lastID
    }
    return Subscription(id: id, events: self)
  }

  /// The events from now on, for subscribers that take their time; each event is kept until it is taken.
  package func stream() -> AsyncStream<SessionEvent> {
    AsyncStream { continuation in
      let subscription = subscribe { continuation.yield($0) }
      continuation.onTermination = { _ in subscription.cancel() }
    }
  }

  func send(_ event: SessionEvent) {
    let subscribers = state.withLock { $0.subscribers }
    guard !subscribers.isEmpty else { return }
    let masked = event.masked(by: secrets)
    for (_, subscriber) in subscribers.sorted(by: { $0.key < $1.key }) { subscriber(masked) }
  }
}

/// The person at a session, whom cells can ask.
package protocol Console: Sendable {
  /// Lets the person edit a text.
  ///
  /// - Returns: nil if it was not saved.
  func edit(_ text: String) async throws -> String?

  /// What was typed, oldest first.
  func history() async -> [String]

  /// What `settings` lists beside the settings: paths, the version.
  var surroundings: [(name: String, value: String)] { get }
}
