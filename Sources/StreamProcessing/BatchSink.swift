package import Columnar

/// Where a query's result goes. Idempotent: it remembers the last batch of each query together with the result.
package protocol BatchSink: Sendable {
  /// The newest batch of the query that the sink holds; nil before the first.
  func committedBatch(of query: String) async throws -> Int64?

  /// Whether the sink shows that batch's result, and nothing else was written to it since.
  func shows(_ batch: Int64, of query: String) async throws -> Bool

  /// Rows in the sink that the query did not write; nil if there are none.
  func foreignRows(to query: String) async throws -> ForeignRows?

  /// Takes a batch's result, all or nothing. By mode, the result replaces all rows, is merged by the key columns, or is
  /// added.
  ///
  /// - Throws: if the sink holds foreign rows that the batch does not replace, or already has the batch.
  func commit(_ result: Table, _ batch: SinkBatch) async throws

  /// What the sink is, for progress.
  var description: String { get }
}

/// Rows of a sink that a query did not write.
package enum ForeignRows: Hashable, Sendable {
  /// Imported rows, or another program's.
  case ofNoQuery
  /// Another query's rows, with its checkpoint's name and its plan as ``Checkpoint`` keeps it; nil if the sink does not know.
  case ofQuery(checkpoint: String?, plan: [String]?)
}

/// A batch for a sink: whose it is, and how its rows are taken in.
package struct SinkBatch: Hashable, Sendable {
  /// The query's id.
  package let query: String
  /// The name of the query's checkpoint.
  package let checkpoint: String
  /// The query's definition, line by line.
  package let plan: [String]
  /// The batch's number within the query, from 0.
  package let number: Int64
  /// How the rows are taken in.
  package let mode: OutputMode
  /// The columns that identify a row, for mode update.
  package let keyColumns: [String]
  /// Whether this is the first batch of a restarted query: it replaces all older rows.
  package let replaces: Bool
}
