package import Columnar
package import StreamProcessing

/// The rows of a relation, piece by piece: at most a few thousand rows are in memory if nobody collects them.
package struct Rows: AsyncSequence, Sendable {
  /// The columns of every piece.
  package let schema: Schema
  private let pieces: AsyncThrowingStream<Table, any Error>

  /// - Parameter next: gives the next piece, which has the schema's columns; nil after the last.
  package init(schema: Schema, next: @escaping @Sendable () async throws -> Table?) {
    self.schema = schema
    pieces = AsyncThrowingStream(unfolding: next)
  }

  /// Rows that are in memory.
  package init(_ table: Table) {
    schema = table.schema
    pieces = AsyncThrowingStream { continuation in
      continuation.yield(table)
      continuation.finish()
    }
  }

  package func makeAsyncIterator() -> AsyncThrowingStream<Table, any Error>.Iterator { pieces.makeAsyncIterator() }

  /// All rows as one table.
  ///
  /// - Throws: what reading a piece throws; `CancellationError`.
  package func collected() async throws -> Table {
    var tables: [Table] = []
    for try await piece in self {
      try Task.checkCancellation()
      tables.append(piece)
    }
    return tables.count == 1 ? tables[0] : Table(joining: tables, schema: schema)
  }
}

/// What a backend tells while it reads a relation.
package enum ReadEvent: Sendable {
  /// A table or a hub was read; a table's version with it.
  case source(String, version: Int64?)
  /// `total` is nil if the end is not known.
  case rowsRead(Int64, of: Int64?)
  case eventsRead(QueryProgress)
  /// Ends the computing of an aggregate: what was read, and how many windows there are, with those beyond the limit.
  case aggregated(QueryProgress, windows: Int)
  /// Why nothing goes on at the moment, in words for people.
  case waiting(String)
  /// Ends the reading of a stream: what the events were that do not fit its schema.
  case streamRead(StreamReading)
}

/// What the reading of a stream found beside its rows.
package struct StreamReading: Hashable, Sendable {
  /// How many of the events that were read do not fit the schema.
  package var rejectedCount = 0
  /// At most three of them.
  package var rejected: [RejectedEvent] = []
  /// The fields that none of the events has, in words for people; nil if all are there.
  package var missingFields: String?

  package init() {}
}
