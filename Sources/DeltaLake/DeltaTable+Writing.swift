package import Columnar
import JSONText
import Parquet

extension DeltaTable {
  /// How rows are written.
  package struct WriteOptions: Hashable, Sendable {
    /// The operation's name, for `history`.
    package var operation = "WRITE"
    /// Writes nothing if the table has this transaction or a later one of the application.
    package var transaction: Transaction?
    /// Whether missing columns are added to the table.
    package var addsColumns = false
    /// Whether an overwrite may change the table's columns.
    package var replacesColumns = false
    /// Whether an overwrite also replaces rows that other writers commit at the same time; false fails instead.
    package var replacesOthers = false
    /// Properties to set; the table keeps its others.
    package var properties: [String: String] = [:]
    /// A table that has these with other values is not written to: a ``DeltaError/conflict(path:version:)``.
    package var expectedProperties: [String: String] = [:]

    /// See the properties; by default only rows are written.
    package init(
      operation: String = "WRITE", transaction: Transaction? = nil, addsColumns: Bool = false,
      replacesColumns: Bool = false, replacesOthers: Bool = false, properties: [String: String] = [:],
      expectedProperties: [String: String] = [:]
    ) {
      self.operation = operation
      self.transaction = transaction
      self.addsColumns = addsColumns
      self.replacesColumns = replacesColumns
      self.replacesOthers = replacesOthers
      self.properties = properties
      self.expectedProperties = expectedProperties
    }
  }

  /// The codec in the table's properties: `snappy`, `zstd`, `uncompressed`.
  package static let codecProperty = "delta.parquet.compression.codec"

  private static func codec(_ snapshot: Snapshot, _ options: WriteOptions = WriteOptions()) -> ParquetCodec {
    (options.properties[codecProperty] ?? snapshot.properties[codecProperty]).flatMap(ParquetCodec.init(name:))
      ?? .snappy
  }

  /// Adds rows in one commit. Retries if another writer commits at the same time.
  ///
  /// - Parameter rows: columns are matched by name; a missing one is null.
  /// - Returns: the new version; nil if the transaction was committed before.
  /// - Throws: ``DeltaError/otherColumns(path:difference:)`` for columns that the table does not have, or of other types.
  @discardableResult
  package func append(
    _ rows: Table, _ options: WriteOptions = WriteOptions(), on known: Snapshot? = nil
  ) throws(DeltaError) -> Int64? {
    try commit(on: known) { (snapshot, files) throws(DeltaError) in
      try check(snapshot, expected: options.expectedProperties)
      var commit = Commit(
        operation: options.operation, parameters: ["mode": "Append"], transaction: options.transaction)
      let aligned = try align(rows, to: snapshot, options, in: &commit)
      commit.added = try files.write(
        aligned, partitionColumns: snapshot.partitionColumns, codec: Self.codec(snapshot, options))
      commit.metrics = ["numOutputRows": Int64(rows.rowCount), "numFiles": Int64(commit.added.count)]
      return commit
    }
  }

  /// Replaces all rows in one commit: readers see the table before or after it.
  ///
  /// - Returns: the new version; nil if the transaction was committed before.
  /// - Throws: ``DeltaError/otherColumns(path:difference:)``, ``DeltaError/conflict(path:version:)`` where somebody else
  ///   wrote to the table meanwhile, whose rows would be lost.
  @discardableResult
  package func overwrite(
    with rows: Table, _ options: WriteOptions = WriteOptions(), on known: Snapshot? = nil
  ) throws(DeltaError) -> Int64? {
    var first: Int64?
    return try commit(on: known) { (snapshot, files) throws(DeltaError) in
      if let first, first != snapshot.version, !options.replacesOthers {
        throw .conflict(path: path, version: snapshot.version)
      }
      first = snapshot.version
      try check(snapshot, removes: true, expected: options.expectedProperties)
      var commit = Commit(
        operation: options.operation, parameters: ["mode": "Overwrite"], transaction: options.transaction)
      let aligned: Table
      if options.replacesColumns, Self.comparable(snapshot.schema) != Self.comparable(rows.schema) {
        for name in snapshot.partitionColumns where rows.schema.index(of: name) == nil {
          throw .noSuchColumn(name, known: rows.schema.names)
        }
        try Self.checkColumnNames(rows.schema.names)
        commit.metadata = metadata(
          snapshot, schemaText: SchemaText.text(of: rows.schema), properties: options.properties)
        aligned = rows
      } else {
        aligned = try align(rows, to: snapshot, options, in: &commit)
      }
      commit.removed = snapshot.files
      commit.added = try files.write(
        aligned, partitionColumns: snapshot.partitionColumns, codec: Self.codec(snapshot, options))
      commit.metrics = ["numOutputRows": Int64(rows.rowCount), "numFiles": Int64(commit.added.count)]
      return commit
    }
  }

