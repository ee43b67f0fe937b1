import GroundswellEngine
import NotebookFormat
import Testing

/// Cells of the session's notebook, as `cells` lists them after each change.
@Suite("The session's notebook")
struct NotebookEditingTests {
  static let begun = ["set a 1", "note ## It isn't \"noise\" -- really", "set b 2", "set c 3"]

  /// What is listed after the cells have run, and what the last of them printed.
  static func listing(_ cells: [String]) async throws -> (list: String, last: String) {
    let session = try Session()
    var last = ""
    for cell in begun + cells {
      let result = await session.runAndKeep(Cell(cell))
      last = result.failure.map { "! " + $0 } ?? result.outputs.map(\.plainText).joined(separator: "\n")
    }
    let list = await session.run(Cell("cells")).outputs.map(\.plainText).joined()
    return (list, last)
  }

  @Test(
    "is changed cell by cell, and back",
    arguments: [
      ([], "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] set b 2\n[3] set c 3"),
      (["delete 2"], "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] set c 3"),
      (["delete 2 note-1"], "[1] set a 1\n[2] set c 3"),
      (
        ["delete 1 2", "undo", "undo"], "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] set b 2\n[3] set c 3"
      ),
      (["move 3 1"], "[1] set c 3\n[2] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[3] set b 2"),
      (["move 1 end"], "note-1 ## It isn't \"noise\" -- really\n[1] set b 2\n[2] set c 3\n[3] set a 1"),
      (["move note-1 1", "undo"], "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] set b 2\n[3] set c 3"),
      (
        ["insert 2 set d '4 5' # why"],
        "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] not run set d '4 5' # why\n[3] set b 2\n[4] set c 3"
      ),
      (
        ["insert 2 set d 4", "rerun 2", "undo"],
        "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] set b 2\n[3] set c 3"
      ),
      (
        ["delete 1", "set e 5", "undo"],
        "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] set b 2\n[3] set c 3\n[4] set e 5"
      ),
      (["notebook new", "set z 1"], "[1] set z 1"),
      (
        ["notebook new", "set z 1", "undo"],
        "[1] set a 1\nnote-1 ## It isn't \"noise\" -- really\n[2] set b 2\n[3] set c 3"
      ),
      (["notebook new", "set z 1", "undo", "undo"], "[1] set a 1\n[2] set b 2\n[3] set c 3"),
    ] as [([String], String)])
  func changes(cells: [String], list: String) async throws {
    let shown = try await Self.listing(cells).list
    // States and ids are padded so that texts stand in a column.
    let squeezed = shown.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ").replacing(/^(\[\d\]) cell-\d/) { "\($0.1)" }
    }
    #expect(squeezed.joined(separator: "\n") == list)
  }

  @Test(
    "says what cannot be done",
    arguments: [
      ("delete 9", "! there is no cell '9'\nthe notebook has 4 cells: list them with: cells"),
      ("delete note-2", "! there is no cell 'note-2'\ndid you mean 'note-1'?"),
      (
        "rerun note-1",
        "! note-1 is a note, which does not run\nchange it: edit note-1; or list the cells that run: cells"
      ),
      ("move 1 nowhere", "! there is no cell 'nowhere'\nthe notebook has 4 cells: list them with: cells"),
      ("insert 1", "! insert: insert N TEXT: the text is missing\ntry: help insert"),
      ("note", "! note: note TEXT: the text is missing\ntry: help note"),
      ("edit 1", "! edit needs a terminal for the editor\nstart groundswell at a terminal, then: edit N"),
      (
        "tour x.ipynb",
        "! cannot read the notebook x.ipynb: no such file or folder\ncheck the path; a relative one begins at the folder where the program was started"
      ),
      ("undo", "undone: adding note-1"),
      ("cells note-1", "## It isn't \"noise\" -- really"),
    ])
  func refusals(cell: String, said: String) async throws {
    #expect(try await Self.listing([cell]).last == said)
  }

  @Test("loses nothing when changes are undone in the order in which they were made, whatever ran in between")
  func undoing() async throws {
    let session = try Session()
    for cell in ["set a 1", "insert 1 set x 9", "delete cell-2", "set mine 42", "undo", "undo"] {
      _ = await session.runAndKeep(Cell(cell))
    }
    #expect(await session.notebook.cells.map(\.source) == ["set a 1", "set mine 42"])
    for cell in ["note A", "notebook new", "set b 1", "undo", "undo"] { _ = await session.runAndKeep(Cell(cell)) }
    #expect(await session.notebook.cells.map(\.source) == ["set a 1", "set mine 42"])
    // Nothing else is left to undo: the notebook that was left comes back.
    _ = await session.runAndKeep(Cell("undo"))
    #expect(await session.notebook.cells.map(\.source) == ["set b 1"])
  }

  @Test("takes a number for a number, whatever ids there are, and changes nothing when a cell is not there")
  func numbers() async throws {
    let session = try Session()
    let notebook = Notebook(cells: [.code(id: "2", "set first 1"), .code(id: "1", "set second 2")])
    await session.replace(notebook)
    _ = await session.runAndKeep(Cell("delete 1"))
    #expect(await session.notebook.cells.map(\.source) == ["set second 2"])
    await session.replace(notebook)
    let result = await session.runAndKeep(Cell("delete 1 nowhere"))
    #expect(result.failure != nil)
    #expect(await session.notebook.cells.count == 2)
    _ = await session.runAndKeep(Cell("delete 1 1 2"))
    #expect(await session.notebook.cells.isEmpty)
  }

  @Test("ends cells that run each other without end")
  func recursion() async throws {
    let session = try Session()
    for cell in ["set a 1", "insert 1 rerun 1"] { _ = await session.runAndKeep(Cell(cell)) }
    let result = await session.runAndKeep(Cell("rerun 1"))
    #expect(result.failure?.hasPrefix("cells run each other without end") == true)
  }

  @Test("keeps ids, and nothing of the cells that only look at it")
  func ids() async throws {
    let session = try Session()
    for cell in ["set a 1", "help", "settings", "cells", "set b 2", "delete 1", "set c 3", "history"] {
      _ = await session.runAndKeep(Cell(cell))
    }
    let kept = await session.notebook.cells.map { "\($0.id) \($0.source)" }
    #expect(kept == ["cell-2 set b 2", "cell-3 set c 3", "cell-4 history"])
  }
}
