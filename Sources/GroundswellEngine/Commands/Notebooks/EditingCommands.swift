import ArgumentParser
import NotebookFormat
import Rendering

struct EditCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Edit a cell in $VISUAL or $EDITOR, and run it when saved.",
    discussion: """
      Without an argument it edits the last cell, or a new one in an empty notebook. A note is edited and not run.

        edit
        edit 2
      """.flowing)

  @Argument(help: "The cell's number or id.", completion: .names(.cell))
  var cell: String?

  struct NoEditor: Explained {
    var problem: String { "edit needs a terminal for the editor" }
    var remedy: String? { "start groundswell at a terminal, then: edit N" }
  }

  func run(in session: Session) async throws -> [Output] {
    guard let console = await session.console else { throw NoEditor() }
    var before: NotebookCell?
    if let cell {
      before = try await session.document.cell(cell)
    } else {
      before = await session.document.cells.last { $0.isCode }
    }
    guard let text = try await console.edit(before?.source ?? ""),
      text.contains(where: { !$0.isWhitespace })
    else { return [.aside("nothing was changed")] }
    let result: CellResult
    if let before {
      let edited = await session.edit(before, source: text)
      guard edited.isCode else { return [.aside("changed \(edited.id)")] }
      result = try await session.rerun(edited)
    } else {
      result = await session.performAndKeep(Cell(text))
    }
    if let failure = result.failure {
      throw CellFailure(failure: failure, place: result.place)
    }
    return []
  }
}

struct InsertCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "insert", abstract: "Insert a new cell before another, without running it.",
    discussion: """
      The rest of the line is verbatim; end it with \\ to continue.

        insert 1 tables
        rerun 1
      """.flowing)

  @Argument(help: "The number or id of the cell to insert before; or end.", completion: .names(.cell, or: ["end"]))
  var cell: String

  @Argument(help: "The new cell's text.")
  var text: [String] = []

  static func prepared(_ arguments: [String]) -> [String] { Self.verbatim(arguments, after: 1) }

  /// Masks the text as a cell.
  static func withoutSecrets(_ argument: String) -> (masked: String, secrets: [String]) {
    let words = SecretWords(commands: CommandList.set)
    return (words.masked(cell: argument), words.secrets(in: argument))
  }

  func validate() throws {
    if text.isEmpty { throw ValidationError("insert N TEXT: the text is missing") }
  }

  func run(in session: Session) async throws -> [Output] {
    let other = cell == "end" ? nil : try await session.document.cell(cell)
    let new = await session.add(.code(outputs: [], executionCount: nil), text.joined(separator: " "), before: other)
    return [.aside("added \(new.id): rerun \(new.id) runs it, undo removes it")]
  }
}

struct NoteCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Add a note in Markdown to the notebook.",
    discussion: """
      The rest of the line is verbatim; end it with \\ to continue.

        note ## What the likes say
        note The peak of *April 17* isn't noise.
      """.flowing)

  @Argument(help: "Markdown.")
  var text: [String] = []

  static func prepared(_ arguments: [String]) -> [String] { Self.verbatim(arguments, after: 0) }

  func validate() throws {
    if text.isEmpty { throw ValidationError("note TEXT: the text is missing") }
  }

  func run(in session: Session) async throws -> [Output] {
    _ = await session.add(.markdown, text.joined(separator: " "), before: nil)
    return []
  }
}

struct MoveCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "move", abstract: "Move a cell before another, or to the end.",
    discussion: "  move 2 1\n  move 1 end")

  @Argument(help: "The cell's number or id.", completion: .names(.cell))
  var cell: String

  @Argument(help: "The number or id of the cell to move before; or end.", completion: .names(.cell, or: ["end"]))
  var other: String

  func run(in session: Session) async throws -> [Output] {
    let moved = try await session.document.cell(cell)
    await session.move(moved, before: other == "end" ? nil : try await session.document.cell(other))
    return [.aside(other == "end" ? "moved \(cell) to the end" : "moved \(cell) before \(other)")]
  }
}

struct DeleteCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete cells of the notebook; undo restores them.",
    discussion: "  delete 1\n  undo")

  @Argument(help: "The cells' numbers or ids.", completion: .names(.cell))
  var cells: [String]

  func validate() throws {
    if cells.isEmpty { throw ValidationError("delete which cells?") }
  }

  func run(in session: Session) async throws -> [Output] {
    // Deleting a cell changes the numbers after it: find all cells first.
    var found: [NotebookCell] = []
    for address in cells {
      let cell = try await session.document.cell(address)
      if !found.contains(where: { $0.id == cell.id }) { found.append(cell) }
    }
    for cell in found { await session.delete(cell) }
    let ids = found.map(\.id)
    return [.aside("deleted \(ids.joined(separator: ", ")); undo restores \(ids.count == 1 ? "it" : "the last")")]
  }
}

struct UndoCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Undo the last change of the notebook.",
    discussion: """
      Undoes edit, insert, note, move, delete, notebook new and notebook open, but not the effects of cells.

        note a slip
        undo
      """.flowing)

  func run(in session: Session) async throws -> [Output] {
    guard let change = await session.undo() else { return [.aside("nothing to undo")] }
    return [.aside("undone: \(change.description)")]
  }
}

extension SessionCommand {
  /// Keeps words that look like options verbatim behind the first `count` arguments.
  static func verbatim(_ arguments: [String], after count: Int) -> [String] {
    guard arguments.count > count, arguments[count].hasPrefix("-"), arguments[count] != "--help" else {
      return arguments
    }
    return arguments[..<count] + ["--"] + arguments[count...]
  }
}
