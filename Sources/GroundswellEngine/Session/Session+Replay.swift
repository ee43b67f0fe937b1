public import NotebookFormat

/// What running a notebook gave.
public struct Replay: Sendable {
  /// The notebook with the outputs of the cells that ran, up to the first that failed.
  public let notebook: Notebook
  /// What the cells printed, one text an output, in order.
  public let outputs: [String]
  /// Why the run ended early: the cell, the problem, the way out; nil when every cell succeeded.
  public let failure: String?

  let shown: [Output]
}

/// A parameter that a notebook does not have.
struct UnknownParameter: Error, CustomStringConvertible {
  let name: String
  let known: [String]

  var description: String {
    let wayOut =
      Suggestion.closest(to: name, in: known).map { "did you mean '\($0)'?" }
      ?? (known.isEmpty
        ? "tag the cell that sets its parameters with 'parameters'"
        : "it has \(known.sorted().joined(separator: ", "))")
    return "the notebook has no parameter '\(name)'\n\(wayOut)"
  }
}

extension Session {
  /// Runs a notebook's cells in order, in this session, until one fails.
  ///
  /// - Parameter parameters: values in place of those that the notebook's cell tagged `parameters` sets.
  /// - Throws: an error for a parameter that the notebook does not have; nothing has run then.
  public func run(_ notebook: Notebook, parameters: [String: String] = [:]) async throws -> Replay {
    var notebook = notebook
    if !parameters.isEmpty {
      let known = Self.parameters(of: notebook)
      if let name = parameters.keys.sorted().first(where: { !known.contains($0) }) {
        throw UnknownParameter(name: name, known: known)
      }
      _ = notebook.injectParameters(Self.setting(parameters))
    }
    var (shown, failure): ([Output], String?) = ([], nil)
    var count = 0
    for index in notebook.cells.indices where notebook.cells[index].isCode {
      if failure != nil {
        notebook.cells[index].kind = .code(outputs: [], executionCount: nil)
        continue
      }
      count += 1
      let result = await run(Cell(notebook.cells[index].source))
      notebook.cells[index].kind = .code(outputs: result.cellOutputs(count: count), executionCount: count)
      shown += result.outputs
      failure = result.failure.map { "cell '\(notebook.cells[index].id)': \($0)" }
    }
    return Replay(notebook: notebook, outputs: shown.map(\.plainText), failure: failure, shown: shown)
  }

  /// The names of a notebook's parameters: those that its cell tagged `parameters` sets.
  static func parameters(of notebook: Notebook) -> [String] {
    guard let index = notebook.parametersCell else { return [] }
    let statements = (try? Cell(notebook.cells[index].source).statements()) ?? []
    return statements.compactMap { statement in
      if case .command(let words) = statement.content, words.count > 2, words[0] == "set" { words[1] } else { nil }
    }
  }

  /// A cell that sets the parameters. A quote within a value stands between double ones.
  private static func setting(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key < $1.key }.map { name, value in
      let pieces = value.split(separator: "'", omittingEmptySubsequences: false)
      return "set \(name) '\(pieces.joined(separator: "'\"'\"'"))'"
    }.joined(separator: "\n")
  }
}
