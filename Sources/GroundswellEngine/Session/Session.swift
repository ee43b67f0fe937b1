import CivilTime
import Columnar
import EventFiles
import EventHub
import NotebookFormat
import Pipeline
import Rendering
import Wording

/// One user's state between cells: the connected hub, streams, aggregates, parameters, and the notebook that the cells make.
/// Tables, hubs and running queries are its backend's.
///
/// Cells run one at a time, in the order in which callers hand them in: a cell, a notebook and a command each take a turn.
public actor Session {
  let backend: any Backend
  /// What cells can do beside SQL.
  nonisolated let commands: CommandSet
  /// Where commands may write files.
  nonisolated let outputFiles: OutputFiles
  /// The time now, for windows that are still filling and events that are sent.
  nonisolated let clock: @Sendable () -> Timestamp
  /// What no output, message or notebook may show.
  nonisolated package let secrets: Secrets
  /// What happens, for any number of subscribers.
  nonisolated package let events: SessionEvents
  /// Whom cells can ask; nil if nobody is there.
  var console: (any Console)?
  package private(set) var settings = Settings()
  var parameters: [String: Parameter] = [:]
  package var document = NotebookDocument()
  var connection: HubAddress?
  /// What `send --query` and `send --tag` ask.
  var (twitterService, mastodonService): (XSearch?, MastodonTimeline?) = (nil, nil)
  var streams: [String: StreamDefinition] = [:]
  var aggregates: [String: AggregateDefinition] = [:]
  var queries: [String: QueryRecord] = [:]
  /// The notebook that is being walked through.
  package var tour: Tour?
  let sources = SourcesRead()
  /// Where detectors come from, for commands and SQL.
  let detectors: ChosenDetectors
  private let queue = CellQueue()
  /// Cancels what has its turn.
  private var interruption: (@Sendable () -> Void)?
  /// What the cells that run have given so far: the outermost first, then those that it runs.
  private var outputs: [[Output]] = []
  /// The notebooks that are being run, by their paths.
  private var running: Set<String> = []

  /// - Parameters:
  ///   - commands: what cells can do beside SQL.
  ///   - clock: gives the time now, UTC; nil is the system's.
  /// - Throws: an error if the platform cannot start.
  init(on platform: Platform, commands: CommandSet, clock: (@Sendable () -> Timestamp)? = nil) throws {
    let clock = clock ?? { Timestamp.now }
    let detectors = ChosenDetectors()
    let functions = [
      SQLFunction(
        AnomalyDetectFunction.name, arguments: AnomalyDetectFunction.arguments,
        .aggregate { try AnomalyDetectFunction(detectors: detectors.source).evaluate($0) })
    ]
    let services = SessionServices(
      functions: functions, sentences: { GroundswellEngine.sentences(for: $0) }, clock: clock)
    self.init(try platform.backend(services), commands, OutputFiles(folder: nil), detectors, clock)
  }

  /// A session that rehearses notebooks on the same kind of backend: it changes nothing outside of a folder.
  init(rehearsing session: Session, in folder: String) throws {
    self.init(
      try session.backend.rehearsal(in: folder), session.commands, OutputFiles(folder: folder), session.detectors,
      session.clock)
  }

  private init(
    _ backend: any Backend, _ commands: CommandSet, _ files: OutputFiles, _ detectors: ChosenDetectors,
    _ clock: @escaping @Sendable () -> Timestamp
  ) {
    self.backend = backend
    self.commands = commands
    self.clock = clock
    outputFiles = files
    self.detectors = detectors
    secrets = Secrets(commands: commands)
    events = SessionEvents(secrets: secrets)
  }

  /// The folder that keeps what belongs to the session.
  nonisolated var workspace: String { backend.workspace }

  /// Whether nothing was ever kept where cells run.
  package nonisolated var isNew: Bool { get throws { try backend.isNew } }

  /// Lets cells ask a person.
  package func attach(_ console: any Console) { self.console = console }

  package func change(_ change: (inout Settings) -> Void) {
    change(&settings)
    events.send(.settings(settings))
  }

  func set(_ name: String, to parameter: Parameter) { parameters[name] = parameter }

  // MARK: Turns

  /// Runs a cell's statements in order, up to the first that fails, when its turn comes.
  package func run(_ cell: Cell) async -> CellResult {
    await inTurn { await $0.told(cell) { await $0.perform(cell) } } ?? .interrupted
  }

  /// Runs a cell and keeps it, with its outputs, in the session's notebook; cells that list, change or save the notebook are
  /// not kept.
  package func runAndKeep(_ cell: Cell, tags: [String] = []) async -> CellResult {
    await inTurn { await $0.told(cell) { await $0.performAndKeep(cell, tags: tags) } } ?? .interrupted
  }

  /// Runs one command given as words, as a shell hands them over, when its turn comes.
  ///
  /// - Throws: ``UsageError`` for words that do not make a command; a command that fails says so in the result.
  package func run(words: [String]) async throws(UsageError) -> CellResult {
    secrets.note(in: words)
    let command: any SessionCommand
    do { command = try commands.command(for: words) } catch { throw error.masked(by: secrets) }
    return await inTurn { await $0.perform(command) } ?? .interrupted
  }

  /// Stops the cell, notebook or command that runs now, whoever handed it in; the next one begins.
  package func interrupt() { interruption?() }

  /// Runs work when all work that was handed in before it has ended.
  ///
  /// - Returns: nil if the caller's task is cancelled before the turn comes.
  func inTurn<Answer: Sendable>(_ work: @escaping @Sendable (isolated Session) async -> Answer) async -> Answer? {
    do { try await queue.enter() } catch { return nil }
    let running = Task { await work(self) }
    interruption = { running.cancel() }
    let answer = await withTaskCancellationHandler {
      await running.value
    } onCancel: {
      running.cancel()
    }
    interruption = nil
    await queue.leave()
    return answer
  }

  private func told(_ cell: Cell, _ work: (isolated Session) async -> CellResult) async -> CellResult {
    events.send(.cellBegan(cell))
    let result = await work(self)
    events.send(.cellEnded(result))
    return result
  }

  // MARK: Cells

  /// Runs a cell within the turn that its caller has.
  func perform(_ cell: Cell) async -> CellResult {
    if outputs.isEmpty { sources.forget() }
    secrets.note(in: cell)
    var remaining = CellScanner(cell.text)
    return await gathering(for: cell) {
      do {
        try cell.check()
        // Parameters are put in statement by statement, since a statement may set one that the next uses.
        while let statement = try remaining.next(parameters: parameters) {
          try Task.checkCancellation()
          try await run(statement)
        }
        return CellResult(outputs: [])
      } catch let failed as CellFailure {
        return CellResult(outputs: [], failure: failed.failure, place: failed.place)
      } catch {
        let place =
          if let error = error as? SQLError {
            error.position.flatMap { cell.place(onLine: $0.line, behind: $0.before) }
          } else {
            (error as? any Explained)?.wordAtFault.flatMap { cell.place(of: $0, in: remaining.lines) }
          }
        return CellResult(outputs: [], failure: sentences(for: error), place: place)
      }
    }
  }

  private func perform(_ command: any SessionCommand) async -> CellResult {
    sources.forget()
    return await gathering(for: nil) {
      do {
        try await run(command)
        return CellResult(outputs: [])
      } catch let failed as CellFailure {
        return CellResult(outputs: [], failure: failed.failure, place: failed.place)
      } catch {
        return CellResult(outputs: [], failure: sentences(for: error))
      }
    }
  }

  /// Runs work, and completes its result with what was published meanwhile.
  private func gathering(for cell: Cell?, _ work: () async -> CellResult) async -> CellResult {
    // Cells that run each other end before the stack does.
    guard outputs.count < Self.maximalDepth else {
      return masked(CellResult(outputs: [], failure: sentences(for: EndlessRun())), of: cell)
    }
    outputs.append([])
    var result = await work()
    result.outputs = outputs.removeLast()
    result.sources = sources.names
    return masked(result, of: cell)
  }

  /// How deep cells that run cells may stand within each other.
  private static let maximalDepth = 17

  private func run(_ statement: Statement) async throws {
    switch statement.content {
    case .sql(let text):
      let rows: Table
      do { rows = try await self.rows(of: .sql(text)).collected() } catch var error as SQLError {
        error.firstLine = statement.line
        throw error
      }
      // CREATE VIEW and DROP VIEW have nothing to show.
      if !rows.columns.isEmpty { publish([.table(rows)]) }
    case .command(let words):
      secrets.note(in: words)
      try await run(try commands.command(for: words))
    }
  }

  private func run(_ command: any SessionCommand) async throws {
    do { publish(try await command.run(in: self)) } catch let failed as CellFailure {
      publish(failed.outputs)
      throw failed
    }
  }

  /// The way of all outputs: to the results of the cells that run, and to subscribers. What a command returns is published by
  /// itself; one that runs for long may publish before it returns.
  func publish(_ new: [Output]) {
    for output in new {
      let masked = output.masked(by: secrets)
      for index in outputs.indices { outputs[index].append(masked) }
      events.send(.output(masked))
    }
  }

  /// Without secrets in the failure; and without its place if the line holds one.
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

  // MARK: Notebooks that run

  /// Notes that a notebook is being run; false if it already is.
  func begin(_ path: String) -> Bool { running.insert(path).inserted }

  func end(_ path: String) { running.remove(path) }
}

extension CellResult {
  /// Of a cell whose caller was cancelled before its turn.
  static var interrupted: CellResult {
    CellResult(outputs: [], failure: sentences(for: CancellationError()))
  }
}

/// Cells that run each other.
private struct EndlessRun: Explained {
  var problem: String { "cells run each other without end" }
  var remedy: String? { "delete the cell that runs itself: cells, edit N, delete N" }
}
