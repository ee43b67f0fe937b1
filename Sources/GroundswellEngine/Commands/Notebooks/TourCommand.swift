import ArgumentParser
import NotebookFormat
import Wording
import Rendering

struct TourCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "tour", abstract: "Walk through a notebook: an explanation, a cell, Enter runs it.",
    discussion: """
      At each step Enter runs the cell, b goes back, q leaves; anything else runs as a cell of your own. Cells that run are
      added to this session's notebook.

        tour notebooks/SendTweetsToEventHub.ipynb
      """.flowing)

  @Argument(help: "The notebook.", completion: .file())
  var file: String

  struct NoTerminal: Explained {
    let file: String
    var problem: String { "tour needs a terminal, since it waits for keys" }
    var remedy: String? { "run all its cells: run \(file)" }
  }

  struct NoSteps: Explained {
    let file: String
    var problem: String { "\(file) has no cells to run" }
    var remedy: String? { "name another notebook: notebook list" }
  }

  func run(in session: Session) async throws -> [Output] {
    let tour = Tour(try Notebook(reading: file), name: file)
    guard !tour.steps.isEmpty else { throw NoSteps(file: file) }
    guard await session.console != nil else { throw NoTerminal(file: file) }
    await session.begin(tour)
    return [.aside("\(file): \(counted(tour.steps.count, "step")). Enter runs a cell, b goes back, q leaves.")]
  }
}
