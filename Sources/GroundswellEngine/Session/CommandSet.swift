import ArgumentParser
import Rendering

/// The commands of a session's cell language.
package struct CommandSet: Sendable {
  /// In the order in which help shows them.
  package let types: [any SessionCommand.Type]
  /// The verbs, in the same order.
  package let names: [String]

  init(_ types: [any SessionCommand.Type]) {
    self.types = types
    names = types.map { $0._commandName }
  }

  /// The command with a verb; nil if there is none.
  func type(named verb: String) -> (any SessionCommand.Type)? { types.first { $0._commandName == verb } }

  /// The command that the words name, with its arguments.
  ///
  /// - Throws: ``UsageError``, with the nearest command for an unknown one.
  package func command(for words: [String]) throws(UsageError) -> any SessionCommand {
    guard let verb = words.first else { throw .emptyCommand }
    guard let type = type(named: verb) else {
      if ["quit", "exit"].contains(verb) { throw .endsShell(verb) }
      if verb == "score" { throw .programOnly(verb) }
      if [".ipynb", ".gsw"].contains(where: verb.lowercased().hasSuffix) {
        throw .notebookAsCommand(verb)
      }
      throw .unknownCommand(verb, known: names + SQLKeyword.allCases.map(\.rawValue))
    }
    do {
      return try type.parse(type.prepared(Array(words.dropFirst())))
    } catch {
      if type.exitCode(for: error) == .success { return ShownText(text: type.fullMessage(for: error)) }
      // The parser reports unknown words only after all other errors.
      throw CommandVocabulary(of: type).misspelling(in: Array(words.dropFirst()), of: verb)
        ?? .unparsed(verb: verb, message: type.message(for: error))
    }
  }
}

/// A text that the parser answers itself: `--help`.
private struct ShownText: SessionCommand {
  var text = ""

  init() {}
  init(text: String) { self.text = text }

  func run(in session: Session) async throws -> [Output] { [.text(text)] }
}
