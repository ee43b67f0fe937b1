import GroundswellEngine
import NotebookFormat
import Testing

@Suite("A notebook document")
struct NotebookDocumentTests {
  /// Three cells of code with a note before the second, as `listing` shows them: numbers for code, ids for all.
  static let listed = ["1 cell-1 a", "- note-1 # b", "2 cell-2 c", "3 cell-3 d"]

  static func sample() -> NotebookDocument {
    var document = NotebookDocument()
    document.append("a", outputs: [result])
    document.add(.markdown, "# b", before: nil)
    document.append("c", outputs: [result])
    document.append("d", outputs: [result])
    return document
  }

  static let result = CellOutput.result(["text/plain": "x"], metadata: [:], executionCount: nil)

  /// A line a cell: the count of its run (`*` if it has not run, `-` for a note), id and text. Outputs carry the same count.
  static func listing(_ document: NotebookDocument) -> [String] {
    document.cells.map { cell in
      var count = "-"
      if case .code(let outputs, let number) = cell.kind {
        count = number.map(String.init) ?? "*"
        for case .result(_, _, let own) in outputs { #expect(own == number) }
      }
      return "\(count) \(cell.id) \(cell.source)"
    }
  }

  @Test("numbers cells that ran by their order after each edit, and undoes it", arguments: EditCases.all)
  func edits(edit: EditCases.Edit, after: [String], description: String) throws {
    var document = Self.sample()
    try edit(&document)
    #expect(Self.listing(document) == after)
    #expect(document.undo()?.description == description)
    #expect(Self.listing(document) == Self.listed)
  }

  @Test("undoes in the reverse order, and leaves cells that ran since")
  func undo() throws {
    var document = Self.sample()
    document.delete(try document.cell("1"))
    document.edit(try document.cell("1"), source: "e")
    document.append("f", outputs: [])
    #expect(Self.listing(document) == ["- note-1 # b", "* cell-2 e", "2 cell-3 d", "3 cell-4 f"])
    #expect(document.undo()?.description == "editing cell-2")
    #expect(document.undo()?.description == "deleting cell-1")
    #expect(Self.listing(document) == Self.listed + ["4 cell-4 f"])
    #expect(document.undo()?.description == "adding note-1")
    #expect(document.undo() == nil)
  }

  @Test("comes back after another notebook, with its own edits; when none is left, the other comes back")
  func replacing() throws {
    var document = Self.sample()
    document.replace(with: Notebook())
    document.append("z", outputs: [])
    document.undo()
    #expect(Self.listing(document) == Self.listed)
    document.move(try document.cell("3"), before: try document.cell("1"))
    #expect(Self.listing(document)[0] == "1 cell-3 d", "counts follow the numbers again")
    for _ in 0..<2 { document.undo() }
    #expect(Self.listing(document) == ["1 cell-1 a", "2 cell-2 c", "3 cell-3 d"])
    #expect(document.undo()?.description == "beginning or opening another notebook")
    #expect(Self.listing(document) == ["1 cell-1 z"])
  }

  @Test("keeps the counts of a notebook that was opened, whatever is edited")
  func opened() throws {
    func cell(_ id: String, _ count: Int) -> NotebookCell {
      NotebookCell(id: id, kind: .code(outputs: [], executionCount: count), source: id)
    }
    var document = NotebookDocument(Notebook(cells: [cell("x", 7), cell("y", 9)]))
    document.move(try document.cell("2"), before: try document.cell("1"))
    #expect(Self.listing(document) == ["9 y y", "7 x x"])
    document.setOutputs([Self.result], ofID: "x")
    #expect(Self.listing(document) == ["9 y y", "2 x x"], "a cell that runs again is counted by its number")
  }

  @Test(
    "finds a cell by number before id, and suggests the nearest id",
    arguments: [
      ("1", "2", nil), ("2", "1", nil), ("a-note", "a-note", nil),
      ("3", nil, "there is no cell '3'\ndid you mean '1'?"),
      ("a-mote", nil, "there is no cell 'a-mote'\ndid you mean 'a-note'?"),
      ("nowhere", nil, "there is no cell 'nowhere'\nthe notebook has 3 cells: list them with: cells"),
      ("-1", nil, "there is no cell '-1'\ndid you mean '1'?"),
    ] as [(String, String?, String?)])
  func finds(address: String, id: String?, error: String?) throws {
    let document = NotebookDocument(
      Notebook(cells: [.code(id: "2", ""), .markdown(id: "a-note", ""), .code(id: "1", "")]))
    do {
      #expect(try document.cell(address).id == id)
    } catch let fault {
      #expect(fault.sentences == error)
    }
  }

  @Test("gives no new cell an id that undo may bring back, and keeps tags")
  func ids() throws {
    var document = Self.sample()
    document.delete(try document.cell("3"))
    document.append("e", tags: ["raises-exception"], outputs: [])
    #expect(document.cells.last?.id == "cell-4")
    #expect(document.cells.last?.tags == ["raises-exception"])
    #expect(document.nextNumber == 4)
  }

  @Test("ignores what happens to a cell that was deleted meanwhile")
  func deleted() throws {
    var document = Self.sample()
    let cell = try document.cell("1")
    document.delete(cell)
    let before = document
    document.setOutputs([Self.result], ofID: cell.id)
    document.delete(cell)
    document.move(cell, before: nil)
    document.edit(cell, source: "e")
    #expect(document == before)
  }
}

/// An edit of the sample, the listing after it, and what undo says.
enum EditCases {
  typealias Edit = @Sendable (inout NotebookDocument) throws -> Void

  static let all: [(Edit, [String], String)] = [
    (
      { $0.add(.code(outputs: [], executionCount: nil), "e", before: try $0.cell("2")) },
      ["1 cell-1 a", "- note-1 # b", "* cell-4 e", "3 cell-2 c", "4 cell-3 d"], "adding cell-4"
    ),
    ({ $0.add(.markdown, "e", before: nil) }, NotebookDocumentTests.listed + ["- note-2 e"], "adding note-2"),
    ({ $0.delete(try $0.cell("1")) }, ["- note-1 # b", "1 cell-2 c", "2 cell-3 d"], "deleting cell-1"),
    ({ $0.delete(try $0.cell("note-1")) }, ["1 cell-1 a", "2 cell-2 c", "3 cell-3 d"], "deleting note-1"),
    (
      { $0.move(try $0.cell("3"), before: try $0.cell("1")) },
      ["1 cell-3 d", "2 cell-1 a", "- note-1 # b", "3 cell-2 c"], "moving cell-3"
    ),
    (
      { $0.move(try $0.cell("1"), before: nil) },
      ["- note-1 # b", "1 cell-2 c", "2 cell-3 d", "3 cell-1 a"], "moving cell-1"
    ),
    (
      { $0.edit(try $0.cell("2"), source: "e") }, ["1 cell-1 a", "- note-1 # b", "* cell-2 e", "3 cell-3 d"],
      "editing cell-2"
    ),
    (
      { $0.edit(try $0.cell("note-1"), source: "e") }, ["1 cell-1 a", "- note-1 e", "2 cell-2 c", "3 cell-3 d"],
      "editing note-1"
    ),
    (
      { $0.replace(with: Notebook(cells: [.code(id: "z", "z")])) }, ["* z z"], "beginning or opening another notebook"
    ),
  ]
}
