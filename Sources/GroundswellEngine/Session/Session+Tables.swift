import CivilTime
import Columnar
import DeltaLake
import SQLEngine

/// Tables and SQL.
extension Session {
  /// Makes the workspace's tables, as they are now, readable by SQL. One that cannot be read does not hide the others: it
  /// is noted, and said when a statement asks for it.
  func refreshTables() throws {
    let names = try workspace.tableNames()
    for gone in attached.keys where !names.contains(gone) {
      try database.detach(gone)
      attached[gone] = nil
    }
    unreadable = [:]
    for name in names {
      do {
        let known = attached[name]
        if let known, known.isCurrent { continue }
        let snapshot: Snapshot
        if let known { snapshot = try known.updated() } else { snapshot = try table(name).snapshot() }
        try attach(snapshot, as: name)
        attached[name] = snapshot
      } catch {
        unreadable[name] = error
        if attached.removeValue(forKey: name) != nil { try database.detach(name) }
      }
    }
  }

  /// Makes a version of a table readable by SQL: row groups are read when a statement comes to them, of the columns that it
  /// asks for, and only where their statistics leave room for a row that it wants.
  private func attach(_ snapshot: Snapshot, as name: String) throws {
    let (cache, readings, tell) = (columnCache, readings, listeners.progress)
    try database.attach(
      SQLTable(
        schema: snapshot.schema, rowCount: snapshot.rowCount,
        fileCounts: { (snapshot.files(where: $0).count, snapshot.fileCount) }
      ) { columns, conditions in
        readings.note(name, version: snapshot.version)
        var done: Int64 = 0
        var files = snapshot.files(where: conditions)[...]
        var groups: ArraySlice<Snapshot.RowGroup> = []
        return {
          while groups.isEmpty {
            guard let file = files.popFirst() else { return nil }
            groups = try snapshot.rowGroups(of: file, where: conditions)[...]
          }
          return try groups.popFirst().map { group in
            defer {
              done += Int64(group.rowCount)
              tell(Progress("rows read", done: done, of: conditions.isEmpty ? snapshot.rowCount : nil))
            }
            return try cache.columns(columns, of: group, in: snapshot)
          }
        }
      }, as: name)
  }

  /// A name that no table can have is no table's.
  func hasTable(_ name: String) throws -> Bool {
    guard let path = try? workspace.table(name) else { return false }
    return try DeltaTable.exists(at: path)
  }

  /// The table of that name; there must be one.
  func table(_ name: String) throws -> DeltaTable {
    guard try hasTable(name) else {
      throw UnknownName(
        kind: "table", name: name, known: try workspace.tableNames(), remedy: "write AGGREGATE --to TABLE makes one")
    }
    return try DeltaTable(opening: workspace.table(name))
  }

  /// The same, to be changed.
  func tableForWriting(_ name: String) throws -> DeltaTable {
    _ = try table(name)
    return try DeltaTable(opening: workspace.tableForWriting(name))
  }

  /// Refuses a name under which SQL could not find the table: a view's, or another table's but for case.
  func checkCanBeTable(_ name: String) throws {
    try BadName.check(name)
    try refreshTables()
    if database.hasView(name) { throw TakenName(name: name, holder: .view) }
    if let other = attached.keys.first(where: { $0 != name && $0.lowercased() == name.lowercased() }) {
      throw TakenName(name: name, holder: .table(other))
    }
  }

  /// Runs a SQL statement over the tables as they are now, or as they were where it says so.
  func query(_ statement: String) throws -> Table {
    try refreshTables()
    let travel = TimeTravel(statement)
    do {
      guard !travel.references.isEmpty else { return try database.execute(statement) }
      return try database.execute(travel.naming(try travel.references.map(attachVersion)))
    } catch let error as SQLError {
      if let name = error.unknownTable, let reason = unreadable[name] { throw reason }
      throw error
    }
  }

  /// Makes an older version readable; the name that it has in SQL.
  private func attachVersion(_ reference: TimeTravel.Reference) throws -> String {
    let table = try table(reference.table)
    let version: Int64
    switch reference.point {
    case .version(let number): version = number
    case .time(let text):
      guard let time = Timestamp(text) else {
        throw SQLError(message: "TIMESTAMP AS OF '\(text)': that is no time", statement: "")
      }
      version = try table.version(at: time)
    }
    let name = "\(reference.table)@v\(version)"
    try attach(try table.snapshot(version: version), as: name)
    return name
  }

  /// All rows of a table or view.
  func rows(ofTable name: String, limit: Int? = nil) throws -> Table {
    try refreshTables()
    do {
      return try query("SELECT * FROM \(SQLTable.quoted(name))" + (limit.map { " LIMIT \($0)" } ?? ""))
    } catch let error as SQLError
      where error.unknownTable == name
    {
      throw UnknownName(
        kind: "table or view", name: name, known: database.names, remedy: "write AGGREGATE --to TABLE makes one")
    }
  }

  /// How many rows a table or view has.
  func rowCount(ofTable name: String) throws -> Int {
    if let count = attached[name]?.rowCount { return Int(count) }
    return Int(try query("SELECT count(*) FROM \(SQLTable.quoted(name))").columns[0][0].wholeNumber ?? 0)
  }

  /// All rows of a table or view, or of an aggregate as it is now.
  func rows(ofSeries name: String) async throws -> Table {
    try refreshTables()
    if let aggregate = aggregates[name], !database.names.contains(name) { return try await compute(aggregate).result }
    return try rows(ofTable: name)
  }

  /// The series that the options take from a table, a view or an aggregate.
  func series(_ name: String, _ options: DetectionOptions) async throws -> Series {
    let rows = try await rows(ofSeries: name)
    let window = try attached[name].map { try DeltaSink.window(of: $0.properties) } ?? aggregates[name]?.plan.window
    return try Series(rows, name: name, options: options, window: window, now: clock())
  }

  /// What there is to show of the workspace's tables.
  func tableList() throws -> Table {
    try refreshTables()
    var rows: [[Value]] = []
    for name in try workspace.tableNames() {
      if let snapshot = attached[name] {
        rows.append([
          .string(name), .integer(snapshot.version), snapshot.rowCount.map(Value.integer) ?? .null,
          .string(snapshot.schema.description),
        ])
      } else {
        rows.append([
          .string(name), .null, .null, .string("not readable: \(unreadable[name].map(sentences(for:)) ?? "")"),
        ])
      }
    }
    let schema = Schema([
      Field("table", .string), Field("version", .long), Field("rows", .long), Field("columns", .string),
    ])
    return try Table(schema: schema, rows: rows)
  }
}
