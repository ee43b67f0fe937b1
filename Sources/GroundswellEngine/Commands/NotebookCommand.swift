import ArgumentParser
import Columnar
import DurableFiles
import NotebookFormat

struct NotebookCommand: SessionCommand {
  static let isAboutNotebook = true

  enum Action: String, ExpressibleByArgument, CaseIterable {
    case new, open, save, list
  }

  static let configuration = CommandConfiguration(
    commandName: "notebook", abstract: "Begin, open, save or list notebooks.",
    discussion: """
      A name that ends in .ipynb is read and written by Jupyter, any other is percent text.

        notebook list
        notebook open notebooks/AnalyzeTweetsFromEventHub.ipynb
        notebook save likes.ipynb
      """)

  @Argument(help: "new, open, save or list.")
  var action: Action

  @Argument(help: "The file to open or save; the folder to list, else this one and notebooks.")
  var file: String?

  struct NoCells: Error, CustomStringConvertible {
    let description = "there are no cells to save\nrun some at the prompt first, or open a notebook"
  }

  func validate() throws {
    guard [.new, .list].contains(action) || file != nil else { throw ValidationError("\(action.rawValue) which FILE?") }
  }

  func run(in session: Session) async throws -> [Output] {
    switch (action, file) {
    case (.open, let file?):
      let notebook = try Notebook(reading: file)
      await session.open(notebook)
      return [.text("opened \(file): \(counted(notebook.cells.count, "cell")): cells lists them, rerun N runs one")]
    case (.save, let file?):
      let notebook = await session.notebook
      guard !notebook.cells.isEmpty else { throw NoCells() }
      try notebook.write(to: file)
      return [.text("saved \(file): \(counted(notebook.cells.count, "cell"))")]
    case (.list, let folder):
      return [try Self.list(in: folder.map { [$0] } ?? [".", "notebooks"])]
    default:
      await session.open(Notebook())
      return []
    }
  }

  /// The notebooks of the folders, with their first lines.
  private static func list(in folders: [String]) throws -> Output {
    let paths = try folders.flatMap { folder in
      try DurableFiles.names(in: folder).filter { $0.hasSuffix(".ipynb") || $0.hasSuffix(".gsw") }
        .map { folder == "." ? $0 : folder + "/" + $0 }
    }
    guard !paths.isEmpty else {
      return .text("no notebooks in \(folders.joined(separator: " or ")): notebook save FILE makes one")
    }
    let rows = paths.map { path -> [Value] in
      do {
        let notebook = try Notebook(reading: path)
        let title = notebook.cells.first?.source.split(separator: "\n").first ?? ""
        return [.string(path), .integer(Int64(notebook.cells.count)), .string(String(title.prefix(60)))]
      } catch {
        // One that cannot be read does not hide the others.
        return [.string(path), .null, .string("\(error)".split(separator: "\n").first.map(String.init) ?? "")]
      }
    }
    let schema = Schema([Field("notebook", .string), Field("cells", .long), Field("begins with", .string)])
    return .table(try Table(schema: schema, rows: rows))
  }
}
