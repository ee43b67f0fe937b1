/// Completes the words of an SQL statement: tables, columns, functions, keywords.
struct SQLCompletion {
  let names: SessionNames

  private static let clauses = [
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "JOIN", "ON", "AS", "AND", "OR", "NOT", "BETWEEN", "IN",
    "LIKE", "IS NULL", "DESC", "HAVING", "VERSION AS OF", "TIMESTAMP AS OF",
  ]

  private static func isWordPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "_$.".contains(character)
  }

  /// The last word of a statement, and the words that could stand in its place.
  func words(for statement: Substring) -> (word: String, words: [String]) {
    let start = statement.lastIndex { !Self.isWordPart($0) }.map { statement.index(after: $0) } ?? statement.startIndex
    let word = String(statement[start...])
    if word.hasPrefix("$") { return (word, names.parameters.map { "$" + $0 }) }
    let before = statement[..<start].split { !Self.isWordPart($0) }.last?.lowercased() ?? ""
    if ["from", "join", "view"].contains(before) { return (word, Array(names.tables.keys)) }
    let aliases = aliases(in: statement.split { !Self.isWordPart($0) }.map(String.init))
    if let dot = word.lastIndex(of: ".") {
      let table = String(word[..<dot])
      return (word, (names.tables[aliases[table] ?? table] ?? []).map { table + "." + $0 })
    }
    // Columns of the tables that the statement names, also behind the cursor; of all tables if it names none.
    let used = Set(aliases.values)
    var words = names.tables.filter { used.isEmpty || used.contains($0.key) }.flatMap(\.value)
    // Hide functions until a letter is typed.
    if !word.isEmpty { words += names.functions.map { $0 + "(" } }
    let isLowercase = word.first?.isLowercase ?? false
    return (word, words + Self.clauses.map { isLowercase ? $0.lowercased() : $0 })
  }

  /// The tables that a statement names, by their aliases and by their own names.
  private func aliases(in words: [String]) -> [String: String] {
    var aliases: [String: String] = [:]
    for (index, word) in words.enumerated() where ["from", "join"].contains(word.lowercased()) {
      guard index + 1 < words.count, names.tables[words[index + 1]] != nil else { continue }
      let table = words[index + 1]
      aliases[table] = table
      var next = index + 2
      if next < words.count, words[next].lowercased() == "as" { next += 1 }
      if next < words.count, !Self.clauses.contains(where: { $0.split(separator: " ")[0] == words[next].uppercased() })
      {
        aliases[words[next]] = table
      }
    }
    return aliases
  }
}
