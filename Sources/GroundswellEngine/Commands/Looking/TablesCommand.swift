import ArgumentParser
import Rendering
import Columnar
import Pipeline

struct TablesCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "tables", abstract: "List the workspace's tables.", discussion: "  tables")

  func run(in session: Session) async throws -> [Output] {
    let tables = try await session.backend.catalog.tables()
    guard !tables.isEmpty else { return [.text("no tables yet: write AGGREGATE --to TABLE makes one")] }
    let schema = Schema([
      Field("table", .string), Field("version", .long), Field("rows", .long), Field("columns", .string),
    ])
    let rows = tables.map { table -> [Value] in
      let columns = table.fault.map { "not readable: \(sentences(for: $0))" } ?? table.schema.description
      return [
        .string(table.name), table.version.map(Value.integer) ?? .null, table.rowCount.map(Value.integer) ?? .null,
        .string(columns),
      ]
    }
    return [.table(try Table(schema: schema, rows: rows))]
  }
}
