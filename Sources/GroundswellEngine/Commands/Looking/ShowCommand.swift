import ArgumentParser
import Columnar
import Wording
import Rendering

struct ShowCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show rows of a stream, an aggregate, a table or a view.",
    discussion: """
      Of a long table the first and the last rows are drawn; --all shows every one.

        show messages
        show tweets --limit 100
        show tweets --all
      """.flowing)

  @Argument(help: "Its name.")
  var name: String

  @Option(help: "How many rows.")
  var limit: Int = 20

  @Flag(help: "All rows, none left out.")
  var all = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be 1 or more") }
  }

  func run(in session: Session) async throws -> [Output] {
    let limit = all ? Int.max : limit
    func table(_ rows: Table) -> Output { all ? .listing(rows) : .table(rows) }
    if let stream = await session.streams[name] {
      let look = try await session.look(at: stream, limit: limit)
      var notes = look.missingFields.map { [$0] } ?? []
      if !look.rejected.isEmpty {
        notes.append("\(counted(look.rejectedCount, "event")) on the way did not fit the schema:")
        notes += look.rejected.map { "  \($0.part.map { "part \($0) of a message: " } ?? "")\($0.reason)" }
        notes += look.rejected.lazy.compactMap(\.reason.remedy).prefix(1)
      }
      return [table(look.table)] + (notes.isEmpty ? [] : [.text(notes.joined(separator: "\n"))])
    }
    if let aggregate = await session.aggregates[name] {
      let (result, progress) = try await session.compute(aggregate)
      let notes = WriteCommand.notes(progress)
      let count =
        "\(min(limit, result.rowCount)) of \(counted(result.rowCount, "window")), from \(WriteCommand.events(progress))"
      return [table(result.rows(0..<min(limit, result.rowCount))), .text(([count] + notes).joined(separator: "\n"))]
    }
    let known = await Array(session.streams.keys) + Array(session.aggregates.keys)
    do {
      let rows = try await session.rows(ofTable: name, limit: all ? nil : limit)
      let count = try await session.rowCount(ofTable: name)
      return [table(rows), .text("\(rows.rowCount) of \(counted(count, "row"))")]
    } catch let error as UnknownName {
      throw UnknownName(
        kind: "stream, aggregate, table or view", name: name, known: known + error.known, remedy: error.advice)
    }
  }
}
