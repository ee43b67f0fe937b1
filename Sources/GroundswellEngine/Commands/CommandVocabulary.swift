import JSONText
import Synchronization

/// The words that a command knows: its options, and the values that they and its arguments choose from. Taken from the
/// parser's own description of the command, so that completion and suggestions never fall behind its definition.
struct CommandVocabulary: Sendable {
  struct Argument: Hashable, Sendable {
    /// `--granularity`, `-p`; empty for an argument that stands by its place.
    let names: [String]
    /// The values to choose from; empty where any will do.
    let values: [String]
    let takesValue: Bool
  }

  let options: [Argument]
  /// In their order.
  let positionals: [Argument]

  /// Those that were asked for, by command: the parser takes a while to describe one.
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
      Argument(
        names: (argument["names"]?.elements ?? []).compactMap { name in
          guard let text = name["name"]?.text else { return nil }
          return (name["kind"]?.text == "long" ? "--" : "-") + text
        },
        values: (argument["allValues"]?.elements ?? []).compactMap(\.text),
        takesValue: argument["kind"]?.text != "flag")
    }
    options = arguments.filter { !$0.names.isEmpty }
    positionals = arguments.filter(\.names.isEmpty)
  }

  var optionNames: [String] { options.flatMap(\.names).filter { $0.hasPrefix("--") } }

  func option(_ name: String) -> Argument? { options.first { $0.names.contains(name) } }

  /// What is wrong with the words of a call, where it is a word that nobody knows; nil where it is something else.
  func misspelling(in words: [String], of verb: String) -> UsageError? {
    var place = 0
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
      } else if positionals.indices.contains(place) {
        if let choice = Self.unknown(word, for: nil, among: positionals[place].values) {
          return .unknownChoice(verb: verb, choice)
        }
        place += 1
      }
    }
    return nil
  }

  private static func unknown(_ value: String, for option: String?, among values: [String]) -> UnknownChoice? {
    values.isEmpty || values.contains(value) ? nil : UnknownChoice(taker: option, value: value, values: values)
  }
}