  /// Replaces rows with the same key, and adds the others, in one commit. Retries if another writer commits at the same
  /// time.
  ///
  /// Reads only files whose statistics admit one of the keys, and rewrites only those that hold one. Nulls are equal, as
  /// in SQL's GROUP BY.
  /// - Parameter keys: the key columns; of several new rows with one key, the last counts.
  /// - Returns: the new version; nil if the transaction was committed before.
  @discardableResult
  package func merge(
    _ rows: Table, by keys: [String], _ options: WriteOptions = WriteOptions(), on known: Snapshot? = nil
  ) throws(DeltaError) -> Int64? {
    try commit(on: known) { (snapshot, files) throws(DeltaError) in
      try check(snapshot, removes: true, expected: options.expectedProperties)
      var commit = Commit(
        operation: options.operation, parameters: ["mode": "Merge", "by": keys.joined(separator: ", ")],
        transaction: options.transaction)
      let aligned = try align(rows, to: snapshot, options, in: &commit)
      let keyIndices = try keys.map { key throws(DeltaError) in
        guard let found = aligned.schema.index(of: key) else { throw .noSuchColumn(key, known: aligned.schema.names) }
        return found
      }
      for name in keys where snapshot.partitionColumns.contains(where: { $0.lowercased() == name.lowercased() }) {
        // An empty text reads back as null, unless the column has no nulls.
        if snapshot.schema.index(of: name).map({ snapshot.schema.fields[$0].isNullable }) == false { continue }
        if case .string(let texts)? = aligned[name]?.values,
          texts.ends.indices.contains(where: { texts.range($0).isEmpty && aligned[name]?.isNull($0) == false })
        {
          throw .emptyPartitionKey(name)
        }
      }
      var index = RowKeys()
      let numbers = index.numbers(of: keyIndices.map { aligned.columns[$0] }, rowCount: aligned.rowCount)
      var lastRow = [Int](repeating: 0, count: index.count)
      for (row, number) in numbers.enumerated() { lastRow[Int(number)] = row }
      let source = index.count == aligned.rowCount ? aligned : aligned.picking(lastRow.sorted())
      var pieces: [Table] = []
      var updated = 0
      for file in snapshot.files(where: Self.conditions(source, keyIndices)) {
        try Task.checkMergeCancellation()
        let old = try Self.widened(try snapshot.read(file), to: aligned.schema)
        let found = index.find(keyIndices.map { old.columns[$0] }, rowCount: old.rowCount)
        let kept = found.map { $0 < 0 }
        guard kept.contains(false) else { continue }
        commit.removed.append(file)
        updated += kept.count { !$0 }
        pieces.append(old.filtered(by: kept))
      }
      pieces.append(source)
      let joined = Table(joining: pieces, schema: aligned.schema)
      commit.added = try files.write(
        joined, partitionColumns: snapshot.partitionColumns, codec: Self.codec(snapshot, options)
      )
      commit.metrics = [
        "numOutputRows": Int64(joined.rowCount), "numTargetRowsUpdated": Int64(updated),
        "numTargetRowsInserted": Int64(max(0, source.rowCount - updated)),
        "numTargetFilesRemoved": Int64(commit.removed.count), "numTargetFilesAdded": Int64(commit.added.count),
      ]
      return commit
    }
  }

  /// Conditions on the keys' minimum and maximum that files with a key fulfil.
  private static func conditions(_ source: Table, _ indices: [Int]) -> [Condition] {
    indices.flatMap { index -> [Condition] in
      let statistics = ColumnStatistics(of: source.columns[index], rows: 0..<source.rowCount)
      guard statistics.nullCount == 0, let bounds = statistics.bounds else { return [] }
      let name = source.schema.fields[index].name
      return [
        .comparison(name, .greaterOrEqual, bounds.minimum), .comparison(name, .lessOrEqual, bounds.maximum),
      ]
    }
  }

