import DurableFiles
import StreamProcessing

/// What a session knows by name.
package struct SessionNames: Hashable, Sendable {
  package var hubs: [String] = []
  package var streams: [String] = []
  package var aggregates: [String] = []
  /// Tables and views.
  package var tables: [String] = []
  /// Of all tables and views.
  package var columns: [String] = []
  /// Of all streams.
  package var fields: [String] = []
  package var parameters: [String] = []

  package init() {}
}

/// The words that could stand at the end of a line.
package struct WordCompletion: Hashable, Sendable {
  /// What the last word begins with so far.
  package let word: String
  /// Whole words, sorted.
  package let candidates: [String]

  /// - Parameters:
  ///   - line: what stands before the cursor.
  ///   - names: of a folder gives the names in it, folders with `/` at their end.
  package init(_ line: String, names: SessionNames, files: (String) -> [String] = Self.filesOnDisk) {
    let statement = line.split(separator: ";", omittingEmptySubsequences: false).last ?? ""
    let words = statement.split(omittingEmptySubsequences: false) { $0.isWhitespace }.map(String.init).filter {
      $0 != "\\"
    }
    let word = words.last ?? ""
    self.word = word
    let before = words.dropLast().filter { !$0.isEmpty }
    let all = Self.words(after: before, beginning: word, names: names, files: files)
    candidates = Set(all.filter { $0.hasPrefix(word) }).sorted()
  }

  private static func words(
    after before: [String], beginning word: String, names: SessionNames, files: (String) -> [String]
  ) -> [String] {
    guard let verb = before.first else { return CommandList.names + SQLKeyword.allCases.map(\.rawValue) }
    if word.hasPrefix("$") { return names.parameters.map { "$" + $0 } }
    if SQLKeyword.begins(with: verb) {
      return names.tables + names.columns + [
        "FROM", "WHERE", "ORDER BY", "GROUP BY", "LIMIT", AnomalyDetectFunction.name + "(",
      ]
    }
    guard let type = CommandList.all.first(where: { $0._commandName == verb }) else { return [] }
    let vocabulary = CommandVocabulary(of: type)
    if word.hasPrefix("--") { return vocabulary.optionNames }
    if let option = before.last, let known = vocabulary.option(option), known.takesValue {
      return known.values.isEmpty ? values(of: option, verb: verb, word, names, files) : known.values
    }
    let place = before.count - 1
    if vocabulary.positionals.indices.contains(place), !vocabulary.positionals[place].values.isEmpty {
      return vocabulary.positionals[place].values
    }
    switch (verb, place) {
    case ("help", 0): return CommandList.names
    case ("connect", 1): return before[1] == "detector" ? ["built-in"] : names.hubs
    case ("write", 0): return names.aggregates
    case ("show", 0): return names.streams + names.aggregates + names.tables
    case ("detect", 1), ("plot", 0), ("explain", 0): return names.tables
    case ("set", 0): return names.parameters
    case ("notebook", 1), ("run", _): return paths(word, files)
    default: return []
    }
  }

  private static func values(
    of option: String, verb: String, _ word: String, _ names: SessionNames, _ files: (String) -> [String]
  ) -> [String] {
    switch (verb, option) {
    case ("aggregate", "--from"): names.streams
    case ("send", "--from"), (_, "-o"): paths(word, files)
    case ("stream", "--from"): ["start", "end"]
    case ("write", "--to"): names.tables
    case ("aggregate", "--time"): names.fields
    case ("aggregate", _) where AggregateFunction(rawValue: String(option.dropFirst(2))) != nil: names.fields
    case (_, "--time"), (_, "--value"): verb == "send" ? [] : names.columns
    default: []
    }
  }

  package static func filesOnDisk(_ folder: String) -> [String] {
    let names = (try? DurableFiles.names(in: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.map { DurableFiles.isFolder(folder + "/" + $0) ? $0 + "/" : $0 }
  }

  private static func paths(_ word: String, _ files: (String) -> [String]) -> [String] {
    let folder = word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
    return files(folder.isEmpty ? "." : folder).map { folder + $0 }
  }
}

extension Session {
  /// For completion at the prompt.
  package var names: SessionNames {
    var names = SessionNames()
    names.hubs = (try? workspace.hubNames()) ?? []
    names.streams = Array(streams.keys)
    names.aggregates = Array(aggregates.keys)
    try? refreshTables()
    names.tables = database.names
    names.columns = database.columnNames
    names.fields = Set(streams.values.flatMap(\.schema.names)).sorted()
    names.parameters = Array(parameters.keys)
    return names
  }
}
