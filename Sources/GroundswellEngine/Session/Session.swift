public import CivilTime
import Columnar
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
  /// The connected hub's folder. The hub is opened anew each time, since others may remove it or begin it anew.
  var hubPath: String?
  var streams: [String: StreamDefinition] = [:]
  var aggregates: [String: AggregateDefinition] = [:]
  var queries: [String: QueryRecord] = [:]
  /// The notebooks that are being run, by their paths.
  private var running: Set<String> = []
  private var outputListener: (@Sendable (Output) -> Void)?
  private(set) var progressListener: @Sendable (Progress) -> Void = { _ in }
  private(set) var messageListener: @Sendable (String) -> Void = { _ in }
  let columnCache = ColumnCache()
  /// The tables as SQL sees them.
  var attached: [String: Snapshot] = [:]
  /// Those that it cannot see, with the reason.
  var unreadable: [String: String] = [:]

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
    for function in TimeFunctions.all {
      database.defineFunction(function.name, arguments: function.arguments, evaluate: function.evaluate)
    }
    database.defineFunction("now", arguments: 0) { [clock = self.clock] _ in .timestamp(clock()) }
  }

  /// Hears of outputs as they come, of how long work goes on, and of what queries in the background have to say, for who
  /// runs cells at a terminal.
  package func listen(
    outputs: (@Sendable (Output) -> Void)? = nil, progress: (@Sendable (Progress) -> Void)? = nil,
    messages: (@Sendable (String) -> Void)? = nil
  ) {
    messageListener = messages ?? { _ in }
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
        outputs += try await run(statement)
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

  /// The place that the next cell will have among the notebook's cells of code, from 1: as the prompt shows it.
  package var nextCellNumber: Int { notebook.cells.count { $0.isCode } + 1 }

  /// Runs a cell and keeps it, with its outputs, in the session's notebook; cells that list, save or rerun cells are not kept.
  package func runAndKeep(_ cell: Cell) async -> CellResult {
    let count = nextCellNumber
    let result = await run(cell)
    if cell.isAboutNotebook { return result }
    var kept = NotebookCell.code(id: notebook.unusedID(), Secrets.masked(cell.text.trimmingLineEnds))
    kept.kind = .code(outputs: result.cellOutputs(count: count), executionCount: count)
    notebook.cells.append(kept)
    return result
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

  /// Notes that a notebook is being run; false where it is already.
  func begin(_ path: String) -> Bool { running.insert(path).inserted }

  func end(_ path: String) { running.remove(path) }

  /// Runs the code cell at a place again, where it stands; nil where there is none.
  func rerun(_ place: Int) async -> CellResult? {
    let places = notebook.cells.indices.filter { notebook.cells[$0].isCode }
    guard places.indices.contains(place - 1) else { return nil }
    let (index, id) = (places[place - 1], notebook.cells[places[place - 1]].id)
    let result = await run(Cell(notebook.cells[index].source))
    if notebook.cells.indices.contains(index), notebook.cells[index].id == id {
      notebook.cells[index].kind = .code(outputs: result.cellOutputs(count: place), executionCount: place)
    }
    return result
  }

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

extension Cell {
  /// Whether all that it does is to list, save or rerun cells.
  fileprivate var isAboutNotebook: Bool {
    guard let statements = try? statements(), !statements.isEmpty else { return false }
    return statements.allSatisfy { statement in
      guard case .command(let words) = statement.content else { return false }
      return CommandList.all.first { $0._commandName == words[0] }?.isAboutNotebook ?? false
    }
  }
}

extension String {
  /// Without the line ends behind its last line.
  fileprivate var trimmingLineEnds: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
