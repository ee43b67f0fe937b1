public import CivilTime
import DeltaLake
import EventHub
import NotebookFormat

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
  var notebook = Notebook()
  var hub: EmbeddedHub?
  var streams: [String: StreamDefinition] = [:]
  var aggregates: [String: AggregateDefinition] = [:]
  var queries: [QueryRecord] = []
  private var outputListener: (@Sendable (Output) -> Void)?
  private(set) var progressListener: @Sendable (Progress) -> Void = { _ in }
  /// The tables as SQL sees them.
  var attached: [String: Snapshot] = [:]

  /// - Parameters:
  ///   - workspace: the folder of hubs, tables and checkpoints; made when something is first kept in it.
  ///   - clock: gives the time now, UTC; nil is the system's.
  /// - Throws: an error that says why SQLite cannot start.
  public init(workspace: String = ".groundswell", clock: (@Sendable () -> Timestamp)? = nil) throws {
    self.workspace = Workspace(path: workspace)
    self.clock = clock ?? { Timestamp.now }
    database = try SQLDatabase()
    database.defineAggregate(
      AnomalyDetectFunction.name, arguments: AnomalyDetectFunction.arguments, evaluate: AnomalyDetectFunction.evaluate)
  }

  /// Hears of outputs as they come and of how long work goes on, for who runs cells at a terminal.
  package func listen(
    outputs: (@Sendable (Output) -> Void)? = nil, progress: (@Sendable (Progress) -> Void)? = nil
  ) {
    outputListener = outputs
    progressListener = progress ?? { _ in }
  }

  /// Runs a cell's statements in order, up to the first that fails.
  package func run(_ cell: Cell) async -> CellResult {
    var outputs: [Output] = []
    do {
      var remaining = try cell.unreadStatements()
      // Parameters are put in statement by statement, since a statement may set one that the next uses.
      while let statement = try remaining.next(parameters: parameters) {
        try Task.checkCancellation()
        outputs += try await run(statement.content)
      }
    } catch let failed as CellFailure {
      return CellResult(outputs: outputs + failed.outputs, failure: failed.description)
    } catch {
      return CellResult(outputs: outputs, failure: CellFailure.message(of: error))
    }
    return CellResult(outputs: outputs)
  }

  /// Runs one command given as words, as a shell hands them over.
  ///
  /// - Throws: ``UsageError`` for words that are no command; a command that fails says so in the result.
  package func run(words: [String]) async throws(UsageError) -> CellResult {
    let command = try CommandList.command(for: words)
    do {
      return CellResult(outputs: try await run(command))
    } catch let failed as CellFailure {
      return CellResult(outputs: failed.outputs, failure: failed.description)
    } catch {
      return CellResult(outputs: [], failure: CellFailure.message(of: error))
    }
  }

  /// Runs a cell and keeps it, with its outputs, in the session's notebook.
  package func runAndKeep(_ cell: Cell) async -> CellResult {
    let result = await run(cell)
    let count = notebook.cells.count { $0.isCode } + 1
    var kept = NotebookCell.code(id: notebook.unusedID(), cell.text)
    kept.kind = .code(outputs: result.cellOutputs(count: count), executionCount: count)
    notebook.cells.append(kept)
    return result
  }

  private func run(_ content: Statement.Content) async throws -> [Output] {
    switch content {
    case .sql(let statement):
      let rows = try query(statement)
      // CREATE VIEW and its like have nothing to show.
      return tell(rows.columns.isEmpty ? [] : [.table(rows)])
    case .command(let words):
      return try await run(try CommandList.command(for: words))
    }
  }

  private func run(_ command: any SessionCommand) async throws -> [Output] {
    // Cells that a command runs have told of their outputs themselves.
    if command is any CellRunner { return try await command.run(in: self) }
    do {
      return tell(try await command.run(in: self))
    } catch let failed as CellFailure {
      _ = tell(failed.outputs)
      throw failed
    }
  }

  private func tell(_ outputs: [Output]) -> [Output] {
    if let outputListener { outputs.forEach(outputListener) }
    return outputs
  }

  func set(_ name: String, to parameter: Parameter) { parameters[name] = parameter }

  func open(_ notebook: Notebook) { self.notebook = notebook }
}

extension CellResult {
  /// As a notebook keeps them.
  func cellOutputs(count: Int) -> [CellOutput] {
    var kept = outputs.map { output in
      CellOutput.result(output.mimeBundle, metadata: [:], executionCount: count)
    }
    if let failure {
      let problem = failure.split(separator: "\n").first.map(String.init) ?? failure
      kept.append(.error(name: "Error", value: problem, traceback: failure.split(separator: "\n").map(String.init)))
    }
    return kept
  }
}
