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

  /// The names of columns, by the name of their table or view; without the views that cannot be read, since a table of theirs is gone.
  package var columnNamesByTable: [String: [String]] {
    Dictionary(
      names.compactMap { name in
        let table = name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        let columns = try? run("SELECT name FROM pragma_table_xinfo('\(table)')").columns.first
        return columns.map { column in (name, (0..<column.count).map { column[$0].description }) }
      }, uniquingKeysWith: +)
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
    let candidates: [String]
    if message.hasPrefix("no such table: ") {
      candidates = names
    } else if message.hasPrefix("no such column: ") {
      candidates = columnNamesByTable.values.flatMap { $0 }
    } else if message.hasPrefix("no such function: ") {
      candidates = functionNames
    } else {
      return nil
    }
    let name = message.split(separator: ": ").last?.split(separator: ".").last.map(String.init) ?? ""
    return Suggestion.closest(to: name, in: candidates)
  }
}
