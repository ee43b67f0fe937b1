import CivilTime
import Columnar
import DurableFiles
import JSONText
import Parquet

/// The content of a new version: added and removed files, and why.
struct Commit {
  let operation: String
  /// The operation's parameters, as texts, for `history`.
  var parameters: [String: String] = [:]
  var transaction: DeltaTable.Transaction?
  /// The table's new metaData; nil keeps the old one.
  var metadata: JSON?
  var added: [JSON] = []
  var removed: [Snapshot.DataFile] = []
  /// False if the rows stay the same and only their files change.
  var changesData = true
  var metrics: [String: Int64] = [:]

  init(operation: String, parameters: [String: String] = [:], transaction: DeltaTable.Transaction? = nil) {
    self.operation = operation
    self.parameters = parameters
    self.transaction = transaction
  }

  func info(at now: Int64, readVersion: Int64? = nil) -> JSON {
    var members: [String: JSON] = [
      "timestamp": .integer(now), "operation": .string(operation), "engineInfo": .string(CommitSeal.engine),
      CommitSeal.key: .string(CommitSeal.zeros),
      "operationParameters": .object(parameters.mapValues(JSON.string)),
    ]
    members["readVersion"] = readVersion.map(JSON.integer)
    if !metrics.isEmpty { members["operationMetrics"] = .object(metrics.mapValues { .string(String($0)) }) }
    return ["commitInfo": .object(members)]
  }

  func actions(at now: Int64, readVersion: Int64) -> [JSON] {
    var actions = [info(at: now, readVersion: readVersion)]
    if let metadata { actions.append(["metaData": metadata]) }
    if let transaction {
      actions.append([
        "txn": [
          "appId": .string(transaction.applicationID), "version": .integer(transaction.version),
          "lastUpdated": .integer(now),
        ]
      ])
    }
    actions += removed.map { file in
      [
        "remove": [
          "path": .string(file.writtenPath), "deletionTimestamp": .integer(now), "dataChange": .boolean(changesData),
          "extendedFileMetadata": true, "size": .integer(file.size),
          "partitionValues": .object(file.partitionValues.mapValues { $0.map(JSON.string) ?? .null }),
        ]
      ]
    }
    return actions + added
  }
}

extension DeltaTable {
  /// Commits what `build` makes of the newest snapshot. If another writer commits first, builds again on the newer one:
  /// `build` decides whether that can be, and throws ``DeltaError/conflict(path:version:)`` where it cannot.
  ///
  /// - Parameter build: returns nil to commit nothing, for instance if the transaction was committed before.
  /// - Returns: the new version; nil if nothing was committed. Files that no version names are removed again.
  func commit(
    on known: Snapshot? = nil, _ build: (Snapshot, FileWriter) throws(DeltaError) -> Commit?
  ) throws(DeltaError) -> Int64? {
    var snapshot: Snapshot
    if let known { snapshot = try known.updated() } else { snapshot = try self.snapshot() }
    try checkIsOwn("_delta_log")
    while true {
      let files = FileWriter(self)
      let commit: Commit?
      do throws(DeltaError) { commit = try build(snapshot, files) } catch {
        files.discard()
        throw error
      }
      let last = commit?.transaction.flatMap { snapshot.transactions[$0.applicationID] }
      guard let commit, last.map({ $0 < commit.transaction?.version ?? .max }) ?? true else {
        files.discard()
        return nil
      }
      let version = snapshot.version + 1
      // After this error the version may exist all the same, so its files stay: a vacuum removes them if no version names them.
      if try write(commit.actions(at: Self.now, readVersion: snapshot.version), as: version) {
        keepCheckpoint(after: version, of: snapshot)
        return version
      }
      files.discard()
      snapshot = try snapshot.updated()
    }
  }

