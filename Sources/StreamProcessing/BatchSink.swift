package import Columnar

/// Where a query's result goes. Idempotent: it remembers the last batch of each query together with the result.
package protocol BatchSink: Sendable {
  /// The newest batch of the query that the sink holds; nil before the first.
  func committedBatch(of query: String) async throws -> Int64?

  /// Whether what the sink shows is that batch's result, and nobody has written to it since.
  func shows(_ batch: Int64, of query: String) async throws -> Bool

  /// Whose rows the sink holds, if they are not the query's; nil for an empty sink too.
  func foreignRows(to query: String) async throws -> ForeignRows?

  /// Takes a batch's result, all or nothing: the whole, or what is to be merged by the key columns, or added, as the mode
  /// has it.
  ///
  /// - Throws: where the sink holds foreign rows and the batch does not replace them, or already has the batch.
  func commit(_ result: Table, _ batch: SinkBatch) async throws

  /// For progress: what the sink is.
  var description: String { get }
}

/// Rows of a sink that a query did not write.
package enum ForeignRows: Hashable, Sendable {
  /// Imported, or another program's.
  case ofNoQuery
  /// Another query's, with its checkpoint's name and its plan as ``Checkpoint`` keeps it; nil if the sink does not know.
  case ofQuery(checkpoint: String?, plan: [String]?)
}

/// Which batch a sink is given, and what it is to do with it.
package struct SinkBatch: Hashable, Sendable {
  /// The query's id.
  package let query: String
  /// The name of the query's checkpoint.
  package let checkpoint: String
  /// The query's definition, line by line.
  package let plan: [String]
  package let number: Int64
  package let mode: OutputMode
  package let keyColumns: [String]
  /// Whether this is the first batch of a query that begins again, beside which nothing older may stay.
  package let replaces: Bool
}
