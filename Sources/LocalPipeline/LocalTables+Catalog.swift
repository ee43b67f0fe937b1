import Columnar
import DeltaLake
import Pipeline

extension LocalTables: Catalog {
  func tables() async throws -> [TableStatus] { try statuses() }

  func table(_ name: String) async throws -> TableStatus? { try status(name) }

  func write(_ rows: Table, to name: String, _ write: TableWrite) async throws -> Int64 {
    try checkCanBeTable(name)
    return try busy {
      let table = try DeltaTable.create(
        at: workspace.tableForWriting(name), schema: rows.schema, options: DeltaTable.Options(write.layout))
      if write.mode != .overwrite, let checkpoint = DeltaSink.checkpointRewriting(try table.snapshot()) {
        throw RewrittenTable(table: name, checkpoint: checkpoint)
      }
      var options = DeltaTable.WriteOptions(
        operation: "IMPORT", addsColumns: write.addsColumns,
        replacesColumns: write.mode == .overwrite && write.addsColumns)
      // The rows belong to no query from now on: a query that wrote the table must not replace them.
      if write.mode == .overwrite { options.properties[DeltaSink.queryProperty] = "" }
      switch write.mode {
      case .append: try table.append(rows, options)
      case .overwrite: try table.overwrite(with: rows, options)
      case .merge(let key): try table.merge(rows, by: key, options)
      }
      return try table.snapshot().version
    }
  }

  func history(of name: String) async throws -> [TableChange] {
    try existingTable(name).history().map {
      TableChange(
        version: $0.number, time: $0.time, operation: $0.operation, parameters: $0.parameters, metrics: $0.metrics,
        batch: $0.transaction?.version)
    }
  }

  func optimize(_ name: String, targetSize: Int64) async throws -> Compaction? {
    try busy {
      try tableForWriting(name).optimize(targetSize: targetSize).map {
        Compaction(removed: $0.removed, added: $0.added, version: $0.version)
      }
    }
  }

  func vacuum(_ name: String, retention: Int64?, dryRun: Bool) async throws -> [UnneededFile] {
    try busy {
      try tableForWriting(name).vacuum(retention: retention, dryRun: dryRun).map {
        UnneededFile(path: $0.path, size: $0.size)
      }
    }
  }
}

extension DeltaTable.Options {
  init(_ layout: TableLayout) {
    self.init(partitionColumns: layout.partitionColumns)
    if let codec = layout.codec { properties[DeltaTable.codecProperty] = codec }
  }
}
