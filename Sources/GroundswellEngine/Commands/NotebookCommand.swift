import ArgumentParser
import NotebookFormat

struct NotebookCommand: SessionCommand {
  enum Action: String, ExpressibleByArgument, CaseIterable {
    case new, open, save
  }

  static let configuration = CommandConfiguration(
    commandName: "notebook", abstract: "Begin, open or save the session's notebook.",
    discussion: "A name that ends in .ipynb is read and written by Jupyter, any other is percent text.")

  @Argument(help: "new, open or save.")
  var action: Action

  @Argument(help: "The file to open or save.")
  var file: String?

  func validate() throws {
    guard action == .new || file != nil else { throw ValidationError("\(action.rawValue) which FILE?") }
  }

  func run(in session: Session) async throws -> [Output] {
    switch (action, file) {
    case (.open, let file?):
      let notebook = try Notebook(reading: file)
      await session.open(notebook)
      return [.text("opened \(file): \(notebook.cells.count) cells, none run yet")]
    case (.save, let file?):
      let notebook = await session.notebook
      try notebook.write(to: file)
      return [.text("saved \(file): \(notebook.cells.count) cells")]
    default:
      await session.open(Notebook())
      return []
    }
  }
}
