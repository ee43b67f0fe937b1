import ArgumentParser
import Columnar
import Pipeline
import StreamProcessing
import Synchronization
import Wording
import Rendering

struct ShowCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show rows of a stream, an aggregate, a table or a view.",
    discussion: """
      A long table is shown by its first and last rows; --all shows every row.

        show messages
        show tweets --limit 100
        show tweets --all
      """.flowing)

  @Argument(help: "A stream, an aggregate, a table or a view.", completion: .names(.stream, .aggregate, .table))
  var name: String

  @Option(help: "Maximum number of rows.")
  var limit: Int = 20

  @Flag(help: "Show all rows.")
  var all = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be 1 or more") }
  }

  func run(in session: Session) async throws -> [Output] {
    let relation = try await session.relation(name)
    let found = Mutex(Found())
    let rows = try await session.rows(of: relation, limit: all ? nil : limit) { event in
      found.withLock { $0.note(event) }
    }.collected()
    let notes = try await found.withLock { $0 }.notes(on: rows, of: relation, in: session)
    return [all ? .listing(rows) : .table(rows)] + (notes.isEmpty ? [] : [.text(notes.joined(separator: "\n"))])
  }
}

/// What reading a relation told beside its rows.
private struct Found {
  private var reading = StreamReading()
  private var progress = QueryProgress()
  /// Of an aggregate's result, which may be longer than what is shown.
  private var windows = 0

  mutating func note(_ event: ReadEvent) {
    switch event {
    case .streamRead(let reading): self.reading = reading
    case .aggregated(let progress, let windows): (self.progress, self.windows) = (progress, windows)
    case .source, .rowsRead, .eventsRead, .waiting: break
    }
  }

  func notes(on rows: Table, of relation: Relation, in session: Session) async throws -> [String] {
    switch relation {
    case .stream: return notes
    case .aggregate:
      let count = "\(rows.rowCount) of \(counted(windows, "window")), from \(WriteCommand.events(progress))"
      return [count] + WriteCommand.notes(progress)
    case .table(let name, _):
      return ["\(rows.rowCount) of \(counted(try await session.rowCount(of: name), "row"))"]
    case .sql: return []
    }
  }

  /// Which events of a stream do not fit.
  private var notes: [String] {
    var notes = reading.missingFields.map { [$0] } ?? []
    if !reading.rejected.isEmpty {
      notes.append("\(counted(reading.rejectedCount, "event")) did not fit the schema:")
      notes += reading.rejected.map { "  \($0.part.map { "part \($0) of a message: " } ?? "")\($0.reason)" }
      notes += reading.rejected.lazy.compactMap(\.reason.remedy).prefix(1)
    }
    return notes
  }
}
