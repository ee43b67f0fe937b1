import Columnar
import DurableFiles
import Foundation
import Testing

@testable import DeltaLake

@Suite("A table's log")
struct LogCleanupTests {
  static let schema = Schema([Field("n", .long)])

  /// A table with a checkpoint every three versions, of which each version is a day older than the next.
  static func table(_ folder: TableFolder, versions: Int, properties: [String: String]) throws -> DeltaTable {
    let table = try DeltaTable.create(
      at: folder.path, schema: schema,
      options: .init(properties: properties.merging(["delta.checkpointInterval": "3"]) { $1 }))
    for number in 1...versions {
      try append(table, number)
      for version in 0...number {
        let time = Date.now.addingTimeInterval(Double(version - number - 1) * 86_400)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: folder.file(version))
      }
    }
    return table
  }

  static func append(_ table: DeltaTable, _ number: Int) throws {
    try table.append(Table(schema: schema, rows: [[.integer(Int64(number))]]))
  }

  static func names(_ folder: TableFolder) throws -> [String] {
    try DurableFiles.names(in: folder.path + "/_delta_log").map { $0.replacing(/^0+(?=\d)/, with: "") }
  }

  @Test("loses versions older than its retention behind a checkpoint of that age; all within it can be read")
  func cleanup() throws {
    let folder = TableFolder()
    let table = try Self.table(folder, versions: 8, properties: ["delta.logRetentionDuration": "interval 4 days"])
    try Self.append(table, 9)
    // Version 5 is the newest that is older than four days, 3 the newest checkpoint before.
    #expect(
      try Self.names(folder) == [
        "3.checkpoint.parquet", "3.json", "4.json", "5.json", "6.checkpoint.parquet", "6.json", "7.json", "8.json",
        "9.checkpoint.parquet", "9.json", "_last_checkpoint",
      ])
    #expect(try (3...9).map { try table.snapshot(version: $0).read().rowCount } == Array(3...9))
    #expect(throws: DeltaError.versionGone(path: folder.path, wanted: 2, oldest: 3)) { try table.snapshot(version: 2) }
    #expect(try table.history().map(\.number) == Array(3...9))
  }

  @Test(
    "keeps every version where it says so, by default those of 30 days",
    arguments: [
      [:], ["delta.logRetentionDuration": "interval 1 day", "delta.enableExpiredLogCleanup": "false"],
      ["delta.logRetentionDuration": "interval 2 weeks"],
    ])
  func kept(properties: [String: String]) throws {
    let folder = TableFolder()
    let table = try Self.table(folder, versions: 8, properties: properties)
    try Self.append(table, 9)
    #expect(try table.history().map(\.number) == Array(0...9))
  }

  @Test("is followed without remembering files for longer than their retention, however many versions come")
  func following() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(
      at: folder.path, schema: Self.schema,
      options: .init(properties: ["delta.deletedFileRetentionDuration": "interval 0 seconds"]))
    var snapshot = try table.snapshot()
    for number in 1...35 {
      try table.overwrite(with: Table(schema: Self.schema, rows: [[.integer(Int64(number))]]))
      snapshot = try snapshot.updated()
      #expect(snapshot.replay.tombstones.count <= 10)
    }
    #expect(try snapshot.read() == Table(schema: Self.schema, rows: [[.integer(35)]]))
  }

  @Test("keeps what comes before a checkpoint that cannot be read")
  func damagedCheckpoint() throws {
    let folder = TableFolder()
    let table = try Self.table(folder, versions: 8, properties: ["delta.logRetentionDuration": "interval 4 days"])
    try DurableFiles.replace(folder.path + "/_delta_log/00000000000000000003.checkpoint.parquet", with: [])
    try Self.append(table, 9)
    #expect(try table.history().map(\.number) == Array(0...9))
  }

  @Test(
    "is read alike whatever the hint at its last checkpoint says",
    arguments: [
      nil, "", "{", "null", #"{"version":3,"size":99999}"#, #"{"version":6,"size":1}"#, #"{"version":7,"size":1}"#,
      #"{"version":900,"size":1,"parts":3}"#, #"{"version":0}"#,
    ])
  func hints(text: String?) throws {
    let folder = TableFolder()
    let table = try Self.table(folder, versions: 7, properties: [:])
    let hint = folder.path + "/_delta_log/_last_checkpoint"
    if let text { try DurableFiles.replace(hint, with: Array(text.utf8)) } else { try DurableFiles.remove(hint) }
    #expect(try table.snapshot().read().rowCount == 7)
    #expect(try table.snapshot().version == 7)
  }
}
