import ArgumentParser

struct CellsCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "cells", abstract: "List the cells of the session's notebook.")

  func run(in session: Session) async throws -> [Output] {
    let cells = await session.notebook.cells
    guard !cells.isEmpty else { return [.text("no cells yet")] }
    var place = 0
    let lines = cells.map { cell in
      let first = cell.source.split(separator: "\n", omittingEmptySubsequences: true).first.map(String.init) ?? ""
      guard cell.isCode else { return "    \(first)" }
      place += 1
      return "[\(place)] \(first)"
    }
    return [.text(lines.joined(separator: "\n"))]
  }
}
