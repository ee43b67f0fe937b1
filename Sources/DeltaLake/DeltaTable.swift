import CivilTime
package import Columnar
import DurableFiles
import JSONText
import Parquet

/// A Delta table in a folder: Parquet files, and a log that says which of them are the table.
///
/// Protocol: reader version 1, writer version 2, which Spark, delta-rs, DuckDB and Polars read. The value names the
/// folder; each ``snapshot(version:)`` is read anew.
package struct DeltaTable: Hashable, Sendable {
  package let path: String

  /// What a commit of a streaming query carries, so that its batch is never taken twice.
  package struct Transaction: Hashable, Sendable {
    package let applicationID: String
    package let version: Int64

    package init(applicationID: String, version: Int64) {
      self.applicationID = applicationID
      self.version = version
    }
  }

  /// What a new table is to be like.
  package struct Options: Hashable, Sendable {
    /// By whose values the files are kept apart.
    package var partitionColumns: [String] = []
    package var properties: [String: String] = [:]

    package init(partitionColumns: [String] = [], properties: [String: String] = [:]) {
      self.partitionColumns = partitionColumns
      self.properties = properties
    }
  }

  /// Whether there is a table, readable or not: a log with a version or a checkpoint of versions that have gone.
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

  /// Creates an empty table, or opens the one that is there, whatever its schema.
  ///
  /// - Parameter options: of a new table.
  /// - Throws: ``DeltaError`` for a partition column that is none of the schema's, or would leave no other.
  package static func create(
    at path: String, schema: Schema, options: Options = Options()
  ) throws(DeltaError) -> DeltaTable {
    let table = DeltaTable(path: path)
    guard try !exists(at: path) else {
      // What cannot be read is not written to.
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
    // Where somebody else was quicker, theirs is the table.
    _ = try table.write(actions, as: 0)
    return table
  }

  /// The table at a version; nil is the newest.
  package func snapshot(version: Int64? = nil) throws(DeltaError) -> Snapshot {
    try Snapshot(replaying: path, upTo: version)
  }

  /// A table's newest snapshot out of the bytes of its commits, without files: for tools that look at logs.
  ///
  /// - Parameter name: for errors.
  package static func replayed(_ commits: [[UInt8]], name: String) throws(DeltaError) -> Snapshot {
    var replay = LogReplay(table: name)
    for bytes in commits { try replay.take(try LogFolder.actions(of: bytes, in: name), file: name) }
    return try Snapshot(replay, version: Int64(commits.count) - 1)
  }

  /// Refuses names that other programs cannot write, or not tell apart (Delta's rules).
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

  /// Refuses to write where a link would lead out of the table.
  ///
  /// - Parameter folder: relative to the table's.
  func checkIsOwn(_ folder: String) throws(DeltaError) {
    var places = [path]
    for name in folder.split(separator: "/") { places.append("\(places.last ?? path)/\(name)") }
    for place in places {
      let isLink: Bool
      do { isLink = try DurableFiles.isLink(place) } catch { throw .file(error) }
      if isLink { throw .link(path: place) }
    }
  }

  /// Milliseconds since 1970.
  static var now: Int64 { Timestamp.now.microseconds / 1_000 }

  /// A random identifier (RFC 9562, version 4), as tables and queries have one for life.
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

  /// Puts a version into the log; false where somebody else has it.
  func write(_ actions: [JSON], as version: Int64) throws(DeltaError) -> Bool {
    var bytes = Array(actions.map { $0.description + "\n" }.joined().utf8)
    CommitSeal.seal(&bytes)
    let file = path + "/_delta_log/" + LogFolder.number(version) + ".json"
    do { return try DurableFiles.create(file, with: bytes) } catch { throw .file(error) }
  }
}