  /// Rewrites many small files as few large ones: readers are faster, the rows stay the same.
  ///
  /// - Parameter targetSize: in bytes; smaller files are joined to files of about this size.
  /// - Returns: the numbers of files before and after, and the version; nil if there was nothing to do.
  package func optimize(
    targetSize: Int64 = 128 << 20
  ) throws(DeltaError) -> (removed: Int, added: Int, version: Int64)? {
    var (removedCount, addedCount) = (0, 0)
    let version = try commit { (snapshot, files) throws(DeltaError) in
      try check(snapshot)
      var commit = Commit(operation: "OPTIMIZE", parameters: ["targetSize": String(targetSize)])
      commit.changesData = false
      // Compares bytes: Swift's strings are equal for different spellings of one text.
      let parts = Dictionary(grouping: snapshot.files.filter { $0.size < targetSize }) { file in
        file.partitionValues.mapValues { $0.map { Array($0.utf8) } }
      }
      for part in parts.values.sorted(by: { $0[0].order < $1[0].order }) {
        var bin: [Snapshot.DataFile] = []
        func compact() throws(DeltaError) {
          defer { bin = [] }
          guard bin.count > 1 else { return }
          let rows = Table(
            joining: try bin.map { file throws(DeltaError) in try snapshot.read(file) }, schema: snapshot.schema)
          commit.removed += bin
          commit.added += try files.write(
            rows, partitionColumns: snapshot.partitionColumns, codec: Self.codec(snapshot),
            changesData: false)
        }
        for file in part {
          try Task.checkMergeCancellation()
          if bin.reduce(file.size, { $0 + $1.size }) > targetSize { try compact() }
          bin.append(file)
        }
        try compact()
      }
      guard !commit.removed.isEmpty else { return nil }
      (removedCount, addedCount) = (commit.removed.count, commit.added.count)
      commit.metrics = ["numRemovedFiles": Int64(removedCount), "numAddedFiles": Int64(addedCount)]
      return commit
    }
    return version.map { (removedCount, addedCount, $0) }
  }

  // MARK: Columns

  /// The rows with the table's columns, in its order, and the new metaData if columns are added.
  private func align(
    _ rows: Table, to snapshot: Snapshot, _ options: WriteOptions, in commit: inout Commit
  ) throws(DeltaError) -> Table {
    var fields = snapshot.schema.fields
    var problems: [String] = []
    let new = rows.schema.fields.filter { snapshot.schema.index(of: $0.name) == nil }
    if options.addsColumns {
      // Checks new names only: existing ones may come from writers with other rules.
      try Self.checkColumnNames(new.map(\.name))
      fields += new.map { Field($0.name, $0.type) }
    } else {
      problems += new.map { "'\($0.name) \($0.type.sqlName)' is not in the table" }
    }
    var columns: [Column] = []
    for field in fields {
      guard let index = rows.schema.index(of: field.name) else {
        if !field.isNullable { problems.append("'\(field.name)' may not be null, and is missing") }
        columns.append(Column(field.type, repeating: .null, count: rows.rowCount))
        continue
      }
      let column = rows.columns[index]
      if let fitting = Self.fitting(column, field.type) {
        columns.append(fitting)
      } else {
        problems.append("'\(field.name)' is \(field.type.sqlName) in the table, not \(column.type.sqlName)")
      }
      if !field.isNullable, column.validity?.contains(false) == true {
        problems.append("'\(field.name)' may not be null")
      }
    }
    guard problems.isEmpty else { throw .otherColumns(path: path, difference: problems.joined(separator: ", ")) }
    let hasNew = options.addsColumns && !new.isEmpty
    if hasNew || !options.properties.allSatisfy({ snapshot.properties[$0.key] == $0.value }) {
      commit.metadata = metadata(
        snapshot,
        schemaText: hasNew
          ? SchemaText.adding(new.map { Field($0.name, $0.type) }, to: snapshot.schemaText) : snapshot.schemaText,
        properties: options.properties)
    }
    return Table(schema: Schema(fields), columns: columns, rowCount: rows.rowCount)
  }

  /// The column, converted to a wider type without loss; nil if the types do not fit.
  private static func fitting(_ column: Column, _ type: DataType) -> Column? {
    switch (column.type, type) {
    case let (from, to) where from == to: return column
    case (.integer, .long), (.integer, .double): return try? Column(type, of: (0..<column.count).map { column[$0] })
    // A column of nulls fits any type.
    default:
      return column.nullCount == column.count && column.count > 0
        ? Column(type, repeating: .null, count: column.count) : nil
    }
  }

  private static func widened(_ rows: Table, to schema: Schema) throws(DeltaError) -> Table {
    guard rows.schema.fields.count < schema.fields.count else { return rows }
    let more = schema.fields.dropFirst(rows.schema.fields.count)
    return Table(
      schema: schema, columns: rows.columns + more.map { Column($0.type, repeating: .null, count: rows.rowCount) })
  }

  private func metadata(_ snapshot: Snapshot, schemaText: String, properties: [String: String]) -> JSON {
    var members = snapshot.replay.metadata?.members ?? [:]
    members["schemaString"] = .string(schemaText)
    members["configuration"] = .object(snapshot.properties.merging(properties) { $1 }.mapValues(JSON.string))
    return .object(members)
  }

  /// Compares columns without their nullability.
  private static func comparable(_ schema: Schema) -> [[String]] {
    schema.fields.map { [$0.name, $0.type.name] }
  }
}

extension Task where Success == Never, Failure == Never {
  /// Throws if the task was cancelled: long work ends with its caller.
  static func checkMergeCancellation() throws(DeltaError) {
    if isCancelled { throw .interrupted }
  }
}
