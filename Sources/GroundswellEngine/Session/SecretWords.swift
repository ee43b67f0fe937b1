import Wording

/// Finds the words of a command that are secrets by their meaning: values of options for secrets, keys, parameters whose names
/// suggest a secret, addresses with a password.
struct SecretWords: Sendable {
  let commands: CommandSet

  /// A word with a secret.
  struct Found: Hashable {
    /// Its index among the words.
    let index: Int
    let word: String
    /// The word without its secret.
    let masked: String
    /// The secrets in the word.
    let secrets: [String]

    /// The replacement for the word as it was typed, with its quotes.
    fileprivate func replacement(of typed: String) -> String {
      if typed == word { return masked }
      guard let quote = typed.first, quote == "'" || quote == "\"", !masked.contains(quote) else { return Secrets.mark }
      return "\(quote)\(masked)\(quote)"
    }
  }

  /// The secrets in a cell.
  func secrets(in cell: String) -> [String] {
    var secrets: [String] = []
    forEach(in: cell) { found, _, _ in secrets += found.secrets }
    return secrets
  }

  /// A cell's text with its secrets masked.
  func masked(cell: String) -> String {
    var masked = ""
    var characters: [Character] = []
    var end = 0
    forEach(in: cell) { found, range, all in
      characters = all
      guard range.lowerBound >= end else { return }
      masked += String(all[end..<range.lowerBound]) + found.replacement(of: String(all[range]))
      end = range.upperBound
    }
    return characters.isEmpty ? cell : masked + String(characters[end...])
  }

  /// Calls `body` with each word that holds a secret, its range, and the cell's characters.
  private func forEach(in cell: String, _ body: (Found, Range<Int>, [Character]) -> Void) {
    var text = cell
    // Close an open quote at the end of the cell; behind `\` it takes two.
    for _ in 0..<2 {
      do { try Cell(text).check() } catch {
        if case .openQuote(let quote) = error.fault { text.append(quote) }
      }
    }
    var scanner = CellScanner(text)
    while let statement = try? scanner.next(parameters: nil) {
      guard case .command(let words) = statement.content else { continue }
      for found in find(in: words) { body(found, scanner.wordRanges[found.index], scanner.characters) }
    }
  }

  // MARK: Words

  func find(in words: [String]) -> [Found] {
    guard let verb = words.first else { return [] }
    // A misspelt verb must not reveal a secret.
    let name = commands.names.contains(verb) ? verb : Suggestion.closest(to: verb, in: commands.names)
    let type = name.flatMap(commands.type)
    let arguments = Array(words.dropFirst())
    let (behindOptions, positionals) = Self.sorted(arguments, of: type)
    var found: [Found] = []
    for index in behindOptions + (type?.secretIndices(in: arguments, positionals: positionals) ?? []) {
      guard !found.contains(where: { $0.index == index + 1 }) else { continue }
      let word = arguments[index]
      let option = behindOptions.contains(index) && word.hasPrefix("-") ? word.prefix { $0 != "=" } + "=" : ""
      let secret = String(word.dropFirst(option.count))
      guard !secret.isEmpty, secret != Secrets.mark, !EnvironmentValue.isOne(secret) else { continue }
      found.append(Found(index: index + 1, word: word, masked: option + Secrets.mark, secrets: [secret]))
    }
    for (index, word) in zip(1..., arguments) where !found.contains(where: { $0.index == index }) {
      let (masked, secrets) =
        type?.withoutSecrets(word) ?? (SecretForms.masked(word), SecretForms.secrets(in: word))
      if masked != word { found.append(Found(index: index, word: word, masked: masked, secrets: secrets)) }
    }
    return found.sorted { $0.index < $1.index }
  }

  /// The indices of arguments with the values of options for secrets, with `--option=` or alone; and of positional arguments.
  private static func sorted(
    _ arguments: [String], of type: (any SessionCommand.Type)?
  ) -> (secrets: [Int], positionals: [Int]) {
    let vocabulary = type.map(CommandVocabulary.init(of:))
    var (secrets, positionals): ([Int], [Int]) = ([], [])
    var isBehindSecret = false
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      let option = String(word.prefix { $0 != "=" })
      if word.hasPrefix("-"), word.count > 1 {
        isBehindSecret = isSecret(option, of: type, vocabulary)
        let takesNext = option.count == word.count && (isBehindSecret || vocabulary?.option(option)?.takesValue == true)
        if takesNext { index += 1 }
        if isBehindSecret, arguments.indices.contains(index) {
          secrets.append(index)
          isBehindSecret = !EnvironmentValue.isOne(arguments[index])
        }
      } else if isBehindSecret {
        // The rest of an unquoted password with blanks.
        secrets.append(index)
      } else {
        positionals.append(index)
      }
      index += 1
    }
    return (secrets, positionals)
  }

  /// Whether an option takes a secret: the command says so, or the option is unknown and its name suggests it.
  private static func isSecret(
    _ option: String, of type: (any SessionCommand.Type)?, _ vocabulary: CommandVocabulary?
  ) -> Bool {
    if type?.secretOptions.contains(option) == true { return true }
    if vocabulary?.option(option) != nil { return false }
    return Suggestion.closest(to: option, in: ["--password", "--passwd", "--token", "--secret", "--api-key"]) != nil
      || isSecret(name: String(option.drop { $0 == "-" }))
  }

  /// Whether a name suggests a secret: `api_key`, `dbPassword`.
  static func isSecret(name: String) -> Bool {
    var parts: [String] = [""]
    for character in name {
      if character == "_" || character == "-" {
        parts.append("")
      } else {
        if character.isUppercase, parts.last?.last?.isLowercase == true { parts.append("") }
        parts[parts.count - 1].append(character)
      }
    }
    let last = parts.last?.lowercased() ?? ""
    if last == "key" {
      return ["api", "access", "account", "private", "secret", "shared", "client"].contains(
        parts.dropLast().last?.lowercased() ?? "")
    }
    return [
      "password", "passwd", "passphrase", "pw", "pwd", "pass", "secret", "token", "bearer", "apikey", "accesskey",
      "credential", "credentials", "sas", "signature",
    ].contains(last)
  }
}
