import ArgumentParser
import Columnar
import NotebookFormat
import Wording
import Rendering

struct CellsCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "cells", abstract: "List the cells of the session's notebook, or show one.",
    discussion: """
      Cells of code have numbers, as at the prompt; every cell has an id. Either names a cell.

        cells
        cells 1
      """.flowing)

  @Argument(help: "A cell's number or id.", completion: .names(.cell))
  var cell: String?

  func run(in session: Session) async throws -> [Output] {
    if let cell { return [.aside(try await session.document.cell(cell).source)] }
    let cells = await session.document.cells
    guard !cells.isEmpty else { return [.aside("no cells yet: what runs at the prompt is added")] }
    var number = 0
    let heads = cells.map { cell -> (mark: String, first: String) in
      let lines = cell.source.split(separator: "\n", omittingEmptySubsequences: true)
      let more = lines.count > 1 ? " …" : ""
      let first = (lines.first.map(String.init) ?? "") + more
      guard cell.isCode else { return ("    \(cell.id)", first) }
      number += 1
      return ("[\(number)] \(cell.id)\(Self.state(of: cell))", first)
    }
    let width = heads.map { displayWidth($0.mark) }.max() ?? 0
    return [
      .aside(
        heads.map { mark, first in
          mark + String(repeating: " ", count: width - displayWidth(mark) + 2) + visible(first, lineEnd: "⏎")
        }.joined(separator: "\n"))
    ]
  }

  private static func state(of cell: NotebookCell) -> String {
    guard case .code(let outputs, let count) = cell.kind else { return "" }
    if outputs.contains(where: { if case .error = $0 { true } else { false } }) { return " failed" }
    return outputs.isEmpty && count == nil ? " not run" : ""
  }
}

struct RerunCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "rerun", abstract: "Run cells of the session's notebook again.",
    discussion: """
      The new outputs replace the old ones. The first cell that fails stops the command.

        rerun 1
        rerun --all
      """.flowing)

  @Argument(help: "The cells' numbers or ids.", completion: .names(.cell))
  var cells: [String] = []

  @Flag(help: "Run all cells, in order.")
  var all = false

  func validate() throws {
    if cells.isEmpty != all { throw ValidationError("name cells, or use --all") }
  }

  func run(in session: Session) async throws -> [Output] {
    var wanted: [NotebookCell] = []
    if all { wanted = await session.document.cells.filter(\.isCode) }
    for address in cells { wanted.append(try await session.document.cell(address)) }
    for cell in wanted {
      let result = try await session.rerun(cell)
      if let failure = result.failure {
        throw CellFailure(failure: failure, place: result.place)
      }
    }
    return []
  }
}
