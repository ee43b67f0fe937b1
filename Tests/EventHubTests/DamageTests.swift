import CivilTime
import DurableFiles
import EventHub
import Foundation
import Testing

@Suite("A damaged hub")
struct DamageTests {
  /// A hub of one segment with a frame for each batch, and the byte at which each frame begins.
  private static func hub(in folder: TestFolder, _ batches: [EventBatch]) async throws -> (EmbeddedHub, [Int]) {
    let hub = try EmbeddedHub.create(at: folder.path)
    var starts: [Int] = []
    for batch in batches {
      starts.append((try? DurableFiles.read(folder.segment).count) ?? 0)
      try await hub.sender { EmbeddedHubTests.noon }.send(batch)
    }
    return (hub, starts)
  }

  private static func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
    var bytes = bytes
    bytes[bit / 8] ^= 1 << (bit % 8)
    return bytes
  }

  @Test("is refused by senders, readers and all that counts, whichever bit is another one, and left as it is")
  func flips() async throws {
    let folder = TestFolder()
    let batches = [EmbeddedHubTests.batch("a", "bc"), EmbeddedHubTests.batch("d"), EmbeddedHubTests.batch("ef")]
    let (hub, starts) = try await Self.hub(in: folder, batches)
    let whole = try DurableFiles.read(folder.segment)
    for bit in 0..<8 * whole.count {
      let damaged = Self.flipped(whole, bit)
      try Data(damaged).write(to: URL(fileURLWithPath: folder.segment))
      let corrupt = HubError.corrupt(path: folder.segment, byte: try #require(starts.last { $0 <= bit / 8 }))
      #expect(throws: corrupt, "bit \(bit)") { try hub.sender { EmbeddedHubTests.noon } }
      #expect(throws: corrupt, "bit \(bit)") { try EmbeddedHubTests.readAll(hub) }
      #expect(try DurableFiles.read(folder.segment) == damaged)
    }
  }

  @Test("is told from a torn one: a frame cut short or with sectors of zeros is nobody's, all else is damage")
  func zeros() async throws {
    let folder = TestFolder()
    let long = EventBatch(bodies: [UInt8](repeating: 7, count: 3_000), ends: [1_000, 3_000])
    let (hub, starts) = try await Self.hub(in: folder, [EmbeddedHubTests.batch("a"), long])
    let whole = try DurableFiles.read(folder.segment)
    let first = starts[1]
    func leaves(_ bytes: [UInt8], _ place: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: folder.segment))
      #expect(try EmbeddedHubTests.readAll(hub) == ["a"], "\(place)")
      #expect(try hub.sender { EmbeddedHubTests.noon }.recovered.map(\.bytes) == [bytes.count - first], "\(place)")
      #expect(try DurableFiles.read(folder.segment) == Array(whole[..<first]), "\(place)")
    }
    for length in [1, 3, 4, 39, 40, 43, 44, 45, 100, whole.count - first - 1] {
      try leaves(Array(whole[..<(first + length)]), "cut to \(length)")
    }
    for sector in 0..<whole.count / 512 + 1 {
      var bytes = whole
      let lost = max(first, sector * 512)..<min(whole.count, sector * 512 + 512)
      bytes.replaceSubrange(lost, with: repeatElement(0, count: lost.count))
      try leaves(bytes, "sector \(sector)")
    }
    for start in stride(from: first, to: whole.count - 8, by: 101) {
      try leaves(whole[..<start] + [UInt8](repeating: 0, count: whole.count - start), "zeros from \(start)")
    }
  }

  @Test("with events of zeros is refused as well, since they are not a sign of a crash")
  func eventsOfZeros() async throws {
    let folder = TestFolder()
    let zeros = EventBatch(bodies: [UInt8](repeating: 0, count: 2_000), ends: [2_000])
    let (hub, _) = try await Self.hub(in: folder, [zeros])
    let whole = try DurableFiles.read(folder.segment)
    for byte in stride(from: 0, to: whole.count, by: 17) {
      try Data(Self.flipped(whole, 8 * byte)).write(to: URL(fileURLWithPath: folder.segment))
      #expect(throws: HubError.corrupt(path: folder.segment, byte: 0)) { try hub.sender { EmbeddedHubTests.noon } }
    }
  }

  @Test("keeps the bytes that it cuts off, of the last eight crashes")
  func copies() async throws {
    let folder = TestFolder()
    let (hub, _) = try await Self.hub(in: folder, [EmbeddedHubTests.batch("a")])
    for number in 0..<12 {
      let whole = try DurableFiles.read(folder.segment)
      try Data(whole + [UInt8](repeating: 1, count: number + 1)).write(to: URL(fileURLWithPath: folder.segment))
      try await hub.sender { EmbeddedHubTests.noon }.send(EmbeddedHubTests.batch("b"))
    }
    let copies = try DurableFiles.names(in: folder.path + "/partition-0").filter { $0.contains(".torn-") }
    #expect(copies.count == 8)
  }

  @Test("is noticed in hub.json, whichever bit is another one")
  func settings() throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path, partitions: 2)
    _ = try hub.retain(Retention(age: 3_600_000_000, bytes: 5_000)) { EmbeddedHubTests.noon }
    let file = folder.path + "/hub.json"
    let whole = try DurableFiles.read(file)
    for bit in 0..<8 * whole.count {
      try Data(Self.flipped(whole, bit)).write(to: URL(fileURLWithPath: file))
      #expect(throws: HubError.self, "bit \(bit)") { try EmbeddedHub.open(at: folder.path) }
    }
  }

  @Test(
    "that lacks a file in the middle, or has an empty one, says which offsets are missing",
    arguments: [
      (removed: 1, isEmptied: false, HubError.missingSegment(folder: "partition-0", offsets: 1..<2)),
      (removed: 1, isEmptied: true, HubError.missingSegment(folder: "partition-0", offsets: 1..<2)),
      (removed: 2, isEmptied: false, HubError.missingSegment(folder: "partition-0", offsets: 2..<3)),
    ])
  func missingSegment(removed: Int, isEmptied: Bool, error: HubError) async throws {
    let folder = TestFolder()
    let hub = try EmbeddedHub.create(at: folder.path)
    _ = try hub.retain(Retention(bytes: 1_000)) { EmbeddedHubTests.noon }
    for name in ["a", "b", "c", "d"] {
      try await EmbeddedHub.open(at: folder.path).sender { EmbeddedHubTests.noon }
        .send(EmbeddedHubTests.batch(String(repeating: name, count: 130)))
    }
    let partition = folder.path + "/partition-0"
    let files = try DurableFiles.names(in: partition).filter { $0.hasSuffix(".log") }
    try #require(files.count == 4)
    let file = partition + "/" + files[removed]
    if isEmptied { try Data().write(to: URL(fileURLWithPath: file)) } else { try DurableFiles.remove(file) }
    guard case .missingSegment(_, let offsets) = error else { return }
    #expect(throws: HubError.missingSegment(folder: partition, offsets: offsets)) {
      try EmbeddedHubTests.readAll(hub)
    }
  }

  @Test(
    "is not written to through links, and what they lead to stays as it is",
    arguments: ["lock", "segment", "partition", "hub.json"])
  func links(name: String) async throws {
    let (folder, other) = (TestFolder(), TestFolder())
    let (hub, _) = try await Self.hub(in: folder, [EmbeddedHubTests.batch("a")])
    try DurableFiles.createFolder(other.path)
    let target = other.path + "/precious"
    let path =
      switch name {
      case "lock": folder.path + "/partition-0/lock"
      case "segment": folder.segment
      case "partition": folder.path + "/partition-0"
      default: folder.path + "/hub.json"
      }
    try FileManager.default.moveItem(atPath: path, toPath: target)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    let before = name == "partition" ? [] : try DurableFiles.read(target)
    let error = await #expect(throws: HubError.self) {
      try await EmbeddedHub.open(at: hub.path).sender { EmbeddedHubTests.noon }.send(EmbeddedHubTests.batch("b"))
    }
    #expect(error?.description.contains("\(path): it is a link") == true)
    if name != "partition" { #expect(try DurableFiles.read(target) == before) }
  }

  @Test("of the first format is read, refused where a bit of its last frame is another one, and goes on in the second")
  func firstFormat() async throws {
    let folder = TestFolder()
    _ = try EmbeddedHub.create(at: folder.path)
    try DurableFiles.replace(
      folder.path + "/hub.json", with: Array("{\"format\":1,\"id\":\"a\",\"partitions\":1}\n".utf8))
    let frames = Self.firstFormatFrame("old", offset: 0) + Self.firstFormatFrame("older", offset: 1)
    try DurableFiles.replace(folder.segment, with: frames)
    let hub = try EmbeddedHub.open(at: folder.path)
    let last = Self.firstFormatFrame("old", offset: 0).count
    for bit in 8 * last..<8 * frames.count {
      try Data(Self.flipped(frames, bit)).write(to: URL(fileURLWithPath: folder.segment))
      #expect(throws: HubError.corrupt(path: folder.segment, byte: last), "bit \(bit)") {
        try hub.sender { EmbeddedHubTests.noon }
      }
    }
    try Data(frames).write(to: URL(fileURLWithPath: folder.segment))
    try await hub.sender { EmbeddedHubTests.noon }.send(EmbeddedHubTests.batch("new"))
    #expect(try EmbeddedHubTests.readAll(hub) == ["old", "older", "new"])
    let settings = String(decoding: try DurableFiles.read(folder.path + "/hub.json"), as: UTF8.self)
    #expect(settings.contains("\"format\":2"))
  }

  private static func firstFormatFrame(_ body: String, offset: Int64) -> [UInt8] {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian, Array.init) }
    let payload = bytes(UInt32(body.utf8.count)) + Array(body.utf8)
    let covered =
      bytes(UInt32(payload.count)) + bytes(UInt32(1)) + bytes(offset) + bytes(EmbeddedHubTests.noon.microseconds)
      + bytes(UInt32(0)) + bytes(UInt32(body.utf8.count)) + payload
    return Array("GSF1".utf8) + bytes(covered.withUnsafeBytes { CRC32.castagnoli.checksum($0) }) + covered
  }

  @Test("is told from another hub of the same offsets by the mark of the last event")
  func marks() async throws {
    let (first, second) = (TestFolder(), TestFolder())
    var marks: [[String?]] = []
    for (folder, last) in [(first, "d"), (second, "e")] {
      let batches = [EmbeddedHubTests.batch("a", "b"), EmbeddedHubTests.batch("c", last)]
      let (hub, _) = try await Self.hub(in: folder, batches)
      let reader = hub.reader()
      var found: [String?] = []
      for offset in [0, 1, 2, 3, 4] as [Int64] { found.append(try await reader.mark(partition: 0, before: offset)) }
      // Backwards as well.
      #expect(try await reader.mark(partition: 0, before: 1) == found[1])
      await #expect(throws: HubError.noSuchOffset(4, partition: 0, held: 0..<4)) {
        try await reader.mark(partition: 0, before: 5)
      }
      marks.append(found)
    }
    #expect(marks[0][0] == nil && marks[1][0] == nil)
    #expect(marks[0][1] == marks[0][2] && marks[0][3] == marks[0][4])
    #expect(marks[0][1] == marks[1][1])
    #expect(marks[0][2] != marks[0][3])
    #expect(marks[0][4] != marks[1][4])
  }
}
