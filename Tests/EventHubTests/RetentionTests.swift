import CivilTime
import DurableFiles
import EventHub
import Synchronization
import Testing

@Suite("Retention")
struct RetentionTests {
  /// A clock that is set by hand, in hours.
  private final class Clock: Sendable {
    let hour = Mutex<Int64>(0)
    func now() -> Timestamp { Timestamp(seconds: hour.withLock { $0 } * 3_600) }
  }

  /// One batch an hour, each of `bytes` bytes.
  private static func fill(_ hub: EmbeddedHub, hours: Range<Int>, bytes: Int, _ clock: Clock) async throws {
    let sender = try EmbeddedHub.open(at: hub.path).sender { clock.now() }
    for hour in hours {
      clock.hour.withLock { $0 = Int64(hour) }
      try await sender.send(EventBatch(bodies: [UInt8](repeating: 1, count: bytes), ends: [bytes]))
    }
  }

  @Test(
    "keeps what is young and small enough, in whole files, and the newest events in any case",
    arguments: [
      (Retention(), 0...0), (Retention(age: 1_000 * 3_600_000_000), 0...0), (Retention(bytes: 1 << 30), 0...0),
      // An eighth of a day is 3 hours: files of 4 batches, of which the last event's age counts.
      (Retention(age: 24 * 3_600_000_000), 72...76), (Retention(bytes: 20_000), 80...84), (Retention(age: 1), 98...99),
      (Retention(age: 24 * 3_600_000_000, bytes: 5_000), 94...96),
    ])
  func rules(retention: Retention, first: ClosedRange<Int64>) async throws {
    let folder = TestFolder()
    let clock = Clock()
    let hub = try EmbeddedHub.create(at: folder.path)
    #expect(try hub.retain(retention, clock: clock.now) == 0)
    try await Self.fill(hub, hours: 0..<100, bytes: 1_000, clock)
    let held = try hub.offsets(partition: 0)
    #expect(first.contains(held.lowerBound), "\(held)")
    #expect(held.upperBound == 100)
    #expect(try EmbeddedHub.open(at: folder.path).retention == retention)
    // What is kept can be read, and offsets go on.
    #expect(try EmbeddedHubTests.readAll(hub).count == held.count)
    try await Self.fill(hub, hours: 100..<101, bytes: 1, clock)
    #expect(try hub.offsets(partition: 0).upperBound == 101)
  }

  @Test("removes all events when none is young enough, and their offsets never come again")
  func everything() async throws {
    let folder = TestFolder()
    let clock = Clock()
    let hub = try EmbeddedHub.create(at: folder.path)
    try await Self.fill(hub, hours: 0..<5, bytes: 10, clock)
    clock.hour.withLock { $0 = 50 }
    #expect(try hub.retain(Retention(age: 3_600_000_000), clock: clock.now) == 5)
    #expect(try hub.offsets(partition: 0) == 5..<5)
    try await Self.fill(hub, hours: 50..<51, bytes: 10, clock)
    #expect(try hub.offsets(partition: 0) == 5..<6)
    #expect(try hub.retain(Retention(), clock: clock.now) == 0)
  }

  @Test("says that a sender is at work, which heeds the new rule at its next file")
  func busy() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    try await EmbeddedHubTests.keepingSender(of: hub) {
      let gone = try hub.retain(Retention(bytes: 1)) { .now }
      #expect(gone == nil)
    }
    #expect(try EmbeddedHub.open(at: folder.path).retention == Retention(bytes: 1))
  }

  @Test("reports the gap to a reader that had read up to it")
  func overtaken() async throws {
    let folder = TestFolder()
    let clock = Clock()
    let hub = try EmbeddedHub.create(at: folder.path)
    try await Self.fill(hub, hours: 0..<2, bytes: 10, clock)
    let reader = hub.reader()
    #expect(try await reader.read(partition: 0, offsets: 0..<1).nextOffset == 1)
    #expect(try await reader.read(partition: 0, offsets: 1..<2).nextOffset == 2)
    _ = try hub.retain(Retention(bytes: 1), clock: clock.now)
    try await Self.fill(hub, hours: 2..<6, bytes: 10, clock)
    #expect(try hub.offsets(partition: 0) == 5..<6)
    try await reader.waitForEvents(behind: [2])
    await #expect(throws: HubError.noSuchOffset(2, partition: 0, held: 5..<6)) {
      try await reader.read(partition: 0, offsets: 2..<6)
    }
  }

  @Test("reports deleted events, and does not let a reader wait for them")
  func gap() async throws {
    let folder = TestFolder()
    let clock = Clock()
    let hub = try EmbeddedHub.create(at: folder.path)
    try await Self.fill(hub, hours: 0..<5, bytes: 10, clock)
    clock.hour.withLock { $0 = 50 }
    _ = try hub.retain(Retention(age: 3_600_000_000), clock: clock.now)
    let reader = hub.reader()
    try await reader.waitForEvents(behind: [2])
    await #expect(throws: HubError.noSuchOffset(2, partition: 0, held: 5..<5)) {
      try await reader.read(partition: 0, offsets: 2..<5)
    }
  }
}

extension EmbeddedHubTests {
  static func keepingSender(of hub: EmbeddedHub, _ work: () throws -> Void) async throws {
    let sender = try hub.sender { .now }
    try work()
    try await sender.send(batch("kept"))
  }
}
