import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import Foundation
import JSONText
import Parquet
import Testing

@Suite("Delta tables")
struct DeltaTableTests {
  static let schema = Schema([Field("groupTime", .timestamp), Field("average", .double)])

  static func rows(_ averages: Double...) throws -> Table {
    try Table(
      schema: schema,
      rows: averages.enumerated().map {
        [.timestamp(Timestamp(seconds: Int64($0.offset) * 3_600)), .double($0.element)]
      })
  }

  static func averages(_ table: Table) -> [String] { (0..<table.rowCount).map { table.row($0)[1].description } }

  @Test("hold what was appended and overwritten, version by version")
  func versions() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    #expect(try table.append(Self.rows(1, 2)) == 1)
    #expect(try table.append(Self.rows(3)) == 2)
    #expect(try table.overwrite(with: Self.rows(4)) == 3)
    #expect(try table.overwrite(with: Self.rows()) == 4)
    let contents = try (0...4).map { Self.averages(try table.snapshot(version: $0).read()).joined(separator: " ") }
    #expect(contents == ["", "1 2", "1 2 3", "4", ""])
    #expect(try table.snapshot(version: 2).rowCount == 3)
    #expect(try table.snapshot().schema == Self.schema)
    #expect(throws: DeltaError.noSuchVersion(path: folder.path, wanted: 5, newest: 4)) {
      try table.snapshot(version: 5)
    }
  }

  @Test("take each batch of a query once")
  func transactions() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    func commit(_ batch: Int64, _ average: Double) throws -> Int64? {
      try table.overwrite(
        with: Self.rows(average), .init(transaction: .init(applicationID: "query", version: batch)))
    }
    #expect(try commit(0, 1) == 1)
    #expect(try commit(0, 2) == nil)
    #expect(try commit(1, 3) == 2)
    #expect(try table.snapshot().transactions == ["query": 1])
    #expect(try Self.averages(table.snapshot().read()) == ["3"])
  }

  @Test("refuse other columns unless they may change")
  func schemas() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    let other = try Table(schema: Schema([Field("n", .long)]), rows: [[.integer(1)]])
    for write in [{ try table.overwrite(with: other) }, { try table.append(other) }] {
      let error = #expect(throws: DeltaError.self) { try write() }
      #expect(
        error?.description.hasPrefix("the table \(folder.path) has other columns: 'n BIGINT' is not in the table")
          == true)
    }
    let text = try Table(schema: Schema([Field("average", .string)]), rows: [[.string("x")]])
    let error = #expect(throws: DeltaError.self) { try table.append(text) }
    #expect(error?.description.contains("'average' is DOUBLE in the table, not STRING") == true)
    #expect(try table.overwrite(with: other, .init(replacesColumns: true)) == 1)
    #expect(try table.snapshot().read() == other)
  }

  @Test("take on columns where they may: older rows are null there, whole numbers fit wider columns")
  func evolution() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Schema([Field("n", .long), Field("x", .double)]))
    try table.append(Table(schema: Schema([Field("N", .integer)]), rows: [[.integer(1)]]))
    let more = try Table(
      schema: Schema([Field("s", .string), Field("n", .long)]), rows: [[.string("a"), .integer(2)]])
    #expect(throws: DeltaError.self) { try table.append(more) }
    try table.append(more, .init(addsColumns: true))
    let snapshot = try table.snapshot()
    #expect(snapshot.schema.description == "n BIGINT, x DOUBLE, s STRING")
    #expect(Self.lines(try snapshot.read()) == ["1 NULL NULL", "2 NULL a"])
    #expect(Self.lines(try table.snapshot(version: 1).read()) == ["1 NULL"])
  }

  static func lines(_ table: Table) -> [String] {
    (0..<table.rowCount).map { table.row($0).map(\.description).joined(separator: " ") }
  }

  static func keyed(_ rows: [(String?, Int64)]) throws -> Table {
    try Table(
      schema: Schema([Field("lang", .string), Field("n", .long)]),
      rows: rows.map { [$0.0.map(Value.string) ?? .null, .integer($0.1)] })
  }

  @Test("put rows in the place of those with the same key, reading only files that may hold one")
  func merge() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.keyed([]).schema)
    try table.append(Self.keyed([("de", 1), ("en", 2)]))
    try table.append(Self.keyed([("sv", 3)]))
    let untouched = try table.snapshot().files.last
    #expect(try table.merge(Self.keyed([("en", 5), ("fr", 6), ("en", 7)]), by: ["lang"]) == 3)
    var snapshot = try table.snapshot()
    #expect(Self.lines(try snapshot.read()).sorted() == ["de 1", "en 7", "fr 6", "sv 3"])
    #expect(snapshot.files.contains { $0 == untouched })
    try table.merge(Self.keyed([(nil, 8), (nil, 9)]), by: ["lang"])
    try table.merge(Self.keyed([(nil, 10)]), by: ["lang"])
    snapshot = try table.snapshot()
    #expect(Self.lines(try snapshot.read()).sorted() == ["NULL 10", "de 1", "en 7", "fr 6", "sv 3"])
    #expect(throws: DeltaError.noSuchColumn("m", known: ["lang", "n"])) { try table.merge(Self.keyed([]), by: ["m"]) }
  }

  @Test("keep partitions apart, whatever their values hold")
  func partitions() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(
      at: folder.path, schema: Self.keyed([]).schema, options: .init(partitionColumns: ["LANG"]))
    let rows: [(String?, Int64)] = [("a b/c=%:é", 1), (nil, 2), ("en", 3), ("a b/c=%:é", 4), ("", 5)]
    try table.append(Self.keyed(rows))
    try table.append(Self.keyed([("en", 6)]))
    let snapshot = try table.snapshot()
    #expect(snapshot.partitionColumns == ["lang"] && snapshot.fileCount == 5)
    // An empty text is null in a partition: the protocol says so.
    #expect(
      Self.lines(try snapshot.read()).sorted() == [
        "NULL 2", "NULL 5", "a b/c=%:é 1", "a b/c=%:é 4", "en 3", "en 6",
      ])
    #expect(snapshot.files(where: [.comparison("lang", .equal, .string("en"))]).count == 2)
    #expect(throws: DeltaError.onlyPartitions(path: folder.path + "2")) {
      try DeltaTable.create(
        at: folder.path + "2", schema: Self.keyed([]).schema, options: .init(partitionColumns: ["lang", "n"]))
    }
  }

  @Test("pass over files whose statistics leave no room for what is wanted")
  func skipping() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    for start in [0, 10, 20] { try table.append(Self.rows(Double(start), Double(start + 5))) }
    let snapshot = try table.snapshot()
    func count(_ comparison: Condition.Comparison, _ value: Double) -> Int {
      snapshot.files(where: [.comparison("average", comparison, .double(value))]).count
    }
    let counts = [
      count(.equal, 7), count(.less, 10), count(.lessOrEqual, 10), count(.greater, 25), count(.greaterOrEqual, 15),
    ]
    #expect(counts == [0, 1, 2, 0, 2] as [Int])
    let noon = Timestamp(microseconds: 3_600_000_001)
    #expect(snapshot.files(where: [.comparison("groupTime", .greater, .timestamp(noon))]).count == 3)
    #expect(snapshot.files(where: [.comparison("nothing", .equal, .double(1))]).count == 3)
  }

  @Test("write a checkpoint every ten commits, from which they are read alike, also without what was before it")
  func checkpoints() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema, options: .init(properties: ["a": "b"]))
    for index in 1...12 {
      try table.append(
        Self.rows(Double(index)), .init(transaction: .init(applicationID: "q", version: Int64(index))))
    }
    try table.overwrite(with: Self.rows(0))
    let log = folder.path + "/_delta_log/"
    #expect(
      try DurableFiles.names(in: log).filter { $0.contains("checkpoint") } == [
        "00000000000000000010.checkpoint.parquet", "_last_checkpoint",
      ])
    let whole = try table.snapshot()
    for version in 0..<10 { try DurableFiles.remove(folder.file(version)) }
    let short = try table.snapshot()
    #expect(try Self.lines(short.read()) == Self.lines(whole.read()))
    #expect(short.transactions == ["q": 12] && short.properties == ["a": "b"])
    #expect(Self.averages(try table.snapshot(version: 11).read()).count == 11)
    #expect(throws: DeltaError.versionGone(path: folder.path, wanted: 3, oldest: 10)) { try table.snapshot(version: 3) }
  }

  @Test("refuse a checkpoint that lies")
  func lyingCheckpoints() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    for index in 1...10 { try table.append(Self.rows(Double(index))) }
    let log = folder.path + "/_delta_log/"
    let checkpoint = log + "00000000000000000010.checkpoint.parquet"
    let bytes = try DurableFiles.read(checkpoint)
    func refusal() -> String { #expect(throws: DeltaError.self) { try table.snapshot() }?.description ?? "" }
    // Without the commits before it there is nothing to do without it.
    try DurableFiles.remove(folder.file(3))
    try DurableFiles.replace(checkpoint, with: Array(bytes.dropLast(1)))
    #expect(refusal().hasPrefix("\(checkpoint): not a Parquet file:"))
    try DurableFiles.replace(checkpoint, with: ParquetRecords.encode([["x": 1]], as: [.init("x", .long)]))
    #expect(refusal().hasPrefix("\(checkpoint): the checkpoint has 0 protocols and 0 schemas, not one of each"))
  }

  @Test("are not undone by names that nobody gives: versions beyond reason, links, files beside files")
  func oddities() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    try table.append(Self.rows(1))
    let log = folder.path + "/_delta_log/"
    for name in ["09223372036854775807.json", "+0000000000000000001.json", "-0000000000000000001.json"] {
      try DurableFiles.replace(log + name, with: Array("{".utf8))
    }
    #expect(try table.snapshot().version == 1)
    let text = #"{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}\#n{"sidecar":{"path":"a.json"}}"#
    try DurableFiles.createFolder(log + "_sidecars")
    for name in ["00000000000000000001.checkpoint.x.json", "_sidecars/a.json"] {
      try DurableFiles.replace(log + name, with: Array(text.utf8))
    }
    // The log holds the same.
    #expect(try table.snapshot().rowCount == 1)
    try DurableFiles.remove(folder.file(0))
    let error = #expect(throws: DeltaError.self) { try table.snapshot() }
    #expect(error?.description.contains("line 2: a file beside the checkpoint that cannot be one: a.json") == true)
  }

  @Test("join small files to large ones, with the same rows; old files go when they are vacuumed")
  func maintenance() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    for index in 1...5 { try table.append(Self.rows(Double(index))) }
    let done = try table.optimize()
    #expect(done?.removed == 5 && done?.added == 1 && done?.version == 6)
    #expect(try table.optimize() == nil)
    #expect(Self.averages(try table.snapshot().read()) == ["1", "2", "3", "4", "5"])
    #expect(try table.vacuum().isEmpty)
    #expect(try table.vacuum(retention: 0, dryRun: true).count == 5)
    #expect(Self.averages(try table.snapshot(version: 3).read()).count == 3)
    let size = try table.snapshot().files[0].size
    #expect(try table.vacuum(retention: 0).allSatisfy { $0.size > 0 && size > 0 })
    #expect(Self.averages(try table.snapshot().read()).count == 5)
    #expect(throws: DeltaError.self) { try table.snapshot(version: 3).read() }
  }

  @Test("tell of their versions, whose times ascend even where the clock went backwards")
  func history() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    for index in 1...3 { try table.append(Self.rows(Double(index))) }
    for (version, seconds) in [(0, 1_000), (1, 2_000), (2, 1_500), (3, 3_000)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: Double(seconds))], ofItemAtPath: folder.file(version))
    }
    let history = try table.history()
    #expect(history.map { $0.time.microseconds / 1_000 } == [1_000_000, 2_000_000, 2_000_001, 3_000_000])
    #expect(history.map(\.operation) == ["CREATE TABLE", "WRITE", "WRITE", "WRITE"])
    #expect(history[1].metrics == ["numFiles": "1", "numOutputRows": "1"])
    func version(_ milliseconds: Int64) throws -> Int64 {
      try table.version(at: Timestamp(microseconds: milliseconds * 1_000))
    }
    #expect(try [version(1_000_000), version(1_999_999), version(2_500_000), version(3_000_000)] == [0, 0, 2, 3])
    #expect(throws: DeltaError.self) { try version(3_000_001) }
    #expect(throws: DeltaError.self) { try version(999_999) }
  }

  static let head = """
    {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
    {"metaData":{"id":"x","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"n\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":{}}}

    """

  @Test(
    "name what they cannot read",
    arguments: [
      (
        "{\"protocol\":{\"minReaderVersion\":3,\"readerFeatures\":[\"catalogManaged\"]}}\n",
        "the reader features catalogManaged"
      ),
      ("{\"protocol\":{\"minReaderVersion\":4}}\n", "reader version 4"),
      ("{\"protocol\":{\"minWriterVersion\":2}}\n", "line 1: a protocol without minReaderVersion"),
      ("{\"add\":{\"path\":\"a\",\"size\":1,\"deletionVector\":{\"storageType\":\"u\"}}}\n", "uses deletion vectors"),
      (
        "{\"add\":{\"path\":\"a\",\"size\":1,\"partitionValues\":{\"n\":1}}}\n",
        "the partition value of 'n' is not a text"
      ),
      ("{\"remove\":{\"dataChange\":true}}\n", "line 1: a removed file without path"),
      ("{\"txn\":{\"appId\":\"q\"}}\n", "line 1: a txn without appId or version"),
      ("", ".json: the file is empty"),
      (
        "{\"add\":{\"path\":\"file:/x/y.parquet\",\"size\":1}}\n",
        "is a shallow clone: its log names the file file:/x/y.parquet"
      ),
      ("{\"add\":{\"path\":\"/x/y.parquet\",\"size\":1}}\n", "is a shallow clone"),
      ("{\"add\":{\"path\":\"%FF.parquet\",\"size\":1}}\n", "the file name %FF.parquet is not UTF-8"),
      ("{\"add\":{\"path\":\"a%+5b\",\"size\":1}}\n", "/a%+5b is missing"),
      ("{\"add\":{}}\n", "line 1: an added file without"),
      ("\n{broken\n", "line 2: line 1, column 2"),
      ("{\"add\":{\"path\":\"..%2Fx\",\"size\":1}}\n", "names a file outside of the table: ..%2Fx"),
      ("{\"add\":{\"path\":\"gone.parquet\",\"size\":1}}\n", "gone.parquet is missing"),
      ("{\"add\":{\"path\":\"a b\",\"size\":1}}\n{\"future\":{}}\n", "/a b is missing"),
    ])
  func refuses(line: String, message: String) throws {
    let folder = TableFolder()
    try folder.log(0, Self.head)
    try folder.log(1, line)
    let error = #expect(throws: DeltaError.self) { try DeltaTable(opening: folder.path).snapshot().read() }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(
    "are not written to where they ask for what is not kept here",
    arguments: [
      ("\"minWriterVersion\":2", "\"minWriterVersion\":3", "writer version 3 (CHECK constraints)"),
      (
        "\"configuration\":{}", "\"configuration\":{\"delta.constraints.positive\":\"n > 0\"}",
        "the CHECK constraint 'positive'"
      ),
      (
        "\\\"metadata\\\":{}", "\\\"metadata\\\":{\\\"delta.generationExpression\\\":\\\"1\\\"}", "generated columns"
      ),
      (
        "\"configuration\":{}", "\"configuration\":{\"delta.enableChangeDataFeed\":\"true\"}", "the change data feed"
      ),
      ("\\\"long\\\"", "\\\"short\\\"", "a column of type short ('n')"),
      ("\\\"metadata\\\":{}", "\\\"metadata\\\":{\\\"delta.invariants\\\":\\\"x\\\"}", "column invariants"),
    ])
  func writerDemands(found: String, replaced: String, demand: String) throws {
    let folder = TableFolder()
    try folder.log(0, Self.head.replacingOccurrences(of: found, with: replaced))
    let table = try DeltaTable(opening: folder.path)
    let rows = try Table(schema: Schema([Field("n", .long)]), rows: [[.null]])
    for write in [{ _ = try table.overwrite(with: rows) }, { _ = try table.append(rows) }] {
      #expect(throws: DeltaError.notWritable(path: folder.path, demand: demand), performing: write)
    }
    #expect(try table.snapshot().version == 0)
  }

  @Test("that may only grow, or have no nulls, keep to it")
  func demands() throws {
    let rows = try Table(schema: Schema([Field("n", .long)]), rows: [[.null]])
    let growing = TableFolder()
    try growing.log(
      0,
      Self.head.replacingOccurrences(
        of: "\"configuration\":{}", with: "\"configuration\":{\"delta.appendOnly\":\"true\"}"))
    let table = try DeltaTable(opening: growing.path)
    try table.append(rows)
    #expect(throws: DeltaError.notWritable(path: growing.path, demand: "delta.appendOnly")) {
      try table.overwrite(with: rows)
    }
    let full = TableFolder()
    try full.log(0, Self.head.replacingOccurrences(of: "\\\"nullable\\\":true", with: "\\\"nullable\\\":false"))
    #expect(throws: DeltaError.otherColumns(path: full.path, difference: "'n' may not be null")) {
      try DeltaTable(opening: full.path).append(rows)
    }
  }

  @Test("name a missing version, a log that begins with a checkpoint, and a folder without a table")
  func logs() throws {
    let folder = TableFolder()
    #expect(throws: DeltaError.notATable(path: folder.path)) { try DeltaTable(opening: folder.path) }
    try folder.log(0, Self.head)
    try folder.log(2, "{}")
    let table = try DeltaTable(opening: folder.path)
    #expect(throws: DeltaError.missingVersion(path: folder.path, version: 1)) { try table.snapshot() }
    try DurableFiles.remove(folder.file(0))
    #expect(throws: DeltaError.missingVersion(path: folder.path, version: 0)) { try table.snapshot() }
    try DurableFiles.replace(folder.path + "/_delta_log/00000000000000000001.checkpoint.parquet", with: [])
    #expect(throws: DeltaError.self) { try table.snapshot() }
  }
}
