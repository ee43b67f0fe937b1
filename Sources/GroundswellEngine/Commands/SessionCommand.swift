package import ArgumentParser
package import Rendering

/// A command of the cell language. The same definition serves the prompt, a notebook's cell and the command line.
package protocol SessionCommand: ParsableCommand, Sendable {
  /// Does the work and gives back what there is to show.
  func run(in session: Session) async throws -> [Output]

  /// Whether it lists, saves or reruns cells, and so is none of the notebook's cells itself.
  static var isAboutNotebook: Bool { get }

  /// The arguments as the parser should see them: a chance to keep what it would lose.
  static func prepared(_ arguments: [String]) -> [String]

  /// The options whose values are secrets.
  static var secretOptions: [String] { get }

  /// The places of arguments that are secrets, beside the values of ``secretOptions``.
  ///
  /// - Parameter positionals: the places of those that are no option's.
  static func secretPlaces(in arguments: [String], positionals: [Int]) -> [Int]

  /// An argument without the secrets that stand within it, and these.
  static func withoutSecrets(_ argument: String) -> (masked: String, secrets: [String])
}

extension SessionCommand {
  package static func prepared(_ arguments: [String]) -> [String] { arguments }
  package static var isAboutNotebook: Bool { false }
  package static var secretOptions: [String] { [] }
  package static func secretPlaces(in arguments: [String], positionals: [Int]) -> [Int] { [] }
  package static func withoutSecrets(_ argument: String) -> (masked: String, secrets: [String]) {
    (SecretForms.masked(argument), SecretForms.secrets(in: argument))
  }
}

/// A failure with what there was to show before it.
struct CellFailure: Explained {
  /// What is not published yet.
  var outputs: [Output] = []
  let failure: String
  /// Where in the failed cell the fault lies.
  var place: FaultPlace?

  var problem: String { failure }
}

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

  /// With `--option=value` as two words, where it is one of those options.
  package static func separated(_ words: [String], at options: [String]) -> [String] {
    words.flatMap { word in
      options.contains { word.hasPrefix($0 + "=") }
        ? word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init) : [word]
    }
  }

  /// From nothing to a plot with its anomalies.
  package static let firstLook = [
    "send --sample",
    "stream messages --schema \"timestamp TIMESTAMP, favorite INT\"",
    "aggregate hourly --from messages --window 1h --avg favorite --as average",
    "plot hourly",
  ]

  /// Whether the words name a command that goes on at the prompt.
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
      // The parser tells of a word that it does not know only after everything else.
      throw CommandVocabulary(of: type).misspelling(in: Array(words.dropFirst()), of: verb)
        ?? .unparsed(verb: verb, message: type.message(for: error))
    }
  }
}

extension String {
  /// With each paragraph on one line, for the parser to break where the screen ends; lines that are set in stay.
  var flowing: String {
    var lines: [String] = []
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if let last = lines.last, !last.isEmpty, !line.isEmpty, last.first != " ", line.first != " " {
        lines[lines.count - 1] = last + " " + line
      } else {
        lines.append(String(line))
      }
    }
    return lines.joined(separator: "\n")
  }
}

/// What the parser answers itself: `--help`.
private struct ShownText: SessionCommand {
  var text = ""

  init() {}
  init(text: String) { self.text = text }

  func run(in session: Session) async throws -> [Output] { [.text(text)] }
}
