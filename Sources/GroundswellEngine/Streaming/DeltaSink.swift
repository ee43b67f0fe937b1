import Columnar
import DeltaLake
import StreamProcessing

/// A Delta table as a query's sink: each batch replaces the table's rows in one commit, which carries the query's id
/// and the batch's number.
struct DeltaSink: BatchSink {
  let path: String
  /// How long the windows are of which the rows are the starts.
  let windowLength: EventTimeInterval
  /// Whether the query may give the table other columns.
  let allowsNewSchema: Bool

  /// In the table's properties: microseconds, so that who reads the table knows when a window is over.
  static let windowProperty = "groundswell.windowLength"

  func committedBatch(of query: String) async throws -> Int64? {
    guard DeltaTable.exists(at: path) else { return nil }
    return try DeltaTable(opening: path).snapshot().transactions[query]
  }

  func shows(_ batch: Int64, of query: String) async throws -> Bool {
    guard DeltaTable.exists(at: path) else { return false }
    return try DeltaTable(opening: path).snapshot().lastTransaction == .init(applicationID: query, version: batch)
  }

  func commit(_ result: Table, query: String, batch: Int64) async throws {
    let properties = [Self.windowProperty: String(windowLength.microseconds)]
    let table = try DeltaTable.create(at: path, schema: result.schema, properties: properties)
    _ = try table.overwrite(
      with: result, operation: "STREAMING UPDATE", transaction: .init(applicationID: query, version: batch),
      properties: properties, allowingNewSchema: allowsNewSchema)
  }
}
