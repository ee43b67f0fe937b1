public import NotebookFormat
import Rendering

/// What running a notebook gave.
public struct Replay: Sendable {
  /// The notebook with the outputs of the cells that ran, up to the first that failed.
  public let notebook: Notebook
  /// What the cells printed, one text an output, in order.
  public let outputs: [String]
  /// Why the run ended early: the cell, the problem, the way out; nil when every cell succeeded.
  public let failure: String?

  let shown: [Output]
  /// Where in the failed cell the fault lies.
  let place: FaultPlace?
}

/// How a notebook is run.
struct ReplayOptions: Sendable {
  var parameters: [String: String] = [:]
  /// Whether parameters that the notebook does not have are set all the same.
  var allowsUnknown = false
  /// Whether cells behind a failed one run.
  var keepsGoing = false
  /// When the run is stopped; nil lets it take as long as it takes.
  var deadline: ContinuousClock.Instant?
  /// What the limit is called in an error.
  var limit = ""
  /// Hears of the notebook after each cell.
  var save: (@Sendable (Notebook) throws -> Void)?
}

extension Session {
  /// Runs a notebook's cells in order, in this session, until one fails.
  ///
  /// A cell tagged `raises-exception` may fail; one tagged `skip-execution` is passed over.
  /// - Parameter parameters: values in place of those that the notebook's cell tagged `parameters` sets.
  /// - Throws: an error for a parameter that the notebook does not have, or of another type; nothing has run then.
  public func run(_ notebook: Notebook, parameters: [String: String] = [:]) async throws -> Replay {
    let replay = await inTurn { session -> Result<Replay, any Error> in
      do { return .success(try await session.replay(notebook, ReplayOptions(parameters: parameters))) } catch {
        return .failure(error)
      }
    }
    guard let replay else { throw CancellationError() }
    return try replay.get()
  }

  /// Runs a notebook within the turn that its caller has.
  func replay(_ notebook: Notebook, _ options: ReplayOptions) async throws -> Replay {
    var notebook = notebook
    if !options.parameters.isEmpty {
      try NotebookParameters(of: notebook).check(options.parameters, allowsUnknown: options.allowsUnknown)
      _ = notebook.injectParameters(NotebookParameters.setting(options.parameters))
    }
    let places = notebook.cells.indices.filter { notebook.cells[$0].isCode }
    // What an earlier run left is not this one's, but for cells that do not run.
    for place in places where !notebook.cells[place].tags.contains("skip-execution") {
      notebook.cells[place].kind = .code(outputs: [], executionCount: nil)
    }
    var shown: [Output] = []
    var failures: [(text: String, place: FaultPlace?)] = []
    for (count, index) in zip(1..., places) where !notebook.cells[index].tags.contains("skip-execution") {
      let cell = notebook.cells[index]
      events.send(.progress(.step("cell \(count) of \(places.count): \(cell.id)")))
      let result = await perform(Cell(cell.source), options)
      notebook.cells[index].kind = .code(
        outputs: result.cellOutputs(count: count, without: secrets), executionCount: count)
      shown += result.outputs
      if let failure = result.failure {
        if cell.tags.contains("raises-exception"), !Task.isCancelled, !options.isOver {
          publish([.text(failure)])
          shown.append(.text(failure))
        } else {
          let line = failure.hasPrefix("line ") ? nil : result.place.flatMap { cell.line(of: $0.line) }
          let text = "cell '\(cell.id)'\(line.map { ", line \($0)" } ?? ""): \(failure)"
          failures.append((text, result.place))
          // Where it happened, while what comes after it runs.
          if options.keepsGoing { publish([.aside("! " + text)]) }
        }
      }
      try options.save?(notebook.masked(by: secrets))
      if !failures.isEmpty, !options.keepsGoing || Task.isCancelled || options.isOver { break }
    }
    return Replay(
      notebook: notebook.masked(by: secrets), outputs: shown.map(\.plainText),
      failure: failures.isEmpty ? nil : failures.map(\.text).joined(separator: "\n"), shown: shown,
      place: failures.count == 1 ? failures[0].place : nil)
  }

  /// Runs a cell, and stops it when the run's time is over.
  private func perform(_ cell: Cell, _ options: ReplayOptions) async -> CellResult {
    guard let deadline = options.deadline else { return await perform(cell) }
    let work = Task { await self.perform(cell) }
    let timer = Task {
      try await Task.sleep(until: deadline, clock: .continuous)
      work.cancel()
    }
    var result = await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      work.cancel()
    }
    timer.cancel()
    if result.failure != nil, options.isOver, !Task.isCancelled {
      result.failure =
        "stopped, since \(options.limit) are over\ngive it longer: --timeout TIME; what was done so far is kept"
    }
    return result
  }
}

extension ReplayOptions {
  var isOver: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }
}

extension NotebookCell {
  /// The number of a line of the source, from 1; nil for a source of one line.
  fileprivate func line(of text: String) -> Int? {
    let lines = source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return lines.count > 1 ? lines.firstIndex { $0 == text }.map { $0 + 1 } : nil
  }
}
