import Columnar
import DurableFiles
import Foundation
import StreamProcessing
import Testing

/// A query over 12 events in two partitions that has taken in all of them; three more events wait.
private struct SmallQuery {
  let path = MicroBatchExecutionTests.temporary()
  let mode: OutputMode
  let plan: AggregationPlan
  let sink = MemorySink(Faults())
  static let first = [(0..<8).map { event($0) }, (8..<12).map { event($0) }]
  static let second = [first[0] + [event(22)], first[1] + [event(23), "{"]]

  static func event(_ number: Int) -> String { MicroBatchExecutionTests.event(number * 25, number % 3) }

  init(_ mode: OutputMode) async throws {
    self.mode = mode
    plan = try MicroBatchExecutionTests.plan(watermark: "30m", by: ["favorite"])
    _ = try await run(Self.first, into: sink)
  }

  func run(_ events: [[String]], into sink: MemorySink, restarting: Bool = false) async throws -> QueryProgress {
    let checkpoint = try Checkpoint(at: path, plan: plan.fingerprint, restarting: restarting) { "query-1" }
    return try await MicroBatchExecution(
      source: MemorySource(partitions: events, faults: Faults()), plan: plan, mode: mode, eventsPerBatch: 3
    ).run(.availableNow, checkpoint: checkpoint, sink: sink)
  }

  /// The newest batch before the three events.
  var newest: Int { mode == .complete ? 3 : 4 }

  /// The checkpoint's files by their names within it, but for the lock, which holds nothing.
  func files() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try DurableFiles.names(in: path) where name != "lock" {
      if try DurableFiles.isFolder(path + "/" + name) {
        for inner in try DurableFiles.names(in: path + "/" + name) {
          files[name + "/" + inner] = try DurableFiles.read(path + "/\(name)/\(inner)")
        }
      } else {
        files[name] = try DurableFiles.read(path + "/" + name)
      }
    }
    return files
  }

  func write(_ files: [String: [UInt8]]) throws {
    for folder in ["offsets", "commits", "state", "sources", "rejected"] {
      for name in try DurableFiles.names(in: path + "/" + folder) {
        try DurableFiles.remove(path + "/\(folder)/\(name)")
      }
    }
    for (name, bytes) in files {
      try put(bytes, at: path + "/" + name)
    }
  }
}

