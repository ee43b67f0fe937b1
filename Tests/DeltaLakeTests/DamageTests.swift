import Columnar
import DeltaLake
import DurableFiles
import Foundation
import Testing

@Suite("Damage to a table")
struct DamageTests {
  static let schema = Schema([Field("kind", .string), Field("n", .long)])

  static func rows(_ kind: String, _ number: Int64) throws -> Table {
    try Table(schema: schema, rows: [[.string(kind), .integer(number)], [.string(kind), .null]])
  }

  /// Three versions with data, and a checkpoint of the second.
  static func table(_ folder: TableFolder) throws -> DeltaTable {
    let table = try DeltaTable.create(
      at: folder.path, schema: schema,
      options: .init(partitionColumns: ["kind"], properties: ["delta.checkpointInterval": "2"]))
    try table.append(rows("a", 1), .init(transaction: .init(applicationID: "q", version: 1)))
    try table.overwrite(with: rows("b", 2))
    try table.append(rows("c", 3))
    return table
  }

  static func contents(_ table: DeltaTable) throws -> [String] {
    let snapshot = try table.snapshot()
    return try snapshot.read().lines + [
      "\(snapshot.transactions)", "\(snapshot.properties.sorted { $0.key < $1.key })",
    ]
  }

  static func files(_ folder: TableFolder) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { try !DurableFiles.isFolder(folder.path + "/" + $0) }.sorted()
  }

  /// With the whole log a checkpoint can be done without, so that every eleventh byte tells enough.
  @Test("of one bit in any byte of any file is refused, or changes nothing", arguments: [(true, 11), (false, 1)])
  func flips(hasWholeLog: Bool, step: Int) throws {
    let folder = TableFolder()
    let table = try Self.table(folder)
    if !hasWholeLog { for version in 0...1 { try DurableFiles.remove(folder.file(version)) } }
    let whole = try Self.contents(table)
    var (refused, same) = (0, 0)
    for file in try Self.files(folder) {
      let path = folder.path + "/" + file
      let bytes = try DurableFiles.read(path)
      for place in stride(from: 0, to: bytes.count, by: step) {
        var damaged = bytes
        damaged[place] ^= 1 << UInt8(place % 8)
        // Not durable: there are thousands.
        try Data(damaged).write(to: URL(filePath: path))
        do {
          let found = try Self.contents(table)
          #expect(found == whole, "byte \(place) of \(file)")
          same += 1
        } catch let error as DeltaError {
          #expect(!error.description.contains("\n"))
          refused += 1
        }
      }
      try Data(bytes).write(to: URL(filePath: path))
    }
    #expect(try Self.contents(table) == whole)
    #expect(refused > 0 && same > 0 && (hasWholeLog || refused > same))
  }

  @Test("that takes a version out of the log's middle is said, also to who has read what was before")
  func holes() throws {
    let folder = TableFolder()
    let table = try DeltaTable.create(at: folder.path, schema: Self.schema)
    try table.append(Self.rows("a", 1))
    let known = try table.snapshot()
    for number in 2...4 { try table.append(Self.rows("a", Int64(number))) }
    try DurableFiles.remove(folder.file(3))
    let missing = DeltaError.missingVersion(path: folder.path, version: 3)
    #expect(throws: missing) { try table.snapshot() }
    #expect(throws: missing) { try known.updated() }
    #expect(throws: missing) { try table.append(Self.rows("a", 5), on: known) }
    #expect(throws: missing) { try table.vacuum(retention: 0) }
    #expect(throws: missing) { try table.optimize() }
    #expect(throws: missing) { try table.history() }
  }

  @Test(
    "to a data file without checksums is seen by what the log says of it",
    arguments: [
      ("\\\"numRecords\\\":2", "\\\"numRecords\\\":3", "it has 2 rows, the log says 3"),
      ("\\\"nullCount\\\":{\\\"n\\\":1}", "\\\"nullCount\\\":{\\\"n\\\":0}", "'n' has 1 nulls, the log says 0"),
      ("\\\"name\\\":\\\"n\\\"", "\\\"name\\\":\\\"m\\\"", "its column 'm' is missing"),
      ("\"size\":", "\"size\":1", "bytes, the log says 1"),
    ])
  func otherFiles(found: String, replaced: String, difference: String) throws {
    let folder = TableFolder()
    let schema = Schema([Field("n", .long)])
    let table = try DeltaTable.create(at: folder.path, schema: schema)
    try table.append(Table(schema: schema, rows: [[.integer(1)], [.null]]))
    for version in 0...1 {
      // As another writer's commit, which has no checksum.
      let text = String(decoding: try DurableFiles.read(folder.file(version)), as: UTF8.self)
        .replacingOccurrences(of: "groundswell", with: "another")
      let isOfStatistics = found.contains("name") && version == 1
      try folder.log(
        version,
        isOfStatistics
          ? text.replacingOccurrences(of: "{\\\"n\\\"", with: "{\\\"m\\\"")
          : text.replacingOccurrences(of: found, with: replaced))
    }
    let error = #expect(throws: DeltaError.self) { try table.snapshot().read() }
    #expect(error?.description.contains(difference) == true, "\(error?.description ?? "")")
  }

  @Test("is not spread by a vacuum, which deletes what the log calls removed and what a write left behind")
  func vacuum() throws {
    let folder = TableFolder()
    let table = try Self.table(folder)
    let kept = folder.path + "/notes.txt"
    for name in [kept, folder.path + "/left.parquet", folder.path + "/_private.parquet"] {
      try DurableFiles.replace(name, with: [0x61])
    }
    let removed = try table.vacuum(retention: 0).map(\.path)
    #expect(removed.count == 2 && removed.contains("left.parquet") && removed.contains { $0.hasPrefix("kind=a/") })
    #expect(try DurableFiles.isFolder(folder.path + "/kind=a"))
    #expect(try DurableFiles.read(kept) == [0x61])
    #expect(try table.snapshot().read().rowCount == 4)
  }

  @Test("to what a link leads to is refused")
  func links() throws {
    let folder = TableFolder()
    let elsewhere = TableFolder()
    try DurableFiles.createFolder(elsewhere.path)
    let table = try Self.table(folder)
    func link(_ name: String) throws {
      let path = folder.path + name
      if try DurableFiles.isFolder(path), !name.isEmpty {
        try FileManager.default.moveItem(atPath: path, toPath: elsewhere.path + name)
      }
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: elsewhere.path + name)
    }
    try link("/kind=d")
    try DurableFiles.createFolder(elsewhere.path + "/kind=d")
    #expect(throws: DeltaError.link(path: folder.path + "/kind=d")) { try table.append(Self.rows("d", 1)) }
    #expect(try DurableFiles.names(in: elsewhere.path + "/kind=d").isEmpty)
    try link("/_delta_log")
    let error = DeltaError.link(path: folder.path + "/_delta_log")
    #expect(throws: error) { try table.append(Self.rows("a", 1)) }
    #expect(throws: error) { try table.vacuum(retention: 0) }
    #expect(throws: error) { try table.optimize() }
    #expect(try table.snapshot().read().rowCount == 4)
  }
}

extension Table {
  /// A line a row.
  var lines: [String] { (0..<rowCount).map { row($0).map(\.description).joined(separator: " ") } }
}
