package import Columnar
import DurableFiles
import JSONText
import Parquet

/// A table at one version: what the log up to it adds up to. Later commits do not change it.
package struct Snapshot: Hashable, Sendable {
  /// A data file that is part of the table.
  package struct DataFile: Hashable, Sendable {
    /// Relative to the table's folder, percent-decoded.
    package let path: String
    /// As the log has it, which a removal must repeat.
    let writtenPath: String
    package let size: Int64
    /// Nil where its writer did not say.
    package let rowCount: Int64?
  }

  package let path: String
  package let version: Int64
  package let schema: Schema
  /// Given once, for the table's life.
  let tableID: String
  /// The table's properties, `delta.…` and its writers' own.
  package let properties: [String: String]
  /// Why we must not write to it: what its protocol or its properties ask of a writer; nil where nothing does.
  let writerDemand: String?
  /// In the order in which they were added.
  package let files: [DataFile]
  /// The last version that each application has noted, a streaming query's batch.
  package let transactions: [String: Int64]
  /// What the newest commit carried; nil where a commit without transaction came last.
  package let lastTransaction: DeltaTable.Transaction?

  /// From the files' statistics; nil where one has none.
  package var rowCount: Int64? {
    files.reduce(0) { sum, file in
      guard let sum, let count = file.rowCount, count >= 0 else { return nil }
      let (total, overflow) = sum.addingReportingOverflow(count)
      return overflow ? nil : total
    }
  }

  /// The rows, file after file; a column that a file lacks is null there.
  ///
  /// - Throws: ``DeltaError`` for a file that is missing, damaged or of another schema.
  package func read() throws(DeltaError) -> Table {
    var tables: [Table] = []
    for file in files {
      let path = self.path + "/" + file.path
      guard DurableFiles.exists(path) else { throw .missingDataFile(path: path) }
      do { tables.append(try rows(of: try ParquetFile(path: path))) } catch let error as ParquetError {
        throw .parquet(error)
      } catch {
        throw error as? DeltaError ?? .notATable(path: path)
      }
    }
    return Table(joining: tables, schema: schema)
  }

  private func rows(of file: ParquetFile) throws -> Table {
    let columns = try schema.fields.map { field -> Column in
      guard let index = file.schema.index(of: field.name) else {
        return try Column(field.type, of: Array(repeating: .null, count: file.rowCount))
      }
      let found = file.schema.fields[index]
      let column = try file.read(columns: [found.name]).columns[0]
      guard found.type != field.type else { return column }
      // The log may promise a wider number than an older file holds.
      guard field.type.isNumeric, found.type.isNumeric,
        let wider = try? Column(field.type, of: (0..<column.count).map { column[$0] })
      else {
        throw DeltaError.schemaDiffers(path: file.name, table: schema.description, new: file.schema.description)
      }
      return wider
    }
    return Table(schema: schema, columns: columns)
  }
}

// MARK: Replaying the log

extension Snapshot {
  /// Replays the log of a table up to a version, or to its newest.
  init(replaying path: String, upTo wanted: Int64?) throws(DeltaError) {
    let log = path + "/_delta_log"
    guard DurableFiles.exists(log) else { throw .notATable(path: path) }
    let names: [String]
    do { names = try DurableFiles.names(in: log) } catch { throw .file(error) }
    let versions = names.compactMap { $0.count == 25 && $0.hasSuffix(".json") ? Int64($0.prefix(20)) : nil }
    guard let newest = versions.last else { throw .notATable(path: path) }
    if versions.first != 0 {
      throw names.contains { $0.contains(".checkpoint.") }
        ? .startsWithCheckpoint(path: path) : .missingVersion(path: path, version: 0)
    }
    for (index, version) in versions.enumerated() where Int64(index) != version {
      throw .missingVersion(path: path, version: Int64(index))
    }
    if let wanted, !(0...newest).contains(wanted) {
      throw .noSuchVersion(path: path, wanted: wanted, newest: newest)
    }
    var replay = Replay(table: path)
    let last = wanted ?? newest
    for version in 0...last { try replay.read(DeltaTable.logFile(version, of: path)) }
    guard let metadata = replay.metadata, let schemaText = metadata["schemaString"]?.text,
      let id = metadata["id"]?.text
    else { throw .malformed(path: log, line: 0, reason: "there is no metaData with a schema") }
    if let partitions = metadata["partitionColumns"]?.elements, !partitions.isEmpty {
      throw .unsupported(path: path, feature: "partition columns")
    }
    self.path = path
    self.version = last
    schema = try SchemaText.schema(of: schemaText, table: path)
    tableID = id
    properties = (metadata["configuration"]?.members ?? [:]).compactMapValues(\.text)
    writerDemand = Self.writerDemand(replay.writerVersion, metadata, schemaText)
    files = replay.order.compactMap { replay.files[$0] }
    transactions = replay.transactions
    lastTransaction = replay.lastTransaction
  }
}

