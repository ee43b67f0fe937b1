import ArgumentParser
import Rendering

struct TablesCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "tables", abstract: "List the workspace's tables.", discussion: "  tables")

  func run(in session: Session) async throws -> [Output] {
    let list = try await session.tableList()
    return [list.rowCount == 0 ? .text("no tables yet: write AGGREGATE --to TABLE makes one") : .table(list)]
  }
}
