package import Columnar

/// Where a query's result goes. Idempotent: it remembers the last batch of each query together with the result.
package protocol BatchSink: Sendable {
  /// The newest batch of the query that the sink holds; nil before the first.
  func committedBatch(of query: String) async throws -> Int64?

  /// Whether what the sink shows is that batch's result, and nobody has written to it since.
  func shows(_ batch: Int64, of query: String) async throws -> Bool

  /// Replaces the sink's content by the result, as the query's batch of that number, all or nothing.
  func commit(_ result: Table, query: String, batch: Int64) async throws
}
