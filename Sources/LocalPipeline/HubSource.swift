import EventHub
import StreamProcessing
import Synchronization

/// A hub as a query's source.
struct HubSource: EventSource {
  private let hub: any Hub
  private let reader: any HubReader
  private let limit: Duration?
  private let tell: @Sendable (String) -> Void
  private let state = State()

  /// Shared by the copies of a source.
  private final class State: Sendable {
    let trouble = Mutex<String?>(nil)
  }

  var trouble: String? { state.trouble.withLock { $0 } }
  var name: String { hub.name }

  /// How long a query in the foreground waits for an unreachable broker.
  static let patience = Duration.seconds(60)

  /// - Parameters:
  ///   - patience: how long a hub may be away; nil waits without end.
  ///   - tell: hears when it is away, and when it is back.
  init(_ hub: any Hub, patience: Duration? = patience, tell: @escaping @Sendable (String) -> Void) async throws {
    self.hub = hub
    limit = patience
    self.tell = tell
    reader = try await hub.reader()
  }

  func heldOffsets() async throws -> [Range<Int64>] { try await persisting { try await hub.heldOffsets() } }

  func heldOffsetsNow() async throws -> [Range<Int64>] { try await hub.heldOffsets() }

  func prepare(_ ranges: [Range<Int64>]) async throws { try await persisting { try await reader.prepare(ranges) } }

  func waitForEvents(behind offsets: [Int64]) async throws {
    try await persisting { try await reader.waitForEvents(behind: offsets) }
  }

  func mark(partition: Int, before offset: Int64) async throws -> String? {
    do {
      return try await persisting { try await reader.mark(partition: partition, before: offset) }
    } catch HubError.noSuchOffset {
      return nil
    }
  }

  /// Tries again while the hub is away.
  private func persisting<Answer: Sendable>(_ ask: () async throws -> Answer) async throws -> Answer {
    var isAway = false
    var firstFailure: ContinuousClock.Instant?
    while true {
      do {
        // What is asked may wait for events: whether the hub is there is another question.
        if isAway {
          _ = try await hub.heldOffsets()
          isAway = false
          state.trouble.withLock { $0 = nil }
          tell("the hub \(name) is back")
        }
        return try await ask()
      } catch let error as BrokerError where error.isTransient {
        let began = firstFailure ?? .now
        firstFailure = began
        if let limit, ContinuousClock.now - began > limit { throw error }
        if !isAway {
          state.trouble.withLock { $0 = "hub is away" }
          tell("waiting for the hub \(name): \(error.description)")
        }
        isAway = true
        try await Task.sleep(for: .milliseconds(500))
      }
    }
  }

  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk {
    let batch = try await persisting { try await reader.read(partition: partition, offsets: offsets) }
    return EventChunk(
      firstOffset: batch.firstOffset, nextOffset: batch.nextOffset, offsets: batch.offsets,
      bodies: batch.events.bodies, ends: batch.events.ends,
      enqueuedTimes: (batch.enqueuedTimes.isEmpty ? [batch.enqueuedTime] : batch.enqueuedTimes).map(\.microseconds))
  }
}
