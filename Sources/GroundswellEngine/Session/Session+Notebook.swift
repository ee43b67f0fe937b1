package import NotebookFormat
import Wording
import Rendering

/// A change of the session's notebook, as what takes it back.
enum NotebookChange: Sendable {
  case added(id: String)
  case removed(NotebookCell, place: Int)
  case moved(id: String, from: Int)
  case edited(NotebookCell)
  /// With the changes that were made before.
  indirect case replaced(Notebook, [NotebookChange])

  /// Of the cell that was changed.
  var id: String? {
    switch self {
    case .added(let id), .moved(let id, _): id
    case .removed(let cell, _), .edited(let cell): cell.id
    case .replaced: nil
    }
  }

  /// What was done, for the line that says that it was undone.
  var description: String {
    switch self {
    case .added(let id): "adding \(id)"
    case .removed(let cell, _): "deleting \(cell.id)"
    case .moved(let id, _): "moving \(id)"
    case .edited(let cell): "editing \(cell.id)"
    case .replaced: "beginning or opening another notebook"
    }
  }
}

/// A note that was to be run.
struct NoteDoesNotRun: Explained {
  let id: String
  var wordAtFault: String? { id }
  var problem: String { "\(id) is a note, which does not run" }
  var remedy: String? { "change it: edit \(id); or list the cells that run: cells" }
}

/// The cells of the session's notebook. A cell is named by its number, as the prompt and `cells` count cells of code, or by its
/// id.
extension Session {
  /// The place that the next cell will have among the notebook's cells of code, from 1: as the prompt shows it.
  package var nextCellNumber: Int { notebook.cells.count { $0.isCode } + 1 }

  /// The cell that a number or an id names. Of two that could be meant, the number counts.
  func cell(_ address: String) throws(UnknownName) -> NotebookCell {
    let code = notebook.cells.filter(\.isCode)
    if let number = Int(address), code.indices.contains(number - 1) { return code[number - 1] }
    guard let cell = notebook.cells.first(where: { $0.id == address }) else {
      throw UnknownName(
        kind: "cell", name: address, known: notebook.cells.map(\.id),
        remedy: "the notebook has \(counted(notebook.cells.count, "cell")): list them with: cells", listsKnown: false)
    }
    return cell
  }

  /// An id that no cell has, nor one that undoing may bring back.
  private func newID(for word: String = "cell") -> String {
    notebook.unusedID(for: word, avoiding: Set(changes.compactMap(\.id)))
  }

  /// Runs a cell and keeps it within the turn that its caller has.
  func performAndKeep(_ cell: Cell, tags: [String] = []) async -> CellResult {
    let result = await perform(cell)
    if cell.isAboutNotebook { return result }
    let count = nextCellNumber
    var kept = NotebookCell.code(id: newID(), secrets.masked(cell: cell.text.trimmingLineEnds))
    if !tags.isEmpty { kept.metadata["tags"] = .array(tags.map { .string($0) }) }
    kept.kind = .code(outputs: result.cellOutputs(count: count, without: secrets), executionCount: count)
    notebook.cells.append(kept)
    return result
  }

  /// Runs a cell of code again where it stands.
  func rerun(_ cell: NotebookCell) async throws(NoteDoesNotRun) -> CellResult {
    guard cell.isCode else { throw NoteDoesNotRun(id: cell.id) }
    let result = await perform(Cell(cell.source))
    if let place = place(ofID: cell.id) {
      let count = notebook.cells[...place].count { $0.isCode }
      notebook.cells[place].kind = .code(
        outputs: result.cellOutputs(count: count, without: secrets), executionCount: count)
    }
    return result
  }

  private func place(ofID id: String) -> Int? { notebook.cells.firstIndex { $0.id == id } }

  /// Takes another notebook. What was changed in the one before can be undone again when that is back.
  package func replace(_ notebook: Notebook) {
    changes = [.replaced(self.notebook, changes)]
    self.notebook = notebook
    numbersCells = notebook.cells.isEmpty
  }

  /// Puts a new cell before another; nil puts it at the end.
  func add(_ kind: NotebookCell.Kind, _ source: String, before other: NotebookCell?) -> NotebookCell {
    let word = if case .markdown = kind { "note" } else { "cell" }
    let cell = NotebookCell(id: newID(for: word), kind: kind, source: source).masked(by: secrets)
    notebook.cells.insert(cell, at: other.flatMap { place(ofID: $0.id) } ?? notebook.cells.count)
    changes.append(.added(id: cell.id))
    renumber()
    return cell
  }

  func delete(_ cell: NotebookCell) {
    guard let place = place(ofID: cell.id) else { return }
    changes.append(.removed(notebook.cells.remove(at: place), place: place))
    renumber()
  }

  /// Moves a cell before another; nil moves it to the end.
  func move(_ cell: NotebookCell, before other: NotebookCell?) {
    guard let place = place(ofID: cell.id), cell.id != other?.id else { return }
    let moved = notebook.cells.remove(at: place)
    notebook.cells.insert(moved, at: other.flatMap { self.place(ofID: $0.id) } ?? notebook.cells.count)
    changes.append(.moved(id: cell.id, from: place))
    renumber()
  }

  /// Gives a cell another text; what it had given is forgotten.
  func edit(_ cell: NotebookCell, source: String) -> NotebookCell {
    guard let place = place(ofID: cell.id) else { return cell }
    changes.append(.edited(notebook.cells[place]))
    notebook.cells[place].source = source
    notebook.cells[place] = notebook.cells[place].masked(by: secrets)
    if cell.isCode { notebook.cells[place].kind = .code(outputs: [], executionCount: nil) }
    return notebook.cells[place]
  }

  /// Takes the last change back; nil where there is none. Cells that have run since stay.
  func undo() -> NotebookChange? {
    guard let change = changes.popLast() else { return nil }
    switch change {
    case .added(let id): notebook.cells.removeAll { $0.id == id }
    case .removed(let cell, let place): notebook.cells.insert(cell, at: min(place, notebook.cells.count))
    case .moved(let id, let place):
      guard let now = self.place(ofID: id) else { break }
      let cell = notebook.cells.remove(at: now)
      notebook.cells.insert(cell, at: min(place, notebook.cells.count))
    case .edited(let cell):
      if let place = place(ofID: cell.id) { notebook.cells[place] = cell }
    case .replaced(let before, let earlier):
      // The notebook that is left comes back when nothing else is left to undo.
      changes = [.replaced(notebook, changes)] + earlier
      notebook = before
      numbersCells = false
    }
    renumber()
    return change
  }

  /// Gives cells that have run the counts of their places, as `cells` and the prompt count; a notebook that was opened keeps
  /// those that it came with.
  private func renumber() {
    guard numbersCells else { return }
    var count = 0
    for place in notebook.cells.indices where notebook.cells[place].isCode {
      count += 1
      guard case .code(let outputs, let earlier?) = notebook.cells[place].kind, earlier != count else { continue }
      let renumbered = outputs.map { output in
        guard case .result(let data, let metadata, _) = output else { return output }
        return CellOutput.result(data, metadata: metadata, executionCount: count)
      }
      notebook.cells[place].kind = .code(outputs: renumbered, executionCount: count)
    }
  }
}

extension CellResult {
  /// As a notebook keeps them.
  func cellOutputs(count: Int, without secrets: Secrets) -> [CellOutput] {
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
