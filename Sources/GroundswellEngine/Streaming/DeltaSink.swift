import Columnar
import DeltaLake
import StreamProcessing

/// A Delta table as a query's sink: each batch replaces the table's rows in one commit, which carries the query's id
/// and the batch's number.
struct DeltaSink: BatchSink {
  let path: String
  /// Whether the query may give the table other columns.
  let allowsNewSchema: Bool

  func committedBatch(of query: String) async throws -> Int64? {
    guard DeltaTable.exists(at: path) else { return nil }
    return try DeltaTable(opening: path).snapshot().transactions[query]
  }

  func shows(_ batch: Int64, of query: String) async throws -> Bool {
    guard DeltaTable.exists(at: path) else { return false }
    return try DeltaTable(opening: path).snapshot().lastTransaction == .init(applicationID: query, version: batch)
  }

  func commit(_ result: Table, query: String, batch: Int64) async throws {
    let table = try DeltaTable.create(at: path, schema: result.schema)
    _ = try table.overwrite(
      with: result, operation: "STREAMING UPDATE",
      transaction: .init(applicationID: query, version: batch), allowingNewSchema: allowsNewSchema)
  }
}
