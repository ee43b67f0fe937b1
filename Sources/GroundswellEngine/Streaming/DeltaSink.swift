import Columnar
import DeltaLake
import StreamProcessing

/// A Delta table as a query's sink: each batch is one commit, which carries the query's id and the batch's number.
actor DeltaSink: BatchSink {
  nonisolated let description: String
  private let path: String
  private let options: DeltaTable.Options
  private let addsColumns: Bool
  /// As it was last read: the next look reads only what was committed since.
  private var known: Snapshot?

  /// In the table's properties: microseconds, so that who reads the table knows when a window is over.
  static let windowProperty = "groundswell.windowLength"

  /// - Parameters:
  ///   - windowLength: how long the windows are of which the rows are the starts.
  ///   - options: of a new table.
  init(path: String, windowLength: EventTimeInterval, options: DeltaTable.Options, addsColumns: Bool) {
    self.path = path
    self.addsColumns = addsColumns
    var options = options
    options.properties[Self.windowProperty] = String(windowLength.microseconds)
    self.options = options
    description = "the table \(path)"
  }

  func committedBatch(of query: String) throws -> Int64? { try snapshot()?.transactions[query] }

  func shows(_ batch: Int64, of query: String) throws -> Bool {
    try snapshot()?.lastTransaction == .init(applicationID: query, version: batch)
  }

  func commit(_ result: Table, _ batch: SinkBatch) throws {
    let snapshot = try snapshot()
    let table =
      try snapshot == nil
      ? DeltaTable.create(at: path, schema: result.schema, options: options) : DeltaTable(opening: path)
    let writing = DeltaTable.WriteOptions(
      operation: "STREAMING UPDATE", transaction: .init(applicationID: batch.query, version: batch.number),
      addsColumns: addsColumns, replacesColumns: batch.replaces, replacesOthers: true, properties: options.properties)
    switch batch.mode {
    case .complete: try table.overwrite(with: result, writing, on: snapshot)
    case _ where batch.replaces: try table.overwrite(with: result, writing, on: snapshot)
    case .append: try table.append(result, writing, on: snapshot)
    case .update: try table.merge(result, by: batch.keyColumns, writing, on: snapshot)
    }
  }

  /// The table as it is now; nil where there is none.
  private func snapshot() throws -> Snapshot? {
    guard try DeltaTable.exists(at: path) else {
      known = nil
      return nil
    }
    known = try known?.updated() ?? DeltaTable(opening: path).snapshot()
    return known
  }
}