  /// Refuses rows that the table cannot accept: its protocol demands more, or another query owns it.
  func check(
    _ snapshot: Snapshot, removes: Bool = false, expected: [String: String] = [:]
  ) throws(DeltaError) {
    for (name, value) in expected where snapshot.properties[name] ?? value != value {
      throw .conflict(path: path, version: snapshot.version)
    }
    if let demand = snapshot.writerDemand { throw .notWritable(path: path, demand: demand) }
    if removes, snapshot.isAppendOnly { throw .notWritable(path: path, demand: "delta.appendOnly") }
  }
}

/// Writes data files, and removes those that were not committed.
final class FileWriter {
  private let table: DeltaTable
  private var path: String { table.path }
  private var written: [String] = []

  init(_ table: DeltaTable) { self.table = table }

  /// Writes rows with the table's columns, one file for each combination of partition values.
  ///
  /// - Returns: the actions that add the files.
  func write(
    _ rows: Table, partitionColumns: [String], codec: ParquetCodec, changesData: Bool = true
  ) throws(DeltaError) -> [JSON] {
    // Without rows there is no file to read.
    guard rows.rowCount > 0 else { return [] }
    guard !partitionColumns.isEmpty else {
      return [try write(rows, values: [:], folder: "", codec: codec, changesData: changesData)]
    }
    let keys = partitionColumns.compactMap { rows[$0] }
    let schema = rows.schema
    let others = schema.fields.indices.filter { !partitionColumns.contains(schema.fields[$0].name) }
    var index = RowKeys()
    let numbers = index.numbers(of: keys, rowCount: rows.rowCount)
    var rowsByPart = [[Int]](repeating: [], count: index.count)
    for (row, number) in numbers.enumerated() { rowsByPart[Int(number)].append(row) }
    let body = Table(
      schema: Schema(others.map { schema.fields[$0] }), columns: others.map { rows.columns[$0] },
      rowCount: rows.rowCount)
    return try rowsByPart.map { rowsOfPart throws(DeltaError) in
      var values: [String: JSON] = [:]
      var folder = ""
      for (name, column) in zip(partitionColumns, keys) {
        let field = schema.fields[schema.index(of: name) ?? 0]
        let text = try PartitionValue.text(column[rowsOfPart[0]], field)
        values[name] = text.map(JSON.string) ?? .null
        folder += "\(PathText.folderName(name))=\(Self.folderName(text))/"
      }
      return try write(body.picking(rowsOfPart), values: values, folder: folder, codec: codec, changesData: changesData)
    }
  }

  private static func folderName(_ text: String?) -> String {
    guard let text, !text.isEmpty else { return "__HIVE_DEFAULT_PARTITION__" }
    return PathText.folderName(text)
  }

  private func write(
    _ rows: Table, values: [String: JSON], folder: String, codec: ParquetCodec, changesData: Bool
  ) throws(DeltaError) -> JSON {
    let name = folder + "part-00000-\(DeltaTable.newID())-c000\(codec == .uncompressed ? "" : ".\(codec)").parquet"
    var size: Int64 = 0
    try table.checkIsOwn(folder)
    do {
      if !folder.isEmpty { try DurableFiles.createFolder(path + "/" + folder.dropLast()) }
      _ = try DurableFiles.create(path + "/" + name) { write in
        var writer = try ParquetWriter(schema: rows.schema, codec: codec)
        for piece in try writer.add(rows) + [writer.finish()] {
          try write(piece)
          size += Int64(piece.count)
        }
      }
    } catch {
      switch error {
      case let error as ParquetError: throw .parquet(error)
      case let error as FileError: throw .file(error)
      default: throw .file(FileError("write", path + "/" + name))
      }
    }
    written.append(path + "/" + name)
    return [
      "add": [
        "path": .string(PathText.encoded(name)), "partitionValues": .object(values), "size": .integer(size),
        "modificationTime": .integer(DeltaTable.now), "dataChange": .boolean(changesData),
        "stats": .string(FileStatistics.text(of: rows)),
      ]
    ]
  }

  /// Removes the files that were written.
  func discard() {
    for file in written { try? DurableFiles.remove(file) }
    written = []
  }
}
