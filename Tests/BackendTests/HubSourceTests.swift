import CivilTime
import EventHub
import StreamProcessing
import Synchronization
import Testing

@testable import LocalPipeline

@Suite("A hub as a query's source")
struct HubSourceTests {
  @Test("is asked again while its broker is away, and says so once, and once that it is back")
  func retries() async throws {
    let told = Mutex<[String]>([])
    let hub = try AbsentHub(failures: 2)
    let source = try await HubSource(hub, patience: nil) { words in told.withLock { $0.append(words) } }
    #expect(try await source.heldOffsets() == [0..<3])
    let words = told.withLock { $0 }
    #expect(words.count == 2)
    #expect(words.first?.hasPrefix("waiting for the hub away: ") == true)
    #expect(words.last == "the hub away is back")
    #expect(source.trouble == nil)
  }

  @Test("gives up after its patience, and meanwhile names its trouble")
  func patience() async throws {
    let hub = try AbsentHub(failures: .max)
    let source = try await HubSource(hub, patience: .milliseconds(400)) { _ in }
    await #expect(throws: BrokerError.self) { try await source.heldOffsets() }
    #expect(source.trouble == "hub is away")
  }

  @Test("fails at once with an error that no retry can mend, and if it is asked for the moment")
  func lasting() async throws {
    let refused = try AbsentHub(failures: .max, fault: "TOPIC_AUTHORIZATION_FAILED")
    let source = try await HubSource(refused) { _ in Issue.record("it waits") }
    await #expect(throws: BrokerError.self) { try await source.heldOffsets() }
    let away = try await HubSource(AbsentHub(failures: .max)) { _ in Issue.record("it waits") }
    await #expect(throws: BrokerError.self) { try await away.heldOffsetsNow() }
  }

  @Test("has no mark of an offset that the hub does not hold")
  func marks() async throws {
    let source = try await HubSource(AbsentHub(failures: 0)) { _ in }
    #expect(try await source.mark(partition: 0, before: 9) == nil)
  }

  @Test("stops waiting when its task is cancelled")
  func cancellation() async throws {
    let (stream, waiting) = AsyncStream.makeStream(of: Void.self)
    let source = try await HubSource(AbsentHub(failures: .max), patience: nil) { _ in waiting.yield() }
    let asking = Task { try await source.heldOffsets() }
    for await _ in stream { break }
    asking.cancel()
    await #expect(throws: CancellationError.self) { try await asking.value }
  }
}

/// A hub of three events whose first questions fail.
private final class AbsentHub: Hub, HubReader {
  let name = "away"
  let id = "away"
  let kind = "in a test"
  private let left: Mutex<Int>
  private let error: BrokerError

  init(failures: Int, fault: String = "_TRANSPORT") throws {
    left = Mutex(failures)
    error = BrokerError(
      KafkaFault(fault, ""),
      try KafkaAddress(parsing: "kafka://127.0.0.1:1/away"))
  }

  private func answer() throws {
    try left.withLock { left in
      guard left > 0 else { return }
      left -= 1
      throw error
    }
  }

  func heldOffsets() async throws -> [Range<Int64>] {
    try answer()
    return [0..<3]
  }

  func offsets(of position: Position) async throws -> [Int64] { [0] }
  func sizes() async throws -> [Int64]? { nil }
  func reader() async throws -> any HubReader { self }
  func waitForEvents(behind offsets: [Int64]) async throws { try answer() }

  func sender(
    clock: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (String) -> Void
  ) async throws -> any HubSender { throw error }

  func read(partition: Int, offsets: Range<Int64>) async throws -> ReceivedBatch {
    try answer()
    return ReceivedBatch(
      partition: partition, firstOffset: offsets.lowerBound, enqueuedTime: Timestamp(microseconds: 0),
      events: EventBatch())
  }

  func mark(partition: Int, before offset: Int64) async throws -> String? {
    throw HubError.noSuchOffset(offset, partition: partition, held: 0..<3)
  }
}
