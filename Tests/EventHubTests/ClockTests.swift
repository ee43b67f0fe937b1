import CivilTime
import DurableFiles
import EventHub
import Synchronization
import Testing

@Suite("A clock that was set")
struct ClockTests {
  private static let day: Int64 = 86_400

  /// Sends an event at each time, each by a sender of its own or all by one, and gives back the times under which they lie.
  private static func taken(_ hub: EmbeddedHub, at seconds: [Int64], bySeparateSenders: Bool) async throws -> [Int64] {
    let hand = Hand()
    let clock: @Sendable () -> Timestamp = { Timestamp(seconds: hand.seconds.withLock { $0 }) }
    var sender = try hub.sender(clock: clock)
    for (index, time) in seconds.enumerated() {
      hand.seconds.withLock { $0 = time }
      try await sender.send(EmbeddedHubTests.batch("\(index)"))
      if bySeparateSenders, index + 1 < seconds.count {
        sender = NoSender()
        sender = try hub.sender(clock: clock)
      }
    }
    var reader = try hub.reader(partition: 0, from: .start)
    var times: [Int64] = []
    while let batch = try reader.next() { times.append(batch.enqueuedTime.microseconds / 1_000_000) }
    return times
  }

  private final class Hand: Sendable {
    let seconds = Mutex<Int64>(0)
  }

  /// Lets go of a hub's partitions.
  private struct NoSender: HubSender {
    var recovered: [Recovery] { [] }
    func send(_ batch: EventBatch, partition: Int?) async throws -> [Receipt] { [] }
  }

  @Test(
    "back never puts an event before an earlier one, unless it was more than a day ahead",
    arguments: [
      ([100, 200, 150, 300], [100, 200, 200, 300]),
      ([100, 100 + day, 101, 102], [100, 100 + day, 100 + day, 100 + day]),
      ([100, 10_000 * day, 300, 200, 400], [100, 10_000 * day, 300, 300, 400]),
    ], [true, false])
  func times(clock: ([Int64], [Int64]), bySeparateSenders: Bool) async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    #expect(try await Self.taken(hub, at: clock.0, bySeparateSenders: bySeparateSenders) == clock.1)
  }

  @Test("far ahead for a while hides no later event from a search for a time")
  func search() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    _ = try await Self.taken(hub, at: [100, 10_000 * Self.day, 300, 400], bySeparateSenders: false)
    for (time, offset) in [(0, 0), (100, 0), (101, 1), (300, 1), (301, 3), (400, 3), (401, 4)] as [(Int64, Int64)] {
      #expect(try hub.offsets(of: .enqueued(Timestamp(seconds: time))) == [offset], "\(time)")
    }
  }

  @Test("far ahead for a while does not keep old events from going")
  func retention() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    _ = try hub.retain(Retention(age: Self.day * 1_000_000)) { Timestamp(seconds: 0) }
    let kept = try EmbeddedHub.open(at: folder.path)
    _ = try await Self.taken(kept, at: [100, 10_000 * Self.day, 200, 300, 2 * Self.day], bySeparateSenders: false)
    #expect(try hub.offsets(partition: 0) == 4..<5)
  }
}