/// Not synced: there are thousands of them.
private func put(_ bytes: [UInt8], at path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

@Suite("A checkpoint")
struct CheckpointTests {
  /// Runs the query on over what `damage` made of the files, and expects the whole result or a refusal.
  private func check(
    _ query: SmallQuery, _ files: [String: [UInt8]], want: MemorySink,
    _ cases: [(name: String, files: [String: [UInt8]])]
  ) async throws -> (refused: Int, harmless: Int) {
    var (refused, harmless) = (0, 0)
    try query.write(files)
    for damaged in cases {
      for (name, bytes) in damaged.files where bytes != files[name] {
        try put(bytes, at: query.path + "/" + name)
      }
      for name in files.keys where damaged.files[name] == nil { try DurableFiles.remove(query.path + "/" + name) }
      let sink = query.sink.copy()
      do {
        _ = try await query.run(SmallQuery.second, into: sink)
        #expect(sink.rows == want.rows && sink.appended == want.appended, "\(damaged.name)")
        harmless += 1
        try query.write(files)
      } catch let error as CheckpointError {
        #expect(!error.description.contains("\n"), "\(error)")
        refused += 1
        for (name, bytes) in files where damaged.files[name] != bytes {
          try put(bytes, at: query.path + "/" + name)
        }
        for name in damaged.files.keys where files[name] == nil { try DurableFiles.remove(query.path + "/" + name) }
      }
    }
    return (refused, harmless)
  }

  @Test("with any bit flipped is refused, or gives the same result", arguments: OutputMode.allCases)
  func flips(mode: OutputMode) async throws {
    let query = try await SmallQuery(mode)
    defer { try? DurableFiles.remove(query.path) }
    let files = try query.files()
    let want = query.sink.copy()
    _ = try await query.run(SmallQuery.second, into: want)
    #expect(want.rows != query.sink.rows)
    // Nothing reads an old batch's offsets and commit, and the beginning, any more.
    let newest = query.newest
    let unread = files.keys.filter { name in
      name == "sources/0" || (0..<newest).contains { name == "offsets/\($0)" || name == "commits/\($0)" }
    }
    // Every bit of what a resumed query reads first; of the rest a bit of each byte.
    let whole: Set = ["offsets/\(newest)", "commits/\(newest)"]
    let cases = files.sorted { $0.key < $1.key }.flatMap { name, bytes in
      bytes.indices.flatMap { index in
        (whole.contains(name) ? Array(0..<8) : unread.contains(name) && index % 16 > 0 ? [] : [index % 8]).map { bit in
          var flipped = files
          flipped[name]?[index] ^= 1 << UInt8(bit)
          return (name: "\(name), byte \(index), bit \(bit)", files: flipped)
        }
      }
    }
    let (refused, harmless) = try await check(query, files, want: want, cases)
    #expect(harmless == unread.reduce(0) { $0 + ((files[$1]?.count ?? 0) + 15) / 16 } && refused > 2_000)
  }

  @Test("of which a file is missing, cut, empty or another's is refused, or gives the same result")
  func files() async throws {
    let query = try await SmallQuery(.update)
    defer { try? DurableFiles.remove(query.path) }
    let files = try query.files()
    let want = query.sink.copy()
    _ = try await query.run(SmallQuery.second, into: want)
    var cases: [(name: String, files: [String: [UInt8]])] = []
    for (name, bytes) in files {
      for (fault, content) in [
        ("missing", nil), ("empty", []), ("cut", Array(bytes.dropLast(10))), ("twice", bytes + bytes),
        ("zeros", Array(repeating: 0, count: bytes.count)),
      ] as [(String, [UInt8]?)] {
        var damaged = files
        damaged[name] = content
        cases.append(("\(name) \(fault)", damaged))
      }
      let kind = name.prefix { $0 != "/" }
      for (other, content) in files where other != name && other.hasPrefix(kind + "/") {
        var swapped = files
        (swapped[name], swapped[other]) = (content, bytes)
        cases.append(("\(name) and \(other) swapped", swapped))
      }
    }
    for (name, number) in [
      ("offsets", "5"), ("commits", "5"), ("offsets", "9223372036854775807"), ("state", "4.snapshot"),
    ] {
      var more = files
      more["\(name)/\(number)"] = files["\(name)/4" + (name == "state" ? ".delta" : "")]
      cases.append(("\(name)/\(number) too many", more))
    }
    let (refused, harmless) = try await check(query, files, want: want, cases)
    #expect(refused + harmless == cases.count && refused > harmless)
  }

  @Test(
    "that lost a file says which",
    arguments: [
      "offsets/4", "commits/2", "offsets/1", "state/2.delta", "metadata",
    ])
  func missing(lost: String) async throws {
    let query = try await SmallQuery(.update)
    defer { try? DurableFiles.remove(query.path) }
    try DurableFiles.remove(query.path + "/" + lost)
    await #expect(throws: CheckpointError.missing(path: query.path + "/" + lost)) {
      try await query.run(SmallQuery.second, into: query.sink)
    }
  }

  @Test("of the format before is read", arguments: OutputMode.allCases)
  func oldFormat(mode: OutputMode) async throws {
    let query = try await SmallQuery(mode)
    defer { try? DurableFiles.remove(query.path) }
    var files = try query.files()
    let want = query.sink.copy()
    _ = try await query.run(SmallQuery.second, into: want)
    for (name, bytes) in files {
      var lines = bytes.dropLast().split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
      lines[0] = "v1"
      if name == "metadata" { lines = [lines[1]] } else { lines.removeLast() }
      if name.hasPrefix("state/") {
        lines.append(String(Array(lines[1].utf8).withUnsafeBytes { CRC32.castagnoli.checksum($0) }, radix: 16))
      }
      files[name] = Array((lines.joined(separator: "\n") + "\n").utf8)
    }
    try query.write(files)
    let sink = query.sink.copy()
    _ = try await query.run(SmallQuery.second, into: sink)
    #expect(sink.rows == want.rows && sink.appended == want.appended)
  }

  @Test("that is older than what the sink has is refused")
  func older() async throws {
    let query = try await SmallQuery(.append)
    defer { try? DurableFiles.remove(query.path) }
    let files = try query.files()
    _ = try await query.run(SmallQuery.second, into: query.sink)
    let newest = try #require(try await query.sink.committedBatch(of: "query-1"))
    try query.write(files)
    await #expect(
      throws: CheckpointError.sinkAhead(path: query.path, sink: "memory", batch: newest, newest: 4)
    ) { try await query.run(SmallQuery.second, into: query.sink) }
  }

  @Test("knows the last event that it read, and refuses a source with another one there")
  func marks() async throws {
    let query = try await SmallQuery(.update)
    defer { try? DurableFiles.remove(query.path) }
    var others = SmallQuery.second
    others[1][3] = SmallQuery.event(99)
    await #expect(
      throws: CheckpointError.otherEvents(path: query.path, source: "memory", partition: 1, before: 4)
    ) { try await query.run(others, into: query.sink) }
    _ = try await query.run(SmallQuery.second, into: query.sink)
  }

  @Test("does not write to a sink that holds another query's rows, unless it replaces them")
  func foreign() async throws {
    let query = try await SmallQuery(.update)
    defer { try? DurableFiles.remove(query.path) }
    let before = query.sink.rows
    let path = MicroBatchExecutionTests.temporary()
    defer { try? DurableFiles.remove(path) }
    func other(restarting: Bool = false, _ plan: AggregationPlan, at path: String) async throws {
      let checkpoint = try Checkpoint(at: path, plan: plan.fingerprint, restarting: restarting) { "query-2" }
      _ = try await MicroBatchExecution(
        source: MemorySource(partitions: SmallQuery.first, faults: Faults()), plan: plan, mode: .complete
      ).run(.availableNow, checkpoint: checkpoint, sink: query.sink)
    }
    let daily = try MicroBatchExecutionTests.plan(window: "1d")
    let differs = await #expect(throws: CheckpointError.self) { try await other(daily, at: path) }
    #expect(differs?.description.contains("holds what another query wrote (checkpoint checkpoint-") == true)
    let same = await #expect(throws: CheckpointError.self) { try await other(query.plan, at: path) }
    #expect(same?.description.contains("each window would be written again") == true)
    #expect(try query.sink.rows == before && !DurableFiles.exists(path + "/metadata"))
    try DurableFiles.remove(query.path)
    let lost = await #expect(throws: CheckpointError.self) { try await other(query.plan, at: query.path) }
    #expect(lost?.description.contains("holds this query's result, but its checkpoint \(query.path) was lost") == true)
    try await other(restarting: true, daily, at: path)
    #expect(query.sink.rows.count == 1)
    try await other(daily, at: path)
  }

  @Test("keeps the rejected events of the newest hundred batches that have some, and says how many it left out")
  func rejected() async throws {
    let path = MicroBatchExecutionTests.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try MicroBatchExecutionTests.plan()
    let sink = MemorySink(Faults())
    func run(_ events: [String], perBatch: Int64) async throws -> QueryProgress {
      try await MicroBatchExecution(
        source: MemorySource(partitions: [events], faults: Faults()), plan: plan, eventsPerBatch: perBatch
      ).run(.availableNow, checkpoint: MicroBatchExecutionTests.checkpoint(path, plan), sink: sink)
    }
    let bad = Array(repeating: "{", count: 131)
    #expect(try await run(bad, perBatch: 1).rejected == 131)
    #expect(try DurableFiles.names(in: path + "/rejected").compactMap { Int($0) }.sorted() == Array(31..<131))
    let many = bad + Array(repeating: "{" + String(repeating: " ", count: 2_000), count: 1_002)
    #expect(try await run(many, perBatch: 5_000).rejected == 1_133)
    let lines = String(decoding: try DurableFiles.read(path + "/rejected/131"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 1_001 && lines.last == #"{"notKept":2}"# && lines[0].contains(#""bodyBytes":2001"#))
  }

  @Test(
    "in which a link stands is refused, and what the link leads to stays",
    arguments: ["state/5.delta", "rejected", "lock"])
  func links(name: String) async throws {
    let query = try await SmallQuery(.update)
    defer { try? DurableFiles.remove(query.path) }
    let elsewhere = MicroBatchExecutionTests.temporary()
    defer { try? DurableFiles.remove(elsewhere) }
    try DurableFiles.createFolder(elsewhere)
    try put(Array("mine".utf8), at: elsewhere + "/5.partial")
    try DurableFiles.remove(query.path + "/" + name)
    try FileManager.default.createSymbolicLink(
      atPath: query.path + "/" + name,
      withDestinationPath: elsewhere + (name == "rejected" ? "" : "/5.partial"))
    for restarting in [false, true] {
      await #expect(throws: CheckpointError.link(path: query.path + "/" + name)) {
        try await query.run(SmallQuery.second, into: query.sink, restarting: restarting)
      }
    }
    #expect(try DurableFiles.read(elsewhere + "/5.partial") == Array("mine".utf8))
  }

  @Test("removes what a killed run left half-written")
  func partial() async throws {
    let query = try await SmallQuery(.update)
    defer { try? DurableFiles.remove(query.path) }
    for name in ["metadata", "state/4.delta", "commits/4"] {
      try put(Array("v2".utf8), at: query.path + "/\(name).17-4.partial")
    }
    _ = try await query.run(SmallQuery.second, into: query.sink)
    #expect(try query.files().keys.filter { $0.hasSuffix(".partial") }.isEmpty)
  }
}
