import ArgumentParser
import Rendering
import Wording

/// All commands, in the order in which help shows them.
package enum CommandList {
  /// By the steps of the tutorial, like a table of contents.
  static let groups: [(title: String, commands: [any SessionCommand.Type])] = [
    ("Send events to the hub", [ConnectCommand.self, SendCommand.self, HubCommand.self]),
    (
      "Stream them to a table",
      [
        StreamCommand.self, AggregateCommand.self, WriteCommand.self, QueriesCommand.self, QueryCommand.self,
        WaitCommand.self, StopCommand.self,
      ]
    ),
    ("Look at the result", [ShowCommand.self, TablesCommand.self, PlotCommand.self]),
    ("Detect anomalies", [DetectCommand.self, ExplainCommand.self, WatchCommand.self]),
    (
      "Keep tables",
      [HistoryCommand.self, ImportCommand.self, ExportCommand.self, OptimizeCommand.self, VacuumCommand.self]
    ),
    (
      "Replay and teach",
      [NotebookCommand.self, RunCommand.self, CheckCommand.self, TourCommand.self]
    ),
    (
      "Edit this notebook",
      [
        CellsCommand.self, RerunCommand.self, EditCommand.self, InsertCommand.self, NoteCommand.self, MoveCommand.self,
        DeleteCommand.self, UndoCommand.self,
      ]
    ),
    ("The shell", [SetCommand.self, SettingsCommand.self, HelpCommand.self]),
  ]

  /// Splits `--option=value` into two words, if it is one of these options.
  package static func separated(_ words: [String], at options: [String]) -> [String] {
    words.flatMap { word in
      options.contains { word.hasPrefix($0 + "=") }
        ? word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init) : [word]
    }
  }

  /// Four cells from an empty workspace to a plot with its anomalies.
  package static let firstLook = [
    "send --sample",
    "stream messages --schema \"timestamp TIMESTAMP, favorite INT\"",
    "aggregate hourly --from messages --window 1h --avg favorite --as average",
    "plot hourly",
  ]

  /// Whether the words name a command that continues at the prompt.
  package static func isForPrompt(_ words: [String]) -> Bool { words.first == TourCommand._commandName }

  package static var all: [any SessionCommand.Type] { groups.flatMap { $0.commands } }

  package static var names: [String] { all.map { $0._commandName } }

  /// The command that the words name, with its arguments.
  ///
  /// - Throws: ``UsageError``, with the nearest command for an unknown one.
  package static func command(for words: [String]) throws(UsageError) -> any SessionCommand {
    guard let verb = words.first else { throw .emptyCommand }
    guard let type = all.first(where: { $0._commandName == verb }) else {
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
