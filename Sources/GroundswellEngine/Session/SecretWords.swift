import Wording

/// The words of a command that hold a secret by their meaning: values of options that take one, keys where a command wants them,
/// parameters that are called so, addresses with a password.
enum SecretWords {
  /// A word with a secret.
  struct Found: Hashable {
    /// Its place among the words.
    let place: Int
    let word: String
    /// The word without its secret.
    let masked: String
    /// The texts that must not be shown.
    let secrets: [String]

    /// What stands in place of the word as it was typed, quotes and all.
    fileprivate func replacement(of typed: String) -> String {
      if typed == word { return masked }
      guard let quote = typed.first, quote == "'" || quote == "\"", !masked.contains(quote) else { return Secrets.mark }
      return "\(quote)\(masked)\(quote)"
    }
  }

  /// The texts in a cell that must not be shown.
  static func secrets(in cell: String) -> [String] {
    var secrets: [String] = []
    forEach(in: cell) { found, _, _ in secrets += found.secrets }
    return secrets
  }

  /// A cell's text without them; the same where there are none.
  static func masked(cell: String) -> String {
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

  /// Calls with each such word of a cell, the range that it takes, and the cell's characters.
  private static func forEach(in cell: String, _ body: (Found, Range<Int>, [Character]) -> Void) {
    var text = cell
    // A quote that is open is read as if it ended with the cell; behind `\` the first one does not end it.
    for _ in 0..<2 {
      do { try Cell(text).check() } catch {
        if case .openQuote(let quote) = error.fault { text.append(quote) }
      }
    }
    var scanner = CellScanner(text)
    while let statement = try? scanner.next(parameters: nil) {
      guard case .command(let words) = statement.content else { continue }
      for found in find(in: words) { body(found, scanner.wordRanges[found.place], scanner.characters) }
    }
  }

  // MARK: Words

  static func find(in words: [String]) -> [Found] {
    guard let verb = words.first else { return [] }
    // A slip in a word makes no secret public.
    let name = CommandList.names.contains(verb) ? verb : Suggestion.closest(to: verb, in: CommandList.names)
    let type = CommandList.all.first { $0._commandName == name }
    let arguments = Array(words.dropFirst())
    let (behindOptions, positionals) = sorted(arguments, of: type)
    var found: [Found] = []
    for place in behindOptions + (type?.secretPlaces(in: arguments, positionals: positionals) ?? []) {
      guard !found.contains(where: { $0.place == place + 1 }) else { continue }
      let word = arguments[place]
      let option = behindOptions.contains(place) && word.hasPrefix("-") ? word.prefix { $0 != "=" } + "=" : ""
      let secret = String(word.dropFirst(option.count))
      guard !secret.isEmpty, secret != Secrets.mark, !EnvironmentValue.isOne(secret) else { continue }
      found.append(Found(place: place + 1, word: word, masked: option + Secrets.mark, secrets: [secret]))
    }
    for (place, word) in zip(1..., arguments) where !found.contains(where: { $0.place == place }) {
      let (masked, secrets) =
        type?.withoutSecrets(word) ?? (SecretForms.masked(word), SecretForms.secrets(in: word))
      if masked != word { found.append(Found(place: place, word: word, masked: masked, secrets: secrets)) }
    }
    return found.sorted { $0.place < $1.place }
  }

  /// The arguments that hold the values of options that take secrets, with `--option=` or alone; and those that are no option's.
  private static func sorted(
    _ arguments: [String], of type: (any SessionCommand.Type)?
  ) -> (secrets: [Int], positionals: [Int]) {
    let vocabulary = type.map(CommandVocabulary.init(of:))
    var (secrets, positionals): ([Int], [Int]) = ([], [])
    var isBehindSecret = false
    var place = 0
    while place < arguments.count {
      let word = arguments[place]
      let option = String(word.prefix { $0 != "=" })
      if word.hasPrefix("-"), word.count > 1 {
        isBehindSecret = isSecret(option, of: type, vocabulary)
        let takesNext = option.count == word.count && (isBehindSecret || vocabulary?.option(option)?.takesValue == true)
        if takesNext { place += 1 }
        if isBehindSecret, arguments.indices.contains(place) {
          secrets.append(place)
          isBehindSecret = !EnvironmentValue.isOne(arguments[place])
        }
      } else if isBehindSecret {
        // Of a password with blanks that has no quotes.
        secrets.append(place)
      } else {
        positionals.append(place)
      }
      place += 1
    }
    return (secrets, positionals)
  }

  /// Whether an option takes a secret: the command says so, or nobody knows the option and it is called like one that does.
  private static func isSecret(
    _ option: String, of type: (any SessionCommand.Type)?, _ vocabulary: CommandVocabulary?
  ) -> Bool {
    if type?.secretOptions.contains(option) == true { return true }
    if vocabulary?.option(option) != nil { return false }
    return Suggestion.closest(to: option, in: ["--password", "--passwd", "--token", "--secret", "--api-key"]) != nil
      || isSecret(name: String(option.drop { $0 == "-" }))
  }

  /// Whether something of that name is a secret: `api_key`, `dbPassword`.
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