extension Snapshot {
  /// What writer version 2 may have to observe and we do not.
  private static func writerDemand(_ version: Int64, _ metadata: JSON, _ schemaText: String) -> String? {
    if version > 2 { return "writer version \(version)" }
    if metadata["configuration"]?["delta.appendOnly"]?.text == "true" { return "delta.appendOnly" }
    if schemaText.contains("delta.invariants") { return "column invariants" }
    let narrow = ["float", "short", "byte"].first { schemaText.contains("\"type\":\"\($0)\"") }
    return narrow.map { "a column of type \($0)" }
  }
}

/// The log so far: the newest of everything.
private struct Replay {
  let table: String
  var metadata: JSON?
  var files: [String: Snapshot.DataFile] = [:]
  var order: [String] = []
  var transactions: [String: Int64] = [:]
  var lastTransaction: DeltaTable.Transaction?
  var writerVersion: Int64 = 2

  init(table: String) { self.table = table }

  mutating func read(_ file: String) throws(DeltaError) {
    let bytes: [UInt8]
    do { bytes = try DurableFiles.read(file) } catch { throw .file(error) }
    // Removals first: within a commit the order of actions means nothing.
    var actions: [JSON] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      do { actions.append(try JSON(parsing: line)) } catch {
        throw .malformed(path: file, line: index + 1, reason: error.description)
      }
    }
    lastTransaction = nil
    for action in actions { try apply(removing: action) }
    for (index, action) in actions.enumerated() { try apply(adding: action, file: file, line: index + 1) }
  }

  private mutating func apply(removing action: JSON) throws(DeltaError) {
    guard let path = action["remove"]?["path"]?.text, files.removeValue(forKey: path) != nil else { return }
    order.removeAll { $0 == path }
  }

  private mutating func apply(adding action: JSON, file: String, line: Int) throws(DeltaError) {
    if let protocolAction = action["protocol"] { try check(protocolAction) }
    if let metadata = action["metaData"] { self.metadata = metadata }
    if let transaction = action["txn"], let id = transaction["appId"]?.text,
      let version = transaction["version"]?.integer
    {
      transactions[id] = version
      lastTransaction = .init(applicationID: id, version: version)
    }
    guard let add = action["add"] else { return }
    guard let written = add["path"]?.text, let size = add["size"]?.integer else {
      throw .malformed(path: file, line: line, reason: "an added file without path or size")
    }
    if let deletion = add["deletionVector"], deletion != .null {
      throw .unsupported(path: table, feature: "deletion vectors")
    }
    let path = try Self.decoded(written, table: table)
    let statistics = add["stats"]?.text.flatMap { try? JSON(parsing: $0) }
    if files[written] == nil { order.append(written) }
    files[written] = Snapshot.DataFile(
      path: path, writtenPath: written, size: size, rowCount: statistics?["numRecords"]?.integer)
  }

  private mutating func check(_ action: JSON) throws(DeltaError) {
    writerVersion = action["minWriterVersion"]?.integer ?? 2
    guard let reader = action["minReaderVersion"]?.integer, reader > 1 else { return }
    let features = action["readerFeatures"]?.elements?.compactMap(\.text) ?? []
    throw .unsupported(
      path: table,
      feature: features.isEmpty
        ? "reader version \(reader) (column mapping)" : "the reader features \(features.joined(separator: ", "))")
  }

  /// Undoes a URI's percent encoding, and refuses what would lead out of the table.
  private static func decoded(_ path: String, table: String) throws(DeltaError) -> String {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    let decoded = String(decoding: bytes, as: UTF8.self)
    let parts = decoded.split(separator: "/", omittingEmptySubsequences: false)
    guard !decoded.contains("://"), !decoded.hasPrefix("/"), !parts.contains(".."), !decoded.contains("\0") else {
      throw .escapingPath(table: table, path: path)
    }
    return decoded
  }
}
