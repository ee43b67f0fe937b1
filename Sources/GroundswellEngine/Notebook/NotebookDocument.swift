package import NotebookFormat
import Wording

/// A notebook and its edits: adds, deletes, moves and edits cells, and undoes that, newest edit first.
///
/// Knows nothing of sessions and secrets: callers pass texts and outputs in which secrets are masked.
///
///     var document = NotebookDocument()
///     document.append("send --sample", outputs: [])   // cell 1, cell-1
///     document.add(.markdown, "## Likes", before: nil)  // note-1
///     document.undo()?.description                      // adding note-1
package struct NotebookDocument: Hashable, Sendable {
  package private(set) var notebook: Notebook
  /// The edits that ``undo()`` takes back, oldest first.
  private var edits: [Edit] = []
  /// Whether execution counts follow the cells' numbers. A notebook that was opened keeps the counts of its file.
  private let numbersCells: Bool

  /// An edit, with what undoes it.
  package enum Edit: Hashable, Sendable {
    case added(id: String)
    case deleted(NotebookCell, index: Int)
    case moved(id: String, from: Int)
    case edited(NotebookCell)
    /// Another notebook was begun or opened in place of this one.
    case replaced(NotebookDocument)
  }

  package init(_ notebook: Notebook = Notebook()) {
    self.notebook = notebook
    numbersCells = notebook.cells.isEmpty
  }

  package var cells: [NotebookCell] { notebook.cells }

  // MARK: Finding cells

  /// The number of the next cell of code, from 1.
  package var nextNumber: Int { cells.count(where: \.isCode) + 1 }

  /// The cell that a number or an id names. Numbers count cells of code from 1, and take precedence over ids.
  ///
  /// - Throws: ``UnknownName``.
  package func cell(_ address: String) throws(UnknownName) -> NotebookCell {
    let code = cells.filter(\.isCode)
    if let number = Int(address), code.indices.contains(number - 1) { return code[number - 1] }
    guard let index = index(ofID: address) else {
      throw UnknownName(
        kind: "cell", name: address, known: cells.map(\.id),
        remedy: "the notebook has \(counted(cells.count, "cell")): list them with: cells", listsKnown: false)
    }
    return cells[index]
  }

  private func index(ofID id: String) -> Int? { cells.firstIndex { $0.id == id } }

  /// An id that no cell has, nor one that undo may bring back.
  private func newID(for word: String) -> String {
    notebook.unusedID(for: word, avoiding: Set(edits.compactMap(\.id)))
  }

  // MARK: Cells that ran

  /// Adds a cell of code that ran. Undo leaves it.
  package mutating func append(_ source: String, tags: [String] = [], outputs: [CellOutput]) {
    var cell = NotebookCell.code(id: newID(for: "cell"), source)
    if !tags.isEmpty { cell.metadata["tags"] = .array(tags.map { .string($0) }) }
    cell.setOutputs(outputs, count: nextNumber)
    notebook.cells.append(cell)
  }

  /// Replaces the outputs of a cell of code that ran again; does nothing if the cell was deleted meanwhile.
  package mutating func setOutputs(_ outputs: [CellOutput], ofID id: String) {
    guard let index = index(ofID: id), cells[index].isCode else { return }
    notebook.cells[index].setOutputs(outputs, count: cells[...index].count(where: \.isCode))
  }

  // MARK: Edits

  /// Inserts a new cell before another; nil appends it.
  ///
  /// - Returns: the new cell, with its id.
  @discardableResult
  package mutating func add(_ kind: NotebookCell.Kind, _ source: String, before other: NotebookCell?) -> NotebookCell {
    let word = if case .markdown = kind { "note" } else { "cell" }
    let cell = NotebookCell(id: newID(for: word), kind: kind, source: source)
    insert(cell, before: other)
    edits.append(.added(id: cell.id))
    renumber()
    return cell
  }

  package mutating func delete(_ cell: NotebookCell) {
    guard let index = index(ofID: cell.id) else { return }
    edits.append(.deleted(notebook.cells.remove(at: index), index: index))
    renumber()
  }

  /// Moves a cell before another; nil moves it to the end.
  package mutating func move(_ cell: NotebookCell, before other: NotebookCell?) {
    guard let index = index(ofID: cell.id), cell.id != other?.id else { return }
    insert(notebook.cells.remove(at: index), before: other)
    edits.append(.moved(id: cell.id, from: index))
    renumber()
  }

  /// Replaces a cell's text, and removes its outputs.
  ///
  /// - Returns: the edited cell.
  @discardableResult
  package mutating func edit(_ cell: NotebookCell, source: String) -> NotebookCell {
    guard let index = index(ofID: cell.id) else { return cell }
    edits.append(.edited(cells[index]))
    notebook.cells[index].source = source
    if cells[index].isCode { notebook.cells[index].kind = .code(outputs: [], executionCount: nil) }
    return cells[index]
  }

  /// Begins or opens another notebook. Undo brings this one back, with the edits that can be undone in it.
  package mutating func replace(with notebook: Notebook) {
    let before = self
    self = NotebookDocument(notebook)
    edits = [.replaced(before)]
  }

  /// Takes the last edit back. Cells that ran since stay.
  ///
  /// - Returns: the edit; nil if there is none.
  @discardableResult
  package mutating func undo() -> Edit? {
    guard let edit = edits.popLast() else { return nil }
    switch edit {
    case .added(let id): notebook.cells.removeAll { $0.id == id }
    case .deleted(let cell, let index): notebook.cells.insert(cell, at: min(index, cells.count))
    case .moved(let id, let earlier):
      guard let index = index(ofID: id) else { break }
      let cell = notebook.cells.remove(at: index)
      notebook.cells.insert(cell, at: min(earlier, cells.count))
    case .edited(let cell):
      if let index = index(ofID: cell.id) { notebook.cells[index] = cell }
    case .replaced(let before):
      // The notebook that is left comes back when nothing else is left to undo.
      let left = self
      self = before
      edits.insert(.replaced(left), at: 0)
    }
    renumber()
    return edit
  }

  private mutating func insert(_ cell: NotebookCell, before other: NotebookCell?) {
    notebook.cells.insert(cell, at: other.flatMap { index(ofID: $0.id) } ?? cells.count)
  }

  /// Gives cells that have run their numbers as execution counts.
  private mutating func renumber() {
    guard numbersCells else { return }
    for (number, index) in zip(1..., cells.indices.filter { cells[$0].isCode }) {
      guard case .code(let outputs, _?) = cells[index].kind else { continue }
      notebook.cells[index].setOutputs(outputs, count: number)
    }
  }
}

extension NotebookDocument.Edit {
  /// The id of the edited cell; nil for an edit of the whole notebook.
  var id: String? {
    switch self {
    case .added(let id), .moved(let id, _): id
    case .deleted(let cell, _), .edited(let cell): cell.id
    case .replaced: nil
    }
  }

  /// What was done, for the line that says that it was undone: `adding note-1`.
  package var description: String {
    switch self {
    case .added(let id): "adding \(id)"
    case .deleted(let cell, _): "deleting \(cell.id)"
    case .moved(let id, _): "moving \(id)"
    case .edited(let cell): "editing \(cell.id)"
    case .replaced: "beginning or opening another notebook"
    }
  }
}

extension NotebookCell {
  /// Replaces the outputs, and counts them as those of the run with this number.
  fileprivate mutating func setOutputs(_ outputs: [CellOutput], count: Int) {
    let numbered = outputs.map { output in
      guard case .result(let data, let metadata, _) = output else { return output }
      return CellOutput.result(data, metadata: metadata, executionCount: count)
    }
    kind = .code(outputs: numbered, executionCount: count)
  }
}
