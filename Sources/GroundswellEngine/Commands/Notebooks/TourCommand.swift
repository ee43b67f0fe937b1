import ArgumentParser
import NotebookFormat
import Wording
import Rendering

struct TourCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "tour", abstract: "Walk through a notebook: an explanation, a cell, Enter runs it.",
    discussion: """
      At each step Enter runs the cell, b goes back, q leaves, and anything else is a cell of your own. Cells that run
      become cells of this session's notebook.

        tour notebooks/SendTweetsToEventHub.ipynb
      """.flowing)

  @Argument(help: "The notebook.", completion: .file())
  var file: String

  struct NobodyThere: Error, CustomStringConvertible {
    let file: String
    var description: String { "tour needs a terminal, where somebody presses Enter\nrun \(file) runs all its cells" }
  }

  struct NoSteps: Error, CustomStringConvertible {
    let file: String
    var description: String { "\(file) has no cells to run\nname another notebook: notebook list" }
  }

  func run(in session: Session) async throws -> [Output] {
    let tour = Tour(try Notebook(reading: file), name: file)
    guard !tour.steps.isEmpty else { throw NoSteps(file: file) }
    guard await session.listeners.isConversation else { throw NobodyThere(file: file) }
    await session.begin(tour)
    return [.aside("\(file): \(counted(tour.steps.count, "step")). Enter runs a cell, b goes back, q leaves.")]
  }
}
