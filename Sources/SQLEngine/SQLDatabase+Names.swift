import Wording

extension SQLDatabase {
  /// The names of tables and views, sorted.
  package var names: [String] {
    let sql = "SELECT name FROM sqlite_master UNION SELECT name FROM sqlite_temp_master ORDER BY name"
    guard let column = try? run(sql).columns.first else { return [] }
    return (0..<column.count).map { column[$0].description }
  }

  /// Whether a view has that name, ignoring case.
  package func hasView(_ name: String) -> Bool {
    names.contains { $0.lowercased() == name.lowercased() }
      && !tables.keys.contains { $0.lowercased() == name.lowercased() }
  }

  /// The names of columns, by the name of their table or view.
  package var columnNamesByTable: [String: [String]] {
    let sql = """
      SELECT t.name, c.name FROM (SELECT name FROM sqlite_master UNION SELECT name FROM sqlite_temp_master) t,
      pragma_table_xinfo(t.name) c
      """
    guard let rows = try? run(sql), rows.columns.count == 2 else { return [:] }
    let pairs = (0..<rows.rowCount).map { (rows.columns[0][$0].description, [rows.columns[1][$0].description]) }
    return Dictionary(pairs, uniquingKeysWith: +)
  }

  /// The names of SQLite's own functions and of the defined ones.
  package var functionNames: [String] {
    guard let column = try? run("SELECT DISTINCT name FROM pragma_function_list").columns.first else {
      return []
    }
    return (0..<column.count).map { column[$0].description }.filter { $0.first?.isLetter ?? false }
  }

  /// The right name that is nearest to the unknown one in SQLite's message; nil if the message names none.
  func closest(to message: String) -> String? {
    for (prefix, candidates) in [
      ("no such table: ", names), ("no such column: ", columnNamesByTable.values.flatMap { $0 }),
      ("no such function: ", functionNames),
    ] where message.hasPrefix(prefix) {
      let name = message.dropFirst(prefix.count).split(separator: ".").last.map(String.init) ?? ""
      return Suggestion.closest(to: name, in: candidates)
    }
    return nil
  }
}
