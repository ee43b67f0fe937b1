package import Columnar

/// Where a query's result goes. Idempotent: it remembers the last batch of each query together with the result.
package protocol BatchSink: Sendable {
  /// The newest batch of the query that the sink holds; nil before the first.
  func committedBatch(of query: String) async throws -> Int64?

  /// Whether what the sink shows is that batch's result, and nobody has written to it since.
  func shows(_ batch: Int64, of query: String) async throws -> Bool

  /// Takes a batch's result, all or nothing: the whole, or what is to be merged by the key columns, or added, as the mode
  /// has it.
  func commit(_ result: Table, _ batch: SinkBatch) async throws

  /// For progress: what the sink is.
  var description: String { get }
}

/// Which batch a sink is given, and what it is to do with it.
package struct SinkBatch: Hashable, Sendable {
  package let query: String
  package let number: Int64
  package let mode: OutputMode
  package let keyColumns: [String]
  /// Whether this is the first batch of a query that begins again, beside which nothing older may stay.
  package let replaces: Bool

  package init(query: String, number: Int64, mode: OutputMode, keyColumns: [String], replaces: Bool) {
    self.query = query
    self.number = number
    self.mode = mode
    self.keyColumns = keyColumns
    self.replaces = replaces
  }
}
