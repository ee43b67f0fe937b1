import DurableFiles
import NotebookFormat
import StreamProcessing
import EventFiles

/// What a session knows by name.
package struct SessionNames: Hashable, Sendable {
  package var hubs: [String] = []
  package var streams: [String] = []
  package var aggregates: [String] = []
  package var queries: [String] = []
  /// Tables and views, with their columns.
  package var tables: [String: [String]] = [:]
  package var functions: [String] = []
  /// Of all streams.
  package var fields: [String] = []
  package var parameters: [String] = []
  /// Numbers and ids.
  package var cells: [String] = []

  package init() {}
}

/// The words that could stand at the end of a line.
package struct WordCompletion: Hashable, Sendable {
  /// What the last word begins with so far.
  package let word: String
  /// Whole words, sorted.
  package let candidates: [String]

  /// - Parameters:
  ///   - line: what stands before the cursor, of the whole cell.
  ///   - names: what the session knows.
  ///   - files: of a folder gives the names in it, folders with `/` at their end.
  package init(_ line: String, names: SessionNames, files: @escaping (String) -> [String] = Self.filesOnDisk) {
    let context = Context(names: names, files: files)
    let statement = Self.lastStatement(of: line)
    if SQLKeyword.begins(with: statement.prefix { $0.isLetter }, before: statement.drop { $0.isLetter }.prefix(20)) {
      (word, candidates) = context.sql(statement)
    } else {
      (word, candidates) = context.command(statement)
    }
  }

  /// Behind the last semicolon, or in a command the last line that none continues.
  private static func lastStatement(of line: String) -> Substring {
    let statement = line.split(separator: ";", omittingEmptySubsequences: false).last ?? ""
    let first = statement.drop(while: \.isWhitespace)
    if SQLKeyword.begins(with: first.prefix { $0.isLetter }, before: first.drop { $0.isLetter }.prefix(20)) {
      return first
    }
    var start = statement.startIndex
    for place in statement.indices where statement[place].isNewline {
      if statement[..<place].last != "\\" { start = statement.index(after: place) }
    }
    return statement[start...].drop(while: \.isWhitespace)
  }

  package static func filesOnDisk(_ folder: String) -> [String] {
    let names = (try? DurableFiles.names(in: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.map { name in
      (try? DurableFiles.isFolder(folder + "/" + name)) == true ? name + "/" : name
    }
  }
}

/// What can stand where.
private struct Context {
  let names: SessionNames
  let files: (String) -> [String]

  typealias Found = (word: String, candidates: [String])

  private func found(_ word: String, in words: [String]) -> Found {
    (word, Set(words.filter { $0.hasPrefix(word) }).sorted())
  }

  // MARK: SQL

  private static let clauses = [
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "JOIN", "ON", "AS", "AND", "OR", "NOT", "BETWEEN", "IN",
    "LIKE", "IS NULL", "DESC", "HAVING", "VERSION AS OF", "TIMESTAMP AS OF",
  ]

  func sql(_ statement: Substring) -> Found {
    let isPart: (Character) -> Bool = { $0.isLetter || $0.isNumber || "_$.".contains($0) }
    let start = statement.lastIndex { !isPart($0) }.map { statement.index(after: $0) } ?? statement.startIndex
    let word = String(statement[start...])
    let before = statement[..<start].split { !isPart($0) }.map(String.init)
    if word.hasPrefix("$") { return found(word, in: names.parameters.map { "$" + $0 }) }
    let last = before.last?.lowercased() ?? ""
    if ["from", "join", "view"].contains(last) { return found(word, in: Array(names.tables.keys)) }
    // The columns of the tables that the statement names, behind the cursor's clause or before; else of all.
    let aliases = Self.aliases(in: statement.split { !isPart($0) }.map(String.init), tables: Array(names.tables.keys))
    if let dot = word.lastIndex(of: ".") {
      let table = String(word[..<dot])
      let columns = names.tables[aliases[table] ?? table] ?? []
      return found(word, in: columns.map { table + "." + $0 })
    }
    let used = Set(aliases.values)
    let columns = names.tables.filter { used.isEmpty || used.contains($0.key) }.flatMap(\.value)
    // Of what is not begun yet, functions would hide all else.
    var candidates = columns + (word.isEmpty ? [] : names.functions.map { $0 + "(" })
    // Keywords as they are begun, large or small.
    let isSmall = word.first?.isLowercase ?? false
    candidates += Self.clauses.map { isSmall ? $0.lowercased() : $0 }
    return found(word, in: candidates)
  }

  /// The names under which tables stand in a statement, their own among them.
  private static func aliases(in words: [String], tables: [String]) -> [String: String] {
    var aliases: [String: String] = [:]
    for (place, word) in words.enumerated() where ["from", "join"].contains(word.lowercased()) {
      guard place + 1 < words.count, tables.contains(words[place + 1]) else { continue }
      let table = words[place + 1]
      aliases[table] = table
      var next = place + 2
      if next < words.count, words[next].lowercased() == "as" { next += 1 }
      if next < words.count, !clauses.contains(where: { $0.split(separator: " ")[0] == words[next].uppercased() }) {
        aliases[words[next]] = table
      }
    }
    return aliases
  }

  // MARK: Commands

  func command(_ statement: Substring) -> Found {
    let words = statement.split(omittingEmptySubsequences: false) { $0.isWhitespace }.map(String.init).filter {
      $0 != "\\"
    }
    let word = words.last ?? ""
    let before = words.dropLast().filter { !$0.isEmpty }
    // `--option=value`: the value is completed, and the option stays.
    if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
      let option = String(word[..<equals])
      let (_, values) = found(
        String(word[word.index(after: equals)...]), in: self.words(after: before + [option], beginning: ""))
      return (String(word[word.index(after: equals)...]), values)
    }
    return found(word, in: self.words(after: before, beginning: word))
  }

  private func words(after before: [String], beginning word: String) -> [String] {
    guard let verb = before.first else { return CommandList.names + SQLKeyword.allCases.map(\.rawValue) + ["quit"] }
    if word.hasPrefix("$") { return names.parameters.map { "$" + $0 } }
    guard let type = CommandList.all.first(where: { $0._commandName == verb }) else { return [] }
    let vocabulary = CommandVocabulary(of: type)
    if word.hasPrefix("--") { return vocabulary.optionNames }
    if verb == "run", let place = before.lastIndex(of: "-p") {
      // A parameter's name, then its value.
      if place == before.count - 1 { return parameters(of: before) }
      if place == before.count - 2 { return [] }
    }
    if let option = before.last, let known = vocabulary.option(option), known.takesValue {
      return known.values.isEmpty ? values(of: option, verb: verb, word) : known.values
    }
    // Options with their values do not count among the words that stand by their places.
    var place = -1
    var isValue = false
    for word in before {
      if isValue {
        isValue = false
      } else if word.hasPrefix("-"), let option = vocabulary.option(word) {
        isValue = option.takesValue
      } else {
        place += 1
      }
    }
    if vocabulary.positionals.indices.contains(place), !vocabulary.positionals[place].values.isEmpty {
      return vocabulary.positionals[place].values
    }
    let tables = Array(names.tables.keys)
    switch (verb, place) {
    case ("help", 0): return CommandList.names + ["tutorial", "sql"]
    case ("connect", 1):
      return [
        "detector": ["built-in"], "hub": names.hubs + ["kafka://", "env:"], "twitter": ["env:"],
        "mastodon": ["mastodon.social"],
      ][before[1]] ?? []
    case ("write", 0): return names.aggregates
    case ("show", 0): return names.streams + names.aggregates + tables
    case ("plot", 0): return names.streams + names.aggregates + tables
    case ("detect", 1), ("explain", 0), ("watch", 0): return names.aggregates + tables
    case ("history", 0), ("export", 0), ("optimize", 0), ("vacuum", 0): return tables
    case ("query", 0), ("stop", 0), ("wait", 0): return names.queries
    case ("set", 0): return names.parameters + Settings.entries.map(\.name)
    case ("set", 1): return Settings.entry(before[1])?.values ?? []
    case ("cells", 0), ("rerun", _), ("edit", 0), ("delete", _), ("insert", 0), ("move", 0): return names.cells
    case ("move", 1): return names.cells + ["end"]
    case ("notebook", 1...), ("run", _), ("check", _), ("tour", 0), ("import", 0), ("export", 1), ("hub", 1):
      return paths(word)
    default: return []
    }
  }

  private func values(of option: String, verb: String, _ word: String) -> [String] {
    switch (verb, option) {
    case ("aggregate", "--from"): names.streams
    case ("send", "--from"), (_, "-o"), (_, "--ca-file"): paths(word)
    case ("send", "--fields"): Tweet.fieldNames
    case (_, "--password"), (_, "--token"): ["env:"]
    case ("stream", "--from"): ["start", "end"]
    case ("write", "--trigger"): ["available-now", "once", "continuous", "\"every 10s\""]
    case ("write", "--to"), ("import", "--to"): Array(names.tables.keys)
    case ("aggregate", "--time"), ("aggregate", "--by"), ("plot", "--histogram"): names.fields
    case ("aggregate", _) where AggregateFunction(rawValue: String(option.dropFirst(2))) != nil: names.fields
    case (_, "--time"), (_, "--value"), (_, "--by"), (_, "--key"):
      verb == "send" ? [] : Set(names.tables.values.joined()).sorted()
    default: []
    }
  }

  /// The parameters of the notebooks that are to be run.
  private func parameters(of words: [String]) -> [String] {
    let paths = words.dropFirst().filter { (try? DurableFiles.status(of: $0))?.kind == .file }
    return paths.flatMap { path in
      (try? Notebook(reading: path)).map { Array(NotebookParameters(of: $0).defaults.keys) } ?? []
    }
  }

  private func paths(_ word: String) -> [String] {
    let folder = word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
    return files(folder.isEmpty ? "." : folder).map { folder + $0 }
  }
}

extension Session {
  /// For completion at the prompt.
  package var names: SessionNames {
    get async { await allNames() }
  }

  private func allNames() async -> SessionNames {
    let catalog = await backend.catalog.names()
    var names = SessionNames()
    names.hubs = (try? backend.hubs.names()) ?? []
    names.streams = Array(streams.keys)
    names.aggregates = Array(aggregates.keys)
    names.queries = Array(queries.keys)
    names.tables = catalog.columns
    names.functions = catalog.functions
    names.fields = Set(streams.values.flatMap(\.schema.names)).sorted()
    names.parameters = Array(parameters.keys)
    names.cells = (1..<nextCellNumber).map { String($0) } + notebook.cells.map(\.id)
    return names
  }
}
