import ArgumentParser

struct CellsCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "cells", abstract: "List the cells of the session's notebook.")

  func run(in session: Session) async throws -> [Output] {
    let cells = await session.notebook.cells
    guard !cells.isEmpty else { return [.text("no cells yet")] }
    let lines = cells.map { cell in
      let first = cell.source.split(separator: "\n", omittingEmptySubsequences: true).first.map(String.init) ?? ""
      return switch cell.kind {
      case .code(_, let count?): "[\(count)] \(first)"
      case .code: "[ ] \(first)"
      default: "    \(first)"
      }
    }
    return [.text(lines.joined(separator: "\n"))]
  }
}
