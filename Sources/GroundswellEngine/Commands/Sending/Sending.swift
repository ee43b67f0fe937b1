import EventHub
import Wording
import EventFiles
import Rendering

/// Sends a source's events to the session's hub, and gathers what there is to show of it.
struct Sending {
  private let hub: any Hub
  private let sender: any HubSender
  private let report: @Sendable (Progress) -> Void
  private var examples: [String] = []
  private(set) var count = 0
  private var outputs: [Output]

  /// So many events are shown, as the tutorial's notebook shows what it sends.
  private static let shown = 5
  private static let eventsPerBatch = 10_000
  /// Of an event that is shown, so many bytes.
  private static let shownBytes = 2_000

  init(to hub: any Hub, in session: Session) async throws {
    self.hub = hub
    report = { [events = session.events] in events.send(.progress($0)) }
    sender = try await hub.sender(clock: session.clock) { [report] in report(.waiting($0)) }
    outputs = sender.recovered.map { recovery in
      .text(
        "cut off \(counted(recovery.bytes, "byte")) that a crash left behind offset \(recovery.nextOffset - 1); they are kept in \(recovery.copy)"
      )
    }
  }

  /// Says what an embedded hub holds already, since it is not told apart from what is sent now.
  mutating func noteWhatIsHeld() async throws {
    guard hub.folder != nil else { return }
    let held = try await hub.heldOffsets().reduce(0) { $0 + $1.count }
    guard held > 0 else { return }
    outputs.append(
      .aside(
        "the hub \(hub.name) already holds \(counted(held, "event")); these are added: connect hub NAME for another"))
  }

  /// Sends all that a source has. After an interruption, what was read whole is sent.
  mutating func sendAll(of source: inout some BodySource) async throws {
    try Task.checkCancellation()
    while let bodies = try source.next(maximum: Self.eventsPerBatch) {
      try await send(bodies, share: source.share)
      try Task.checkCancellation()
    }
    try Task.checkCancellation()
  }

  /// Sends a batch; it is safe in the hub when this returns.
  ///
  /// - Parameter posts: of a search, the events' posts, which they get as a property (``SentPosts``); else empty.
  mutating func send(_ bodies: EventBodies, posts: [String?] = [], share: Double? = nil) async throws {
    guard bodies.count > 0 else { return }
    var batch = EventBatch(bodies: bodies.bodies, ends: bodies.ends)
    if !posts.isEmpty {
      let events = (0..<batch.count).map { batch[$0] }
      batch = EventBatch()
      for (var event, post) in zip(events, posts) {
        if let post { event.properties[SentPosts.property] = post }
        batch.append(event)
      }
    }
    try await sender.send(batch)
    for index in 0..<min(bodies.count, max(0, Self.shown - examples.count)) {
      examples.append("Sent event: " + visible(bodies.beginning(index, bytes: Self.shownBytes), lineEnd: "⏎"))
    }
    count += bodies.count
    report(Progress("events sent", done: Int64(count), share: share))
  }

  /// What there is to show at the end.
  ///
  /// - Parameter again: what sending once more would do.
  /// - Throws: the failure, with what there was to show before it.
  func end(
    _ failure: (any Error)? = nil, again: String = "sending again adds it a second time"
  ) throws -> [Output] {
    var outputs = outputs
    let examples = examples + (count > examples.count ? ["..."] : [])
    if !examples.isEmpty { outputs.append(.text(examples.joined(separator: "\n"))) }
    if failure == nil || count > 0 { outputs.append(Self.account(count, hub)) }
    guard let failure else { return outputs }
    throw CellFailure(outputs: outputs, failure: Self.message(of: failure, sent: count, again: again))
  }

  static func account(_ count: Int, _ hub: any Hub) -> Output {
    .text("sent \(counted(count, "event")) to the hub \(hub.name)")
  }

  /// What went wrong, and where something was sent before an interruption, what becomes of that.
  static func message(of failure: any Error, sent count: Int, again: String) -> String {
    failure is CancellationError && count > 0
      ? "interrupted\nwhat was sent stays in the hub: \(again)" : sentences(for: failure)
  }
}
