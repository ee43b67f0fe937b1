public import CivilTime
public import Pipeline

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

  package static var names: [String] { Self.set.names }

  /// The commands of every session.
  package static let set = CommandSet(all)
}

extension Session {
  /// A session with all commands.
  ///
  /// - Parameters:
  ///   - platform: where cells run: `.local()` of the module LocalPipeline.
  ///   - clock: gives the time now, UTC; nil is the system's.
  /// - Throws: an error if the platform cannot start.
  public init(on platform: Platform, clock: (@Sendable () -> Timestamp)? = nil) throws {
    try self.init(on: platform, commands: CommandList.set, clock: clock)
  }
}
