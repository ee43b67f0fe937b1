import CivilTime
import Columnar
import Pipeline
import SQLEngine
import StreamProcessing

/// Tables in memory, each with all its versions, and SQLite over their newest ones.
actor MemoryCatalog: Catalog {
  struct Version {
    let rows: Table
    let operation: String
    let batch: Int64?
  }

  private let database: SQLDatabase
  private var versions: [String: [Version]] = [:]
  private var windows: [String: WindowSpecification] = [:]
  /// The queries that write tables, with their last batches.
  private var owners: [String: (query: String, checkpoint: String, plan: [String])] = [:]
  private var batches: [String: Int64] = [:]

  init(_ services: SessionServices) throws {
    let database = try SQLDatabase()
    for function in services.functions { database.define(function) }
    self.database = database
  }

  private var known: [String] { Set(versions.keys).union(database.names).sorted() }

  private func name(_ name: String) -> String? { versions.keys.first { $0.lowercased() == name.lowercased() } }

  func rows(_ name: String, _ version: TableVersion?) throws -> (rows: Table, version: Int64) {
    guard let found = self.name(name), let all = versions[found] else {
      guard database.hasView(name) else { throw NoSuchTable(name: name, known: known) }
      return (try database.execute("SELECT * FROM \"\(name)\""), 0)
    }
    guard case .number(let number)? = version else { return (all[all.count - 1].rows, Int64(all.count - 1)) }
    guard all.indices.contains(Int(number)) else { throw MemoryFault.noSuchVersion }
    return (all[Int(number)].rows, number)
  }

  func query(_ statement: String) throws -> Table {
    for (name, versions) in versions {
      let rows = versions[versions.count - 1].rows
      try database.attach(SQLTable(schema: rows.schema) { rows }, as: name)
    }
    let travel = TimeTravel(statement)
    var names: [String] = []
    defer { for name in names { try? database.detach(name) } }
    for reference in travel.references {
      guard case .version(let number) = reference.point else { throw MemoryFault.noSuchVersion }
      let rows = try rows(reference.table, .number(number)).rows
      names.append("\(reference.table)@v\(number)")
      try database.attach(SQLTable(schema: rows.schema) { rows }, as: names[names.count - 1])
    }
    return try database.execute(travel.naming(names))
  }

  // MARK: Catalog

  func names() async -> CatalogNames {
    var names = CatalogNames()
    names.columns = database.columnNamesByTable
    names.functions = database.functionNames
    return names
  }

  func tables() async throws -> [TableStatus] { versions.keys.sorted().compactMap(status) }

  func table(_ name: String) async throws -> TableStatus? { self.name(name).flatMap(status) }

  private func status(_ name: String) -> TableStatus? {
    guard let all = versions[name], let last = all.last else { return nil }
    var status = TableStatus(name)
    (status.version, status.rowCount) = (Int64(all.count - 1), Int64(last.rows.rowCount))
    (status.schema, status.windows) = (last.rows.schema, windows[name])
    return status
  }

  func contains(_ name: String) async throws -> Bool { self.name(name) != nil || database.hasView(name) }

  func checkCanBeTable(_ name: String) async throws {
    try ResourceName.check(name)
    if database.hasView(name) { throw NameFault.takenByView(name) }
    if let other = self.name(name), other != name { throw NameFault.takenByTable(name, other: other) }
  }

  func write(_ rows: Table, to name: String, _ write: TableWrite) async throws -> Int64 {
    try await checkCanBeTable(name)
    if write.mode != .overwrite, let owner = owners[name], owner.plan.contains("mode complete") {
      throw RewrittenTable(table: name, checkpoint: owner.checkpoint)
    }
    let before = versions[name]?.last?.rows ?? Table(joining: [], schema: rows.schema)
    switch write.mode {
    case .append: add(Table(joining: [before, rows], schema: rows.schema), to: name, "IMPORT")
    case .overwrite:
      owners[name] = nil
      add(rows, to: name, "IMPORT")
    case .merge(let key): add(Self.merged(before, rows, by: key), to: name, "IMPORT")
    }
    return Int64((versions[name]?.count ?? 0) - 1)
  }

  private func add(_ rows: Table, to name: String, _ operation: String, batch: Int64? = nil) {
    versions[name, default: []].append(Version(rows: rows, operation: operation, batch: batch))
  }

  private static func merged(_ before: Table, _ rows: Table, by key: [String]) -> Table {
    func keys(_ table: Table) -> [String] {
      (0..<table.rowCount).map { row in key.compactMap { table[$0]?[row].description }.joined(separator: "\t") }
    }
    let replaced = Set(keys(rows))
    return Table(
      joining: [before.filtered(by: keys(before).map { !replaced.contains($0) }), rows], schema: rows.schema)
  }

  func history(of name: String) async throws -> [TableChange] {
    guard let all = versions[name] else { throw NoSuchTable(name: name, known: known) }
    return all.enumerated().map { number, version in
      TableChange(
        version: Int64(number), time: Timestamp(microseconds: Int64(number)), operation: version.operation,
        parameters: [:], metrics: [:], batch: version.batch)
    }
  }

  func optimize(_ name: String, targetSize: Int64) async throws -> Compaction? {
    _ = try await history(of: name)
    return nil
  }

  func vacuum(_ name: String, retention: Int64?, dryRun: Bool) async throws -> [UnneededFile] {
    _ = try await history(of: name)
    return []
  }

  // MARK: Queries

  func lastBatch(of query: String) -> Int64? { batches[query] }

  func foreignRows(in table: String, to query: String) -> ForeignRows? {
    guard let rows = versions[table]?.last?.rows else { return nil }
    guard let owner = owners[table] else { return rows.rowCount == 0 ? nil : .ofNoQuery }
    return owner.query == query ? nil : .ofQuery(checkpoint: owner.checkpoint, plan: owner.plan)
  }

  func commit(_ result: Table, _ batch: SinkBatch, to name: String, windows: WindowSpecification) {
    let before = versions[name]?.last?.rows ?? Table(joining: [], schema: result.schema)
    let rows =
      switch batch.mode {
      case .complete: result
      case _ where batch.replaces: result
      case .append: Table(joining: [before, result], schema: result.schema)
      case .update: Self.merged(before, result, by: batch.keyColumns)
      }
    owners[name] = (batch.query, batch.checkpoint, batch.plan)
    batches[batch.query] = batch.number
    self.windows[name] = windows
    add(rows, to: name, "STREAMING UPDATE", batch: batch.number)
  }
}

/// A table of a memory catalogue as a query's sink.
struct MemoryTableSink: BatchSink {
  let catalog: MemoryCatalog
  let table: String
  let windows: WindowSpecification
  var description: String { "the table \(table)" }

  func committedBatch(of query: String) async throws -> Int64? { await catalog.lastBatch(of: query) }

  func shows(_ batch: Int64, of query: String) async throws -> Bool { await catalog.lastBatch(of: query) == batch }

  func foreignRows(to query: String) async throws -> ForeignRows? { await catalog.foreignRows(in: table, to: query) }

  func commit(_ result: Table, _ batch: SinkBatch) async throws {
    await catalog.commit(result, batch, to: table, windows: windows)
  }
}
