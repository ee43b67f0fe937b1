import ArgumentParser
import Columnar
import DurableFiles
import NotebookFormat
import Wording
import Rendering

struct NotebookCommand: SessionCommand {
  static let isAboutNotebook = true

  enum Action: String, ExpressibleByArgument, CaseIterable {
    case new, open, save, list, convert
  }

  static let configuration = CommandConfiguration(
    commandName: "notebook", abstract: "Begin, open, save, list or convert notebooks.",
    discussion: """
      The file's ending gives its format: .ipynb is Jupyter's, .gsw percent text, .py Databricks source, .md Markdown, .html
      a report with plots for any browser. All but .html can be opened again; only .ipynb keeps outputs.

        notebook list
        notebook open notebooks/AnalyzeTweetsFromEventHub.ipynb
        notebook save likes.ipynb
        notebook convert likes.ipynb likes.html
        notebook new
      """.flowing)

  @Argument(help: "new, open, save, list or convert.")
  var action: Action

  @Argument(
    help: "The file to open, save or convert; the folder to list (default: this one and notebooks).",
    completion: .file())
  var file: String?

  @Argument(help: "For convert: the file to write.", completion: .file())
  var target: String?

  struct NoCells: Explained {
    var problem: String { "there are no cells to save" }
    var remedy: String? { "run some at the prompt first, or open a notebook" }
  }

  func validate() throws {
    guard [.new, .list].contains(action) || file != nil else { throw ValidationError("\(action.rawValue) which FILE?") }
    if (action == .convert) != (target != nil) {
      throw ValidationError(
        action == .convert ? "convert FILE to which file?" : "unexpected argument '\(target ?? "")'")
    }
  }

  func run(in session: Session) async throws -> [Output] {
    switch (action, file) {
    case (.open, let file?):
      let notebook = try Notebook(reading: file)
      await session.replace(notebook)
      return [.aside("opened \(file): \(counted(notebook.cells.count, "cell")): cells lists them, rerun N runs one")]
    case (.save, let file?):
      let notebook = await session.notebook
      guard !notebook.cells.isEmpty else { throw NoCells() }
      return try Self.write(notebook, to: session.outputFiles.file(file), as: "saved \(file)", session.secrets)
    case (.convert, let file?):
      let notebook = try Notebook(reading: file)
      let output = try session.outputFiles.file(target ?? "")
      return try Self.write(notebook, to: output, as: "\(file) → \(output.path)", session.secrets)
    case (.list, let folder):
      return [try Self.list(in: folder.map { [$0] } ?? [".", "notebooks"])]
    default:
      await session.replace(Notebook())
      return []
    }
  }

  private static func write(
    _ notebook: Notebook, to file: OutputFile, as title: String, _ secrets: Secrets
  ) throws -> [Output] {
    let masked = notebook.masked(by: secrets)
    try masked.write(to: file.path)
    let count = zip(notebook.cells, masked.cells).count { $0.source != $1.source }
    let note = count > 0 ? "; masked secrets in \(counted(count, "cell"))" : ""
    return [.text("\(title): \(counted(notebook.cells.count, "cell"))\(note)")]
  }

  /// The notebooks of the folders, with their first lines.
  private static func list(in folders: [String]) throws -> Output {
    let paths = try folders.flatMap { folder in
      try DurableFiles.names(in: folder).filter { $0.hasSuffix(".ipynb") || $0.hasSuffix(".gsw") }
        .map { folder == "." ? $0 : folder + "/" + $0 }
    }
    guard !paths.isEmpty else {
      return .text("no notebooks in \(folders.joined(separator: " or ")): notebook save FILE creates one")
    }
    let rows = paths.map { path -> [Value] in
      do {
        let notebook = try Notebook(reading: path)
        let title = notebook.cells.first?.source.split(separator: "\n").first ?? ""
        return [.string(path), .integer(Int64(notebook.cells.count)), .string(String(title.prefix(60)))]
      } catch {
        // An unreadable notebook must not hide the others.
        return [.string(path), .null, .string(problem(of: error))]
      }
    }
    let schema = Schema([Field("notebook", .string), Field("cells", .long), Field("begins with", .string)])
    return .table(try Table(schema: schema, rows: rows))
  }
}
