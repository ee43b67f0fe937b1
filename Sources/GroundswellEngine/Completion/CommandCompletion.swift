/// Completes the words of a command by what each of its arguments declares.
struct CommandCompletion {
  let names: SessionNames
  /// Gives the names in a folder; folders among them end with `/`.
  let files: (String) -> [String]

  /// The last word of a statement, and the words that could stand in its place.
  func words(for statement: Substring) -> (word: String, words: [String]) {
    let typed = statement.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace).map(String.init)
      .filter { $0 != "\\" }
    let word = typed.last ?? ""
    let before = typed.dropLast().filter { !$0.isEmpty }
    // Of `--option=value` the value is completed.
    if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
      let value = String(word[word.index(after: equals)...])
      return (value, words(after: before + [String(word[..<equals])], beginning: value))
    }
    return (word, words(after: before, beginning: word))
  }

  private func words(after before: [String], beginning word: String) -> [String] {
    guard let verb = before.first else { return CommandList.names + SQLKeyword.allCases.map(\.rawValue) + ["quit"] }
    if word.hasPrefix("$") { return names.parameters.map { "$" + $0 } }
    guard let type = CommandList.set.type(named: verb) else { return [] }
    let vocabulary = CommandVocabulary(of: type)
    if word.hasPrefix("--") { return vocabulary.optionNames }
    let arguments = Array(before.dropFirst())
    let argument = vocabulary.argument(after: arguments)
    let declared =
      type.completions(of: argument?.valueName ?? "", after: arguments) ?? argument?.completions ?? []
    return declared.flatMap { expanded($0, beginning: word) }
  }

  /// The names that a placeholder stands for; any other word is itself.
  private func expanded(_ declared: String, beginning word: String) -> [String] {
    guard let kind = NameKind.allCases.first(where: { $0.placeholder == declared }) else { return [declared] }
    guard kind == .file else { return names.names(of: kind) }
    let folder = word.lastIndex(of: "/").map { String(word[...$0]) } ?? ""
    return files(folder.isEmpty ? "." : folder).map { folder + $0 }
  }
}
