import CivilTime
import Columnar
import Pipeline
import StreamProcessing

/// Rows of what cells name.
extension Session {
  /// The relation that a name stands for: a table or a view, else an aggregate, else a stream.
  func relation(_ name: String) async throws -> Relation {
    let catalog = backend.catalog
    if try await catalog.contains(name) { return .table(name, version: nil) }
    if let aggregate = aggregates[name] { return .aggregate(aggregate) }
    if let stream = streams[name] { return .stream(stream) }
    let known = await Array(streams.keys) + aggregates.keys + catalog.names().columns.keys
    throw UnknownName(
      kind: "stream, aggregate, table or view", name: name, known: known,
      remedy: "write AGGREGATE --to TABLE makes one")
  }

  /// The rows of a relation; what is read on the way is noted, and told as progress.
  func rows(
    of relation: Relation, limit: Int? = nil, on event: @escaping @Sendable (ReadEvent) -> Void = { _ in }
  ) async throws -> Rows {
    try await backend.rows(of: relation, limit: limit) { [sources, events] what in
      switch what {
      case .source(let name, let version): sources.note(name, version: version)
      case .rowsRead(let done, let total): events.send(.progress(Progress("rows read", done: done, of: total)))
      case .eventsRead(let progress): events.send(.progress(.reading(progress)))
      case .waiting(let words): events.send(.progress(.waiting(words)))
      case .aggregated, .streamRead: break
      }
      event(what)
    }
  }

  /// Whether the name is a table's; a name that no table can have is none's.
  func hasTable(_ name: String) async throws -> Bool { try await backend.catalog.tables().contains { $0.name == name } }

  /// How many rows a table or a view has.
  func rowCount(of name: String) async throws -> Int {
    if let count = try await backend.catalog.table(name)?.rowCount { return Int(count) }
    var count = 0
    for try await piece in try await rows(of: .table(name, version: nil)) { count += piece.rowCount }
    return count
  }

  /// The series that the options take from the rows of a name.
  func series(_ name: String, _ options: DetectionOptions) async throws -> Series {
    let relation = try await relation(name)
    let rows = try await rows(of: relation).collected()
    var windows: WindowSpecification?
    switch relation {
    case .table: windows = try await backend.catalog.table(name)?.windows
    case .aggregate(let aggregate): windows = aggregate.plan.window
    case .stream, .sql: break
    }
    return try Series(rows, name: name, options: options, window: windows, now: clock())
  }
}
