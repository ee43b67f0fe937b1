import Columnar
import DeltaLake

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
      } catch {
        unreadable[name] = "\(error)"
        if attached.removeValue(forKey: name) != nil { try database.detach(name) }
      }
    }
  }

  /// Runs a SQL statement over the tables as they are now.
  func query(_ statement: String) throws -> Table {
    try refreshTables()
    do {
      return try database.execute(statement)
    } catch {
      if let name = error.unknownTable, let reason = unreadable[name] { throw UnreadableTable(description: reason) }
      throw error
    }
  }

  /// All rows of a table or view.
  func rows(ofTable name: String) throws -> Table {
    try refreshTables()
    do { return try query("SELECT * FROM \(SQLTable.quoted(name))") } catch let error as SQLError
      where error.unknownTable == name
    {
      throw UnknownName(
        kind: "table or view", name: name, known: database.names, remedy: "write AGGREGATE --to TABLE makes one")
    }
  }

  /// The series that the options take from a table or view.
  func series(_ name: String, _ options: DetectionOptions) throws -> Series {
    let rows = try rows(ofTable: name)
    let window = attached[name]?.properties[DeltaSink.windowProperty].flatMap { Int64($0) }
    return try Series(rows, name: name, options: options, windowMicroseconds: window, now: clock())
  }

  /// What there is to show of the workspace's tables.
  func tableList() throws -> Table {
    var rows: [[Value]] = []
    for name in try workspace.tableNames() {
      do {
        let snapshot = try DeltaTable(opening: workspace.table(name)).snapshot()
        rows.append([
          .string(name), .integer(snapshot.version), snapshot.rowCount.map(Value.integer) ?? .null,
          .string(snapshot.schema.description),
        ])
      } catch {
        rows.append([.string(name), .null, .null, .string("not readable: \(error)")])
      }
    }
    let schema = Schema([
      Field("table", .string), Field("version", .long), Field("rows", .long), Field("columns", .string),
    ])
    return try Table(schema: schema, rows: rows)
  }
}

/// A table of the workspace that SQL cannot read, with the reason and the way out.
private struct UnreadableTable: Error, CustomStringConvertible {
  let description: String
}
