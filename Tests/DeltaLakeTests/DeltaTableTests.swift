import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import Foundation
import Testing

private final class TableFolder {
  let path = NSTemporaryDirectory() + "delta-" + UUID().uuidString
  deinit { try? DurableFiles.remove(path) }

  func log(_ version: Int, _ text: String) throws {
    try DurableFiles.createFolder(path + "/_delta_log")
    try DurableFiles.replace(file(version), with: Array(text.utf8))
  }

  func file(_ version: Int) -> String {
    path + "/_delta_log/" + String(repeating: "0", count: 19) + "\(version).json"
  }
}

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
      try table.overwrite(with: Self.rows(average), transaction: .init(applicationID: "query", version: batch))
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
    let error = #expect(throws: DeltaError.self) { try table.overwrite(with: other) }
    #expect(
      error?.description.hasPrefix(
        "the table \(folder.path) has other columns: groupTime TIMESTAMP, average DOUBLE, not n BIGINT\n") == true)
    #expect(throws: DeltaError.self) { try table.append(other) }
    #expect(try table.overwrite(with: other, allowingNewSchema: true) == 1)
    #expect(try table.snapshot().read() == other)
  }

  @Test("lose no commit of two writers")
  func writers() async throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask { for index in 0..<10 { _ = try table.append(Self.rows(Double(writer * 10 + index))) } }
      }
      try await group.waitForAll()
    }
    let numbers = try Self.averages(table.snapshot().read()).compactMap { Int($0) }
    #expect(numbers.sorted() == Array(0..<40))
  }

  static let head = """
    {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
    {"metaData":{"id":"x","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"n\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":{}}}

    """

  @Test(
    "name what they cannot read",
    arguments: [
      (
        "{\"protocol\":{\"minReaderVersion\":3,\"readerFeatures\":[\"deletionVectors\"]}}\n",
        "the reader features deletionVectors"
      ),
      ("{\"protocol\":{\"minReaderVersion\":2}}\n", "reader version 2"),
      ("{\"add\":{}}\n", "line 1: an added file without"),
      ("\n{broken\n", "line 2: line 1, column 2"),
      ("{\"add\":{\"path\":\"..%2Fx\",\"size\":1}}\n", "names a file outside of the table: ..%2Fx"),
      ("{\"add\":{\"path\":\"gone.parquet\",\"size\":1}}\n", "gone.parquet has gone"),
      ("{\"add\":{\"path\":\"a b\",\"size\":1}}\n{\"future\":{}}\n", "/a b has gone"),
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
      ("\"minWriterVersion\":2", "\"minWriterVersion\":3", "writer version 3"),
      ("\"configuration\":{}", "\"configuration\":{\"delta.appendOnly\":\"true\"}", "delta.appendOnly"),
      ("\\\"nullable\\\":true", "\\\"nullable\\\":false", "no nulls in 'n'"),
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

  @Test("name a missing version, a log that begins with a checkpoint, and a folder that is no table")
  func logs() throws {
    let folder = TableFolder()
    #expect(throws: DeltaError.notATable(path: folder.path)) { try DeltaTable(opening: folder.path) }
    try folder.log(0, Self.head)
    try folder.log(2, "")
    let table = try DeltaTable(opening: folder.path)
    #expect(throws: DeltaError.missingVersion(path: folder.path, version: 1)) { try table.snapshot() }
    try DurableFiles.remove(folder.file(0))
    #expect(throws: DeltaError.missingVersion(path: folder.path, version: 0)) { try table.snapshot() }
    try DurableFiles.replace(folder.path + "/_delta_log/00000000000000000001.checkpoint.parquet", with: [])
    #expect(throws: DeltaError.startsWithCheckpoint(path: folder.path)) { try table.snapshot() }
  }
}
