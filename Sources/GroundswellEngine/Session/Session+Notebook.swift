package import NotebookFormat
import Wording
import Rendering

/// A note that was to be run.
struct NoteDoesNotRun: Explained {
  let id: String
  var wordAtFault: String? { id }
  var problem: String { "\(id) is a note, which does not run" }
  var remedy: String? { "change it: edit \(id); or list the cells that run: cells" }
}

/// The session's notebook: masks secrets in what the document keeps.
extension Session {
  package var notebook: Notebook { document.notebook }

  /// Runs a cell and keeps it within the turn that its caller has.
  func performAndKeep(_ cell: Cell, tags: [String] = []) async -> CellResult {
    let result = await perform(cell)
    if !cell.isAboutNotebook(commands) {
      document.append(
        secrets.masked(cell: String(cell.text.withoutLineEnds)), tags: tags,
        outputs: result.cellOutputs(without: secrets))
    }
    return result
  }

  /// Runs a cell of code again, and replaces its outputs.
  func rerun(_ cell: NotebookCell) async throws(NoteDoesNotRun) -> CellResult {
    guard cell.isCode else { throw NoteDoesNotRun(id: cell.id) }
    let result = await perform(Cell(cell.source))
    document.setOutputs(result.cellOutputs(without: secrets), ofID: cell.id)
    return result
  }

  package func replace(_ notebook: Notebook) { document.replace(with: notebook) }

  func add(_ kind: NotebookCell.Kind, _ source: String, before other: NotebookCell?) -> NotebookCell {
    let isNote = if case .markdown = kind { true } else { false }
    return document.add(
      kind, isNote ? secrets.masked(prose: source) : secrets.masked(cell: source), before: other)
  }

  func delete(_ cell: NotebookCell) { document.delete(cell) }

  func move(_ cell: NotebookCell, before other: NotebookCell?) { document.move(cell, before: other) }

  func edit(_ cell: NotebookCell, source: String) -> NotebookCell {
    document.edit(cell, source: cell.isCode ? secrets.masked(cell: source) : secrets.masked(prose: source))
  }

  func undo() -> NotebookDocument.Edit? { document.undo() }
}

extension CellResult {
  /// The outputs and the failure as a notebook keeps them.
  ///
  /// - Parameter count: the execution count; the document sets it if nil.
  func cellOutputs(count: Int? = nil, without secrets: Secrets) -> [CellOutput] {
    var kept = outputs.compactMap { output -> CellOutput? in
      if case .aside = output { return nil }
      return CellOutput.result(output.mimeBundle(without: secrets), metadata: [:], executionCount: count)
    }
    if let failure {
      let failure = harmless(failure)
      let lines = failure.split(separator: "\n").map(String.init)
      kept.append(.error(name: "Error", value: lines.first ?? failure, traceback: lines))
    }
    return kept
  }
}

extension Cell {
  /// Whether all that it does is to list, change or save the notebook.
  fileprivate func isAboutNotebook(_ commands: CommandSet) -> Bool {
    guard let statements = try? statements(), !statements.isEmpty else { return false }
    return statements.allSatisfy { statement in
      guard case .command(let words) = statement.content else { return false }
      return commands.type(named: words[0])?.isAboutNotebook ?? false
    }
  }
}
