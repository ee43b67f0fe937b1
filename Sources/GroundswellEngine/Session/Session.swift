public import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import EventHub
package import NotebookFormat
import SQLEngine
import Wording
import EventFiles
import Rendering

/// One user's state between cells: the connected hub, streams, aggregates, views, parameters, and the notebook that the
/// cells make.
///
/// Cells run one at a time, in the order in which they are handed in.
public actor Session {
  let workspace: Workspace
  /// The time now, for windows that are still filling and events that are sent.
  let clock: @Sendable () -> Timestamp
  let database: SQLDatabase
  var parameters: [String: Parameter] = [:]
  package var notebook = Notebook()
  var connection: HubConnection?
  /// What `send --query` and `send --tag` ask.
  var (twitterService, mastodonService): (XSearch?, MastodonTimeline?) = (nil, nil)
  var streams: [String: StreamDefinition] = [:]
  var aggregates: [String: AggregateDefinition] = [:]
  var queries: [String: QueryRecord] = [:]
  private var depth = 0
  /// The notebooks that are being run, by their paths.
  private var running: Set<String> = []
  /// Who hears of what cells give, and whom they can ask.
  private(set) var listeners = Listeners()
  package private(set) var settings = Settings()
  /// The notebook that is being walked through.
  package var tour: Tour?
  /// Changes of the notebook that can be undone, oldest first.
  var changes: [NotebookChange] = []
  /// Whether the cells' counts are those of their places.
  var numbersCells = true
  let readings = Readings()
  /// What no output, message or notebook may show.
  nonisolated package let secrets = Secrets()
  let columnCache = ColumnCache()
  /// The tables as SQL sees them.
  var attached: [String: Snapshot] = [:]
  /// Those that it cannot see, with the reason.
  var unreadable: [String: any Error] = [:]

  /// - Parameters:
  ///   - workspace: the folder of hubs, tables and checkpoints; made when something is first kept in it.
  ///   - clock: gives the time now, UTC; nil is the system's.
  /// - Throws: an error that says why SQLite cannot start.
  public init(workspace: String = ".groundswell", clock: (@Sendable () -> Timestamp)? = nil) throws {
    try self.init(Workspace(path: workspace), clock: clock)
  }

  /// A session that only tries notebooks out, and leaves everything outside of its workspace as it is.
  init(rehearsingIn workspace: String, clock: @escaping @Sendable () -> Timestamp) throws {
    try self.init(Workspace(path: workspace, isRehearsal: true), clock: clock)
  }

  private init(_ workspace: Workspace, clock: (@Sendable () -> Timestamp)?) throws {
    self.workspace = workspace
    self.clock = clock ?? { Timestamp.now }
    database = try SQLDatabase(message: sentences(for:))
    database.defineAggregate(
      AnomalyDetectFunction.name, arguments: AnomalyDetectFunction.arguments, evaluate: AnomalyDetectFunction.evaluate)
    for function in TimeFunctions.all {
      database.defineFunction(function.name, arguments: function.arguments, evaluate: function.evaluate)
    }
    database.defineFunction("now", arguments: 0) { [clock = self.clock] _ in .timestamp(clock()) }
  }

  /// For who runs cells at a terminal.
  package func listen(_ listeners: Listeners) {
    self.listeners = listeners.masked(by: secrets)
    listeners.settings(settings)
  }

  package func change(_ change: (inout Settings) -> Void) {
    change(&settings)
    listeners.settings(settings)
  }

  /// Runs a cell's statements in order, up to the first that fails.
  package func run(_ cell: Cell) async -> CellResult {
    var result = CellResult(outputs: [])
    readings.forget()
    secrets.note(in: cell)
    var remaining = CellScanner(cell.text)
    do {
      try cell.check()
      // Parameters are put in statement by statement, since a statement may set one that the next uses.
      while let statement = try remaining.next(parameters: parameters) {
        try Task.checkCancellation()
        result.outputs += try await run(statement)
      }
    } catch let failed as CellFailure {
      result.outputs += failed.outputs
      result.failure = failed.failure
      result.place = failed.place
    } catch {
      result.failure = sentences(for: error)
      if let error = error as? SQLError {
        result.place = error.position.flatMap { cell.place(onLine: $0.line, behind: $0.before) }
      } else {
        result.place = (error as? any Explained)?.wordAtFault.flatMap { cell.place(of: $0, in: remaining.lines) }
      }
    }
    result.sources = readings.sources
    return masked(result, of: cell)
  }

  /// Without secrets in the failure; and without its place where the line holds one.
  private func masked(_ result: CellResult, of cell: Cell?) -> CellResult {
    guard let failure = result.failure else { return result }
    var result = result
    // What a failure quotes may be of any length.
    let lines = failure.split(separator: "\n", omittingEmptySubsequences: false)
    result.failure = secrets.masked(lines.map { shortened(String($0), to: 4_000) }.joined(separator: "\n"))
    if let cell, let place = result.place {
      let lines = secrets.masked(cell: cell.text).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      if !lines.contains(where: { $0 == place.line }) { result.place = nil }
    }
    return result
  }

  /// Runs one command given as words, as a shell hands them over.
  ///
  /// - Throws: ``UsageError`` for words that are no command; a command that fails says so in the result.
  package func run(words: [String]) async throws(UsageError) -> CellResult {
    secrets.note(in: words)
    let command: any SessionCommand
    do { command = try CommandList.command(for: words) } catch { throw error.masked(by: secrets) }
    do {
      return CellResult(outputs: try await run(command))
    } catch let failed as CellFailure {
      return masked(CellResult(outputs: failed.outputs, failure: failed.failure, place: failed.place), of: nil)
    } catch {
      return masked(CellResult(outputs: [], failure: sentences(for: error)), of: nil)
    }
  }

  private func run(_ statement: Statement) async throws -> [Output] {
    switch statement.content {
    case .sql(let text):
      let rows: Table
      do { rows = try query(text) } catch var error as SQLError {
        error.firstLine = statement.line
        throw error
      }
      // CREATE VIEW and its like have nothing to show.
      return tell(rows.columns.isEmpty ? [] : [.table(rows)])
    case .command(let words):
      secrets.note(in: words)
      return try await run(try CommandList.command(for: words))
    }
  }

  private func run(_ command: any SessionCommand) async throws -> [Output] {
    // Cells that a command runs have told of their outputs themselves.
    if command is any CellRunner {
      guard depth < Self.maximalDepth else { throw EndlessRun() }
      depth += 1
      defer { depth -= 1 }
      return try await command.run(in: self)
    }
    do {
      return tell(try await command.run(in: self))
    } catch let failed as CellFailure {
      _ = tell(failed.outputs)
      throw failed
    }
  }

  /// Tells who listens of outputs, and gives them back.
  func tell(_ outputs: [Output]) -> [Output] {
    let outputs = outputs.map { $0.masked(by: secrets) }
    if let listener = listeners.outputs { outputs.forEach(listener) }
    return outputs
  }

  /// Whether nothing was ever kept in the workspace.
  package var isNew: Bool { get throws { try !DurableFiles.exists(workspace.path) } }

  /// How deep cells that run cells stand within each other.
  private static let maximalDepth = 16

  func set(_ name: String, to parameter: Parameter) { parameters[name] = parameter }

  /// Notes that a notebook is being run; false where it is already.
  func begin(_ path: String) -> Bool { running.insert(path).inserted }

  func end(_ path: String) { running.remove(path) }
}

/// Cells that run each other.
private struct EndlessRun: Explained {
  var problem: String { "cells run each other without end" }
  var remedy: String? { "delete the cell that runs itself: cells, edit N, delete N" }
}
