import ArgumentParser
import NotebookFormat

/// A notebook's cell that failed; the ones after it did not run.
struct NotebookFailure: Error, CustomStringConvertible {
  let notebook: String
  let cell: String
  let failure: String

  var description: String { "\(notebook), cell '\(cell)': \(failure)" }
}

struct RunCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run notebooks in this session, in order, and show the outputs of their cells.",
    discussion: "The first cell that fails ends the run; outputs so far are saved.\n\n  run tutorial.ipynb -p hours 72")

  @Argument(help: "Notebooks: .ipynb or percent text.")
  var notebooks: [String]

  @Option(
    name: .customShort("p"), parsing: .upToNextOption, help: "NAME VALUE: a parameter in place of the notebook's.")
  var parameters: [String] = []

  @Option(name: .customShort("o"), help: "Save the last notebook, with its outputs, under this name.")
  var output: String?

  func validate() throws {
    guard parameters.count.isMultiple(of: 2) else { throw ValidationError("-p takes a NAME and a VALUE") }
  }

  func run(in session: Session) async throws -> [Output] {
    var shown: [Output] = []
    for path in notebooks {
      var notebook = try Notebook(reading: path)
      if !parameters.isEmpty { _ = notebook.injectParameters(injected) }
      let failure = await replay(&notebook, of: path, in: session, showing: &shown)
      if let output, failure != nil || path == notebooks.last { try notebook.write(to: output) }
      if let failure {
        // What the cells before it gave is shown all the same.
        throw CellFailure(outputs: shown, failure: failure.description)
      }
    }
    return shown
  }

  private func replay(
    _ notebook: inout Notebook, of path: String, in session: Session, showing shown: inout [Output]
  ) async -> NotebookFailure? {
    var count = 0
    for index in notebook.cells.indices where notebook.cells[index].isCode {
      count += 1
      let result = await session.run(Cell(notebook.cells[index].source))
      notebook.cells[index].kind = .code(outputs: result.cellOutputs(count: count), executionCount: count)
      shown += result.outputs
      if let failure = result.failure {
        return NotebookFailure(notebook: path, cell: notebook.cells[index].id, failure: failure)
      }
    }
    return nil
  }

  /// The cell that sets the given parameters. A quote within a value stands between double ones.
  private var injected: String {
    stride(from: 0, to: parameters.count, by: 2).map { index in
      let value = parameters[index + 1].split(separator: "'", omittingEmptySubsequences: false)
      return "set \(parameters[index]) '\(value.joined(separator: "'\"'\"'"))'"
    }.joined(separator: "\n")
  }
}

/// A failure with what there was to show before it.
struct CellFailure: Error, CustomStringConvertible {
  let outputs: [Output]
  let failure: String

  var description: String { failure }
}
