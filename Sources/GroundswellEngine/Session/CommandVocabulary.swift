import JSONText
import Synchronization

/// The options and arguments of a command, and the values that they take. Read from the parser's description of the command, so
/// that completion and suggestions follow its definition.
struct CommandVocabulary: Sendable {
  struct Argument: Hashable, Sendable {
    /// `--granularity`, `-p`; empty for a positional argument.
    let names: [String]
    /// The values to choose from; empty if any will do.
    let values: [String]
    /// What the help calls the value: `target`.
    let valueName: String
    /// Words that could stand for the value, and placeholders of names (``NameKind``).
    let completions: [String]
    let takesValue: Bool
    let isRepeating: Bool
  }

  let options: [Argument]
  /// In the order of the command line.
  let positionals: [Argument]

  /// Cached by command, since the parser takes a while to describe one.
  private static let known = Mutex<[String: CommandVocabulary]>([:])

  init(of type: any SessionCommand.Type) {
    if let known = Self.known.withLock({ $0[type._commandName] }) {
      self = known
      return
    }
    self.init(describing: type)
    Self.known.withLock { $0[type._commandName] = self }
  }

  private init(describing type: any SessionCommand.Type) {
    let described = (try? JSON(parsing: Array(type._dumpHelp().utf8)))?["command"]?["arguments"]?.elements ?? []
    let visible = described.filter { $0["shouldDisplay"]?.boolean == true }
    let arguments = visible.map { argument in
      let values = (argument["allValues"]?.elements ?? []).compactMap(\.text)
      let kind = argument["completionKind"]
      let listed = (kind?["list"]?["values"]?.elements ?? []).compactMap(\.text)
      return Argument(
        names: (argument["names"]?.elements ?? []).compactMap { name in
          guard let text = name["name"]?.text else { return nil }
          return (name["kind"]?.text == "long" ? "--" : "-") + text
        },
        values: values, valueName: argument["valueName"]?.text ?? "",
        completions: kind?["file"] != nil ? [NameKind.file.placeholder] : listed.isEmpty ? values : listed,
        takesValue: argument["kind"]?.text != "flag", isRepeating: argument["isRepeating"]?.boolean == true)
    }
    options = arguments.filter { !$0.names.isEmpty }
    positionals = arguments.filter(\.names.isEmpty)
  }

  var optionNames: [String] { options.flatMap(\.names).filter { $0.hasPrefix("--") } }

  func option(_ name: String) -> Argument? { options.first { $0.names.contains(name) } }

  /// The argument that a next word would belong to: an option whose value is missing, else the next argument by position; nil if
  /// the command takes no more.
  func argument(after arguments: [String]) -> Argument? {
    var count = 0
    var pending: Argument?
    for word in arguments {
      if pending != nil {
        pending = nil
      } else if word.hasPrefix("-"), let option = option(word) {
        if option.takesValue { pending = option }
      } else {
        count += 1
      }
    }
    if let pending { return pending }
    return count < positionals.count ? positionals[count] : positionals.last.flatMap { $0.isRepeating ? $0 : nil }
  }

  /// The first unknown word of a call and what is wrong with it; nil if all words are known.
  func misspelling(in words: [String], of verb: String) -> UsageError? {
    var position = 0
    var rest = words[...]
    while let word = rest.popFirst(), word != "--" {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if word.hasPrefix("-"), let option = option(parts[0]) {
        guard option.takesValue else { continue }
        let value = parts.count > 1 ? parts[1] : rest.popFirst()
        if let value, let choice = Self.unknown(value, for: parts[0], among: option.values) {
          return .unknownChoice(verb: verb, choice)
        }
      } else if word.hasPrefix("--") {
        let known = optionNames.filter { $0 != "--help" }
        let remedy = known.isEmpty ? "leave it out: \(verb) takes no options" : nil
        return .unknownOption(
          verb: verb, UnknownName(kind: "option", name: parts[0], known: known, remedy: remedy))
      } else if positionals.indices.contains(position) {
        if let choice = Self.unknown(word, for: nil, among: positionals[position].values) {
          return .unknownChoice(verb: verb, choice)
        }
        position += 1
      }
    }
    return nil
  }

  private static func unknown(_ value: String, for option: String?, among values: [String]) -> UnknownChoice? {
    values.isEmpty || values.contains(value) ? nil : UnknownChoice(taker: option, value: value, values: values)
  }
}
