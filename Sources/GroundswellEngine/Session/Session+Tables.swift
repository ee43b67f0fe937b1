import Columnar
import DeltaLake

/// Tables and SQL.
extension Session {
  /// Makes the workspace's tables, as they are now, readable by SQL.
  func refreshTables() throws {
    let names = try workspace.tableNames()
    for gone in attached.keys where !names.contains(gone) {
      try database.detach(gone)
      attached[gone] = nil
    }
    for name in names {
      let snapshot = try DeltaTable(opening: workspace.table(name)).snapshot()
      if attached[name] == snapshot { continue }
      // Read when a statement wants it, and then kept until the table changes.
      var rows: Table?
      try database.attach(
        SQLTable(schema: snapshot.schema) {
          if let rows { return rows }
          let read = try snapshot.read()
          rows = read
          return read
        }, as: name)
      attached[name] = snapshot
    }
  }

  /// Runs a SQL statement over the tables as they are now.
  func query(_ statement: String) throws -> Table {
    try refreshTables()
    return try database.execute(statement)
  }

  /// All rows of a table or view.
  func rows(ofTable name: String) throws -> Table {
    try refreshTables()
    do { return try query("SELECT * FROM \(SQLTable.quoted(name))") } catch let error as SQLError
      where error.message == "no such table: \(name)"
    {
      throw UnknownName(
        kind: "table or view", name: name, known: Array(attached.keys), remedy: "write AGGREGATE --to TABLE makes one")
    }
  }

  /// What there is to show of the workspace's tables.
  func tableList() throws -> Table {
    var rows: [[Value]] = []
    for name in try workspace.tableNames() {
      let snapshot = try DeltaTable(opening: workspace.table(name)).snapshot()
      rows.append([
        .string(name), .integer(snapshot.version), snapshot.rowCount.map(Value.integer) ?? .null,
        .string(snapshot.schema.description),
      ])
    }
    let schema = Schema([
      Field("table", .string), Field("version", .long), Field("rows", .long), Field("columns", .string),
    ])
    return try Table(schema: schema, rows: rows)
  }
}
