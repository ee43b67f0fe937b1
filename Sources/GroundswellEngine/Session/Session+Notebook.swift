import NotebookFormat

/// A change of the session's notebook, as what takes it back.
enum NotebookChange: Sendable {
  case added(id: String)
  case removed(NotebookCell, place: Int)
  case moved(id: String, from: Int)
  case edited(NotebookCell)
  case replaced(Notebook)

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

/// A cell that is not there.
struct NoSuchCell: WordFault, CustomStringConvertible {
  let address: String
  let known: [String]
  let count: Int
  var wordAtFault: String? { address }

  var description: String {
    let wayOut = Suggestion.closest(to: address, in: known).map { "did you mean '\($0)'?" }
    return "there is no cell \(address)\n\(wayOut ?? "the notebook has \(counted(count, "cell")): cells lists them")"
  }
}

/// A note that was to be run.
struct NoteDoesNotRun: WordFault, CustomStringConvertible {
  let id: String
  var wordAtFault: String? { id }
  var description: String {
    "\(id) is a note, which does not run\nedit \(id) changes it; cells lists the cells that run"
  }
}

/// The cells of the session's notebook. A cell is named by its number, as the prompt and `cells` count cells of code, or by its
/// id.
extension Session {
  /// The place that the next cell will have among the notebook's cells of code, from 1: as the prompt shows it.
  package var nextCellNumber: Int { notebook.cells.count { $0.isCode } + 1 }

  /// Where a cell stands among all cells.
  func place(of address: String) throws(NoSuchCell) -> Int {
    let code = notebook.cells.indices.filter { notebook.cells[$0].isCode }
    if let number = Int(address), code.indices.contains(number - 1) { return code[number - 1] }
    guard let place = notebook.cells.firstIndex(where: { $0.id == address }) else {
      throw NoSuchCell(address: address, known: notebook.cells.map(\.id), count: notebook.cells.count)
    }
    return place
  }

  func cell(_ address: String) throws(NoSuchCell) -> NotebookCell { notebook.cells[try place(of: address)] }

  /// Runs a cell and keeps it, with its outputs, in the session's notebook; cells that list, change or save the notebook are
  /// not kept.
  package func runAndKeep(_ cell: Cell) async -> CellResult {
    let count = nextCellNumber
    let result = await run(cell)
    if cell.isAboutNotebook { return result }
    var kept = NotebookCell.code(id: notebook.unusedID(), Secrets.masked(cell.text.trimmingLineEnds))
    kept.kind = .code(outputs: result.cellOutputs(count: count), executionCount: count)
    notebook.cells.append(kept)
    return result
  }

  /// Runs a cell of code again where it stands.
  func rerun(_ address: String) async throws -> CellResult {
    let cell = try cell(address)
    guard cell.isCode else { throw NoteDoesNotRun(id: cell.id) }
    let result = await run(Cell(cell.source))
    if let place = notebook.cells.firstIndex(where: { $0.id == cell.id }) {
      let count = notebook.cells[...place].count { $0.isCode }
      notebook.cells[place].kind = .code(outputs: result.cellOutputs(count: count), executionCount: count)
    }
    return result
  }

  func replace(_ notebook: Notebook) {
    changes.append(.replaced(self.notebook))
    self.notebook = notebook
  }

  /// Puts a new cell before the one of that address; nil puts it at the end.
  func add(_ kind: NotebookCell.Kind, _ source: String, before address: String?) throws(NoSuchCell) -> NotebookCell {
    let word = if case .markdown = kind { "note" } else { "cell" }
    let cell = NotebookCell(id: notebook.unusedID(for: word), kind: kind, source: Secrets.masked(source))
    let place: Int
    if let address { place = try self.place(of: address) } else { place = notebook.cells.count }
    notebook.cells.insert(cell, at: place)
    changes.append(.added(id: cell.id))
    return cell
  }

  func delete(_ address: String) throws(NoSuchCell) -> NotebookCell {
    let place = try place(of: address)
    let cell = notebook.cells.remove(at: place)
    changes.append(.removed(cell, place: place))
    return cell
  }

  /// Moves a cell before another; nil moves it to the end.
  func move(_ address: String, before other: String?) throws(NoSuchCell) {
    let place = try place(of: address)
    var target = notebook.cells.count
    if let other { target = try self.place(of: other) }
    let cell = notebook.cells.remove(at: place)
    notebook.cells.insert(cell, at: target > place ? target - 1 : target)
    changes.append(.moved(id: cell.id, from: place))
  }

  /// Gives a cell another text; what it had given is forgotten.
  func edit(_ id: String, source: String) throws(NoSuchCell) {
    let place = try place(of: id)
    changes.append(.edited(notebook.cells[place]))
    notebook.cells[place].source = Secrets.masked(source)
    if notebook.cells[place].isCode { notebook.cells[place].kind = .code(outputs: [], executionCount: nil) }
  }

  /// Takes the last change back; nil where there is none. Cells that have run since stay.
  func undo() -> NotebookChange? {
    guard let change = changes.popLast() else { return nil }
    switch change {
    case .added(let id): notebook.cells.removeAll { $0.id == id }
    case .removed(let cell, let place):
      let isTaken = notebook.cells.contains { $0.id == cell.id }
      let restored =
        isTaken
        ? NotebookCell(id: notebook.unusedID(), kind: cell.kind, source: cell.source, metadata: cell.metadata) : cell
      notebook.cells.insert(restored, at: min(place, notebook.cells.count))
    case .moved(let id, let place):
      guard let now = notebook.cells.firstIndex(where: { $0.id == id }) else { break }
      let cell = notebook.cells.remove(at: now)
      notebook.cells.insert(cell, at: min(place, notebook.cells.count))
    case .edited(let cell):
      if let place = notebook.cells.firstIndex(where: { $0.id == cell.id }) { notebook.cells[place] = cell }
    case .replaced(let before):
      changes.append(.replaced(notebook))
      notebook = before
    }
    return change
  }
}

extension CellResult {
  /// As a notebook keeps them.
  func cellOutputs(count: Int) -> [CellOutput] {
    var kept = outputs.compactMap { output -> CellOutput? in
      if case .aside = output { return nil }
      return CellOutput.result(output.mimeBundle, metadata: [:], executionCount: count)
    }
    if let failure {
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
