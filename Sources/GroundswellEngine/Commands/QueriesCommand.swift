import ArgumentParser
import Columnar

struct QueriesCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "queries", abstract: "List what this session wrote to tables.")

  func run(in session: Session) async throws -> [Output] {
    let queries = await session.queries
    guard !queries.isEmpty else { return [.text("nothing written yet: write AGGREGATE --to TABLE")] }
    let schema = Schema([
      Field("query", .string), Field("table", .string), Field("events", .long), Field("batches", .long),
      Field("windows", .long), Field("kept aside", .long),
    ])
    return [
      .table(
        try Table(
          schema: schema,
          rows: queries.map { query in
            [
              .string(query.name), .string(query.table), .integer(query.progress.events),
              .integer(Int64(query.progress.batches)), .integer(Int64(query.progress.windows)),
              .integer(query.progress.rejected),
            ]
          }))
    ]
  }
}
