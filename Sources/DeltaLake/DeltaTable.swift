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

  /// Whether there is a table, readable or not: a log with a version or a checkpoint of versions that have gone.
  package static func exists(at path: String) -> Bool {
    let names = (try? DurableFiles.names(in: path + "/_delta_log")) ?? []
    return names.contains { $0.first?.isNumber == true && ($0.hasSuffix(".json") || $0.contains(".checkpoint.")) }
  }

  /// - Throws: ``DeltaError/notATable(path:)``.
  package init(opening path: String) throws(DeltaError) {
    guard DurableFiles.exists(path + "/_delta_log") else { throw .notATable(path: path) }
    self.path = path
  }

  private init(path: String) { self.path = path }

  /// Creates an empty table, or opens the one that is there, whatever its schema.
  ///
  /// - Parameter properties: of a new table.
  package static func create(
    at path: String, schema: Schema, properties: [String: String] = [:]
  ) throws(DeltaError) -> DeltaTable {
    let table = DeltaTable(path: path)
    guard !exists(at: path) else {
      // What cannot be read is not written to.
      _ = try table.snapshot()
      return table
    }
    do { try DurableFiles.createFolder(path + "/_delta_log") } catch { throw .file(error) }
    let now = Self.now
    let actions: [JSON] = [
      commitInfo("CREATE TABLE", mode: nil, at: now),
      ["protocol": ["minReaderVersion": 1, "minWriterVersion": 2]],
      metadata(schema, id: newID(), properties: properties, at: now),
    ]
    // Where somebody else was quicker, theirs is the table.
    _ = try table.write(actions, as: 0)
    return table
  }

  /// The table at a version; nil is the newest.
  package func snapshot(version: Int64? = nil) throws(DeltaError) -> Snapshot {
    try Snapshot(replaying: path, upTo: version)
  }

  /// Replaces all rows, in one commit: readers see the table before or after it.
  ///
  /// - Parameters:
  ///   - transaction: with a version not above the last one noted nothing is written.
  ///   - properties: to be set; others that the table has stay.
  ///   - allowingNewSchema: whether the rows may have other columns than the table.
  /// - Returns: the new version, or nil where the transaction was already there.
  /// - Throws: ``DeltaError/schemaDiffers(path:table:new:)``, ``DeltaError/conflict(path:version:)``.
  package func overwrite(
    with rows: Table, operation: String = "WRITE", transaction: Transaction? = nil, properties: [String: String] = [:],
    allowingNewSchema: Bool = false
  ) throws(DeltaError) -> Int64? {
    let snapshot = try snapshot()
    if let transaction, let last = snapshot.transactions[transaction.applicationID], last >= transaction.version {
      return nil
    }
    try checkWritable(snapshot, rows)
    let isSame = Self.comparable(snapshot.schema) == Self.comparable(rows.schema)
    guard isSame || allowingNewSchema else {
      throw .schemaDiffers(path: path, table: snapshot.schema.description, new: rows.schema.description)
    }
    let now = Self.now
    var actions = [Self.commitInfo(operation, mode: "Overwrite", at: now)]
    let all = snapshot.properties.merging(properties) { $1 }
    if !isSame || all != snapshot.properties {
      let schema = isSame ? snapshot.schema : rows.schema
      actions.append(Self.metadata(schema, id: snapshot.tableID, properties: all, at: now))
    }
    if let transaction {
      actions.append([
        "txn": [
          "appId": .string(transaction.applicationID), "version": .integer(transaction.version),
          "lastUpdated": .integer(now),
        ]
      ])
    }
    actions += snapshot.files.map { file in
      [
        "remove": [
          "path": .string(file.writtenPath), "deletionTimestamp": .integer(now), "dataChange": true,
          "extendedFileMetadata": true, "partitionValues": [:], "size": .integer(file.size),
        ]
      ]
    }
    // A file without rows would only be one to read.
    if rows.rowCount > 0 { actions.append(try writeFile(rows, at: now)) }
    guard try write(actions, as: snapshot.version + 1) else {
      throw .conflict(path: path, version: snapshot.version + 1)
    }
    return snapshot.version + 1
  }

  /// Adds rows, in one commit; retried where others commit at the same time.
  ///
  /// - Returns: the new version.
  package func append(_ rows: Table, operation: String = "WRITE") throws(DeltaError) -> Int64 {
    let now = Self.now
    var snapshot = try snapshot()
    func check() throws(DeltaError) {
      guard Self.comparable(snapshot.schema) == Self.comparable(rows.schema) else {
        throw .schemaDiffers(path: path, table: snapshot.schema.description, new: rows.schema.description)
      }
      try checkWritable(snapshot, rows)
    }
    try check()
    let actions = [Self.commitInfo(operation, mode: "Append", at: now), try writeFile(rows, at: now)]
    while !(try write(actions, as: snapshot.version + 1)) {
      snapshot = try self.snapshot()
      try check()
    }
    return snapshot.version + 1
  }

  private func checkWritable(_ snapshot: Snapshot, _ rows: Table) throws(DeltaError) {
    if let demand = snapshot.writerDemand { throw .notWritable(path: path, demand: demand) }
    for (field, column) in zip(snapshot.schema.fields, rows.columns)
    where !field.isNullable && column.validity?.contains(false) == true {
      throw .notWritable(path: path, demand: "no nulls in '\(field.name)'")
    }
  }

  // MARK: Files and log entries

  static func logFile(_ version: Int64, of path: String) -> String {
    let digits = String(version)
    return path + "/_delta_log/" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".json"
  }

  /// Puts a version into the log; false where somebody else has it.
  private func write(_ actions: [JSON], as version: Int64) throws(DeltaError) -> Bool {
    let text = actions.map { $0.description + "\n" }.joined()
    do { return try DurableFiles.create(Self.logFile(version, of: path), with: Array(text.utf8)) } catch {
      throw .file(error)
    }
  }

  /// Writes a data file; the action that adds it.
  private func writeFile(_ rows: Table, at now: Int64) throws(DeltaError) -> JSON {
    let name = "part-00000-\(Self.newID())-c000.snappy.parquet"
    let bytes: [UInt8]
    do { bytes = try ParquetWriter(codec: .snappy).encode(rows) } catch { throw .parquet(error) }
    do { _ = try DurableFiles.create(path + "/" + name, with: bytes) } catch { throw .file(error) }
    return [
      "add": [
        "path": .string(name), "partitionValues": [:], "size": .integer(Int64(bytes.count)),
        "modificationTime": .integer(now), "dataChange": true,
        "stats": .string(Self.statistics(of: rows).description),
      ]
    ]
  }

  private static func statistics(of rows: Table) -> JSON {
    var (least, greatest, nulls): ([String: JSON], [String: JSON], [String: JSON]) = ([:], [:], [:])
    for (field, column) in zip(rows.schema.fields, rows.columns) {
      let statistics = ColumnStatistics(of: column, rows: 0..<rows.rowCount)
      nulls[field.name] = .integer(Int64(statistics.nullCount))
      if let bounds = statistics.bounds, let low = json(bounds.minimum, up: false),
        let high = json(bounds.maximum, up: true)
      {
        least[field.name] = low
        greatest[field.name] = high
      }
    }
    return [
      "numRecords": .integer(Int64(rows.rowCount)), "minValues": .object(least), "maxValues": .object(greatest),
      "nullCount": .object(nulls),
    ]
  }

  /// A bound as statistics have it: times to the millisecond, a maximum's rounded up, so that it stays a bound.
  private static func json(_ value: Value, up: Bool) -> JSON? {
    switch value {
    case .integer(let number): return .integer(number)
    case .double(let number): return number.isFinite ? .double(number) : nil
    case .string(let text): return .string(text)
    case .timestamp(var time):
      if up, time.microseconds % 1_000 != 0, time.microseconds < .max - 1_000 { time.microseconds += 999 }
      return .string(time.iso8601(fraction: .milliseconds))
    case .boolean, .null: return nil
    }
  }

  private static func commitInfo(_ operation: String, mode: String?, at now: Int64) -> JSON {
    var members: [String: JSON] = [
      "timestamp": .integer(now), "operation": .string(operation), "engineInfo": "groundswell/0.1.0",
    ]
    // The protocol wants parameters as texts, whatever they are.
    if let mode { members["operationParameters"] = ["mode": .string(mode)] }
    return ["commitInfo": .object(members)]
  }

  private static func metadata(_ schema: Schema, id: String, properties: [String: String], at now: Int64) -> JSON {
    [
      "metaData": [
        "id": .string(id), "format": ["provider": "parquet", "options": [:]],
        "schemaString": .string(SchemaText.text(of: schema)), "partitionColumns": [],
        "configuration": .object(properties.mapValues(JSON.string)),
        "createdTime": .integer(now),
      ]
    ]
  }

  /// Columns that are the same but for whether they may be null are the same columns.
  private static func comparable(_ schema: Schema) -> [[String]] {
    schema.fields.map { [$0.name, $0.type.rawValue] }
  }

  /// Milliseconds since 1970.
  private static var now: Int64 { Timestamp.now.microseconds / 1_000 }

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
}
