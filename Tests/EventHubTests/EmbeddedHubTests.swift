import CivilTime
import DurableFiles
import EventHub
import Foundation
import Testing

/// A folder for one test, gone with it.
final class TestFolder {
  let path = NSTemporaryDirectory() + "hub-" + UUID().uuidString

  deinit { try? DurableFiles.remove(path) }

  var segment: String { path + "/partition-0/00000000000000000000.log" }
}

@Suite("The embedded hub")
struct EmbeddedHubTests {
  static let noon = Timestamp(seconds: 1_556_107_200)

  static func batch(_ bodies: String...) -> EventBatch {
    bodies.reduce(into: EventBatch()) { $0.append(body: $1.utf8) }
  }

  static func readAll(_ hub: EmbeddedHub, partition: Int = 0, from position: Position = .start) throws -> [String] {
    var reader = try hub.reader(partition: partition, from: position)
    var bodies: [String] = []
    while let batch = try reader.next() {
      bodies += (0..<batch.events.count).map { String(decoding: batch.events[$0].body, as: UTF8.self) }
    }
    return bodies
  }

  @Test("gives back awkward events as they were sent")
  func roundTrip() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    let events = [
      Event(body: []), Event(body: [0, 255], key: [], properties: ["🌊": "", "": "é"]),
      Event(body: [UInt8](repeating: 7, count: 1 << 20), key: Array("k".utf8)), Event(body: Array("🐕".utf8)),
    ]
    let sender = try hub.sender { Self.noon }
    let receipts = try await sender.send(events.reduce(into: EventBatch()) { $0.append($1) })
    #expect(receipts == [.init(partition: 0, offsets: 0..<4)])
    var reader = try hub.reader(partition: 0, from: .start)
    let received = try #require(try reader.next())
    #expect((0..<4).map { received.events[$0] } == events)
    #expect(received.enqueuedTime == Self.noon)
    #expect(try reader.next() == nil)
  }

  @Test(
    "is read from a position",
    arguments: [
      (Position.start, "a b c d e"), (.end, ""), (.offset(0), "a b c d e"), (.offset(1), "b c d e"),
      (.offset(4), "e"), (.offset(5), ""), (.enqueued(Timestamp(seconds: 0)), "a b c d e"),
      (.enqueued(Timestamp(seconds: 10)), "a b c d e"), (.enqueued(Timestamp(seconds: 11)), "c d e"),
      (.enqueued(Timestamp(seconds: 31)), ""),
    ])
  func positions(position: Position, bodies: String) async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    // The clock goes back once: the third batch must not lie before the second.
    for (seconds, batch) in [(10, Self.batch("a", "b")), (30, Self.batch("c")), (20, Self.batch("d", "e"))] {
      try await hub.sender { Timestamp(seconds: Int64(seconds)) }.send(batch)
    }
    #expect(try Self.readAll(hub, from: position).joined(separator: " ") == bodies)
    #expect(try hub.offsets(partition: 0) == 0..<5)
  }

  @Test("cuts batches where the reader asks for fewer events")
  func limits() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    try await hub.sender { Self.noon }.send(Self.batch("a", "b", "c"))
    var reader = try hub.reader(partition: 0, from: .offset(1))
    #expect(try reader.next(maximumEvents: 1)?.firstOffset == 1)
    #expect(try reader.next(maximumEvents: 5)?.nextOffset == 3)
    #expect(try reader.next(maximumEvents: 5) == nil)
  }

  @Test("sends keys to their partition and other batches round")
  func partitions() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path, partitions: 3)
    let sender = try hub.sender { Self.noon }
    let rounds = try await [sender.send(Self.batch("a")), sender.send(Self.batch("b")), sender.send(Self.batch("c"))]
    #expect(rounds.map { $0.map(\.partition) } == [[0], [1], [2]])
    var places: Set<Int> = []
    for _ in 0..<5 {
      let receipts = try await sender.send([Event(body: [1], key: [9])].reduce(into: EventBatch()) { $0.append($1) })
      places.formUnion(receipts.map(\.partition))
    }
    #expect(places.count == 1)
    await #expect(throws: HubError.noSuchPartition(3, count: 3)) {
      try await sender.send(Self.batch("x"), partition: 3)
    }
  }

  @Test("fills its partitions alike, also with many senders of one batch each")
  func turns() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path, partitions: 3)
    for number in 0..<6 {
      let sender = try hub.sender { .now }
      try await sender.send(EventBatch(bodies: [UInt8(number)], ends: [1]))
    }
    #expect(try (0..<3).map { try hub.offsets(partition: $0) } == [0..<2, 0..<2, 0..<2])
  }

  @Test("takes one sender at a time and names the other")
  func locking() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    do {
      let sender = try hub.sender { Self.noon }
      let error = #expect(throws: HubError.self) { try hub.sender { Self.noon } }
      #expect(
        error?.description.contains("(process \(ProcessInfo.processInfo.processIdentifier)) is sending to") == true)
      try await sender.send(Self.batch("a"))
    }
    try await hub.sender { Self.noon }.send(Self.batch("b"))
    #expect(try Self.readAll(hub) == ["a", "b"])
  }

  @Test("cuts off a tail torn at any byte, says so, and loses nothing before it")
  func tornTail() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    try await hub.sender { Self.noon }.send(Self.batch("a", "b"))
    let whole = try DurableFiles.read(folder.segment)
    try await hub.sender { Self.noon }.send(Self.batch("torn"))
    let both = try DurableFiles.read(folder.segment)
    for length in whole.count + 1..<both.count {
      try DurableFiles.replace(folder.segment, with: Array(both[..<length]))
      #expect(try Self.readAll(hub) == ["a", "b"])
      #expect(try hub.offsets(partition: 0) == 0..<2)
      let sender = try hub.sender { Self.noon }
      let copy = folder.segment + ".torn-\(whole.count)"
      #expect(sender.recovered == [.init(path: folder.segment, bytes: length - whole.count, nextOffset: 2, copy: copy)])
      #expect(try DurableFiles.read(folder.segment) == whole)
      #expect(try DurableFiles.read(copy) == Array(both[whole.count..<length]))
    }
  }

  @Test("refuses damage in the middle, naming the place, and changes nothing")
  func damage() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    try await hub.sender { Self.noon }.send(Self.batch("first"))
    let first = try DurableFiles.read(folder.segment).count
    try await hub.sender { Self.noon }.send(Self.batch("second"))
    let whole = try DurableFiles.read(folder.segment)
    for byte in 0..<first {
      var bytes = whole
      bytes[byte] ^= 0x10
      try DurableFiles.replace(folder.segment, with: bytes)
      let corrupt = HubError.corrupt(path: folder.segment, byte: 0)
      #expect(throws: corrupt) { try hub.sender { Self.noon } }
      #expect(throws: corrupt) { try Self.readAll(hub) }
      #expect(try DurableFiles.read(folder.segment) == bytes)
    }
  }

  @Test("wakes a waiting reader, in order and once for each event, while it is written")
  func tail() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    let reading = Task {
      var reader = try hub.reader(partition: 0, from: .start)
      var bodies: [String] = []
      while bodies.count < 200 {
        while let batch = try reader.next(maximumEvents: 3) {
          bodies += (0..<batch.events.count).map { String(decoding: batch.events[$0].body, as: UTF8.self) }
        }
        if bodies.count < 200 { try await hub.reader().waitForEvents(behind: [reader.nextOffset]) }
      }
      return bodies
    }
    let sender = try hub.sender { Self.noon }
    for index in 0..<100 { try await sender.send(Self.batch("\(2 * index)", "\(2 * index + 1)")) }
    #expect(try await reading.value == (0..<200).map(String.init))
  }

  @Test("lets a waiting reader go when its task is cancelled")
  func cancellation() async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    let waiting = Task {
      let reader = try hub.reader(partition: 0, from: .end)
      try await hub.reader().waitForEvents(behind: [reader.nextOffset])
    }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test("says what is wrong with a folder")
  func folders() throws {
    let folder = TestFolder()
    #expect(throws: HubError.notAHub(path: folder.path)) { try EmbeddedHub.open(at: folder.path) }
    let hub = try EmbeddedHub.create(at: folder.path, partitions: 2)
    #expect(try EmbeddedHub.create(at: folder.path) == hub)
    #expect(throws: HubError.partitionsDiffer(path: folder.path, wanted: 3, found: 2)) {
      try EmbeddedHub.create(at: folder.path, partitions: 3)
    }
    #expect(throws: HubError.noSuchOffset(1, partition: 0, held: 0..<0)) {
      try hub.reader(partition: 0, from: .offset(1))
    }
    try DurableFiles.replace(folder.path + "/hub.json", with: Array(#"{"format":3,"id":"a","partitions":1}"#.utf8))
    #expect(throws: HubError.newerFormat(path: folder.path, format: 3)) { try EmbeddedHub.open(at: folder.path) }
    #expect(throws: HubError.self) { try EmbeddedHub.create(at: folder.path + "/hub.json/x") }
  }
}
