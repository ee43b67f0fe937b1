import CivilTime
package import Columnar
import DurableFiles
import JSONText
import Parquet

/// A Delta table in a folder: Parquet files, and a log of which of them belong to the table.
///
/// Protocol: reader version 1, writer version 2, which Spark, delta-rs, DuckDB and Polars read. The value only names the
/// folder: each ``snapshot(version:)`` reads anew.
package struct DeltaTable: Hashable, Sendable {
  /// The table's folder.
  package let path: String

  /// An application's own version number in a commit, so that a streaming query's batch is never committed twice.
  package struct Transaction: Hashable, Sendable {
    /// The application's id: a streaming query's.
    package let applicationID: String
    /// The application's version: a batch's number.
    package let version: Int64

    /// A version of an application.
    package init(applicationID: String, version: Int64) {
      self.applicationID = applicationID
      self.version = version
    }
  }

  /// The properties of a new table.
  package struct Options: Hashable, Sendable {
    /// The partition columns.
    package var partitionColumns: [String] = []
    /// The table's properties.
    package var properties: [String: String] = [:]

    /// By default without partitions and properties.
    package init(partitionColumns: [String] = [], properties: [String: String] = [:]) {
      self.partitionColumns = partitionColumns
      self.properties = properties
    }
  }

  /// Whether the folder holds a table, readable or not: a log with a commit or a checkpoint.
  package static func exists(at path: String) throws(DeltaError) -> Bool {
    let names: [String]
    do {
      guard try DurableFiles.isFolder(path + "/_delta_log") else { return false }
      names = try DurableFiles.names(in: path + "/_delta_log")
    } catch {
      throw .file(error)
    }
    return names.contains { $0.first?.isNumber == true && ($0.hasSuffix(".json") || $0.contains(".checkpoint.")) }
  }

  /// - Throws: ``DeltaError/notATable(path:)``.
  package init(opening path: String) throws(DeltaError) {
    guard try LogFolder.exists(path + "/_delta_log") else { throw .notATable(path: path) }
    self.path = path
  }

  private init(path: String) { self.path = path }

  /// Opens a table, whatever its schema; creates an empty one if it is missing.
  ///
  /// - Parameter options: used for a new table only.
  /// - Throws: ``DeltaError`` for a partition column that is none of the schema's, or would leave no other.
  package static func create(
    at path: String, schema: Schema, options: Options = Options()
  ) throws(DeltaError) -> DeltaTable {
    let table = DeltaTable(path: path)
    guard try !exists(at: path) else {
      // Refuses tables that cannot be read.
      _ = try table.snapshot()
      return table
    }
    try checkColumnNames(schema.names)
    let partitions = try options.partitionColumns.map { name throws(DeltaError) in
      guard let index = schema.index(of: name) else { throw .noSuchColumn(name, known: schema.names) }
      return schema.fields[index].name
    }
    if partitions.count >= schema.fields.count { throw .onlyPartitions(path: path) }
    try table.checkIsOwn("_delta_log")
    do { try DurableFiles.createFolder(path + "/_delta_log") } catch { throw .file(error) }
    let now = Self.now
    let actions: [JSON] = [
      Commit(operation: "CREATE TABLE").info(at: now),
      ["protocol": ["minReaderVersion": 1, "minWriterVersion": 2]],
      [
        "metaData": [
          "id": .string(newID()), "format": ["provider": "parquet", "options": [:]],
          "schemaString": .string(SchemaText.text(of: schema)),
          "partitionColumns": .array(partitions.map(JSON.string)),
          "configuration": .object(options.properties.mapValues(JSON.string)), "createdTime": .integer(now),
        ]
      ],
    ]
    // Another writer may have created the table first.
    _ = try table.write(actions, as: 0)
    return table
  }

  /// The table at a version.
  ///
  /// - Parameter version: (default: the newest)
  package func snapshot(version: Int64? = nil) throws(DeltaError) -> Snapshot {
    try Snapshot(replaying: path, upTo: version)
  }

  /// The newest snapshot from the bytes of a table's commits, without files: for tools that inspect logs.
  ///
  /// - Parameter name: for errors.
  package static func replayed(_ commits: [[UInt8]], name: String) throws(DeltaError) -> Snapshot {
    var replay = LogReplay(table: name)
    for bytes in commits { try replay.take(try LogFolder.actions(of: bytes, in: name), file: name) }
    return try Snapshot(replay, version: Int64(commits.count) - 1)
  }

  /// Refuses names that other programs cannot write or distinguish (Delta's rules).
  static func checkColumnNames(_ names: [String]) throws(DeltaError) {
    var seen: Set<String> = []
    for name in names {
      if name.isEmpty { throw .badColumnName(name, reason: "it is empty") }
      if name.unicodeScalars.contains(where: { " ,;{}()\n\t=".unicodeScalars.contains($0) }) {
        throw .badColumnName(name, reason: "blanks and any of ,;{}()= are not allowed")
      }
      guard seen.insert(name.lowercased()).inserted else {
        throw .badColumnName(name, reason: "another column has it, but for case")
      }
    }
  }

  /// Refuses to write through a link in the table's path.
  ///
  /// - Parameter folder: relative to the table's folder.
  func checkIsOwn(_ folder: String) throws(DeltaError) {
    var parts = [path]
    for name in folder.split(separator: "/") { parts.append("\(parts.last ?? path)/\(name)") }
    for part in parts {
      let isLink: Bool
      do { isLink = try DurableFiles.isLink(part) } catch { throw .file(error) }
      if isLink { throw .link(path: part) }
    }
  }

  /// The time now, in milliseconds since 1970, UTC.
  static var now: Int64 { Timestamp.now.microseconds / 1_000 }

  /// A random identifier (RFC 9562, version 4) for a table or a query.
  package static func newID() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return text
  }

  /// Writes a version to the log; false if another writer has committed it.
  func write(_ actions: [JSON], as version: Int64) throws(DeltaError) -> Bool {
    var bytes = Array(actions.map { $0.description + "\n" }.joined().utf8)
    CommitSeal.seal(&bytes)
    let file = path + "/_delta_log/" + LogFolder.number(version) + ".json"
    do { return try DurableFiles.create(file, with: bytes) } catch { throw .file(error) }
  }
}
