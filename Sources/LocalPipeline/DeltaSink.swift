import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import StreamProcessing

/// A Delta table as a query's sink: each batch is one commit, which carries the query's id and the batch's number.
actor DeltaSink: BatchSink {
  nonisolated let description: String
  private let path: String
  private let options: DeltaTable.Options
  private let addsColumns: Bool
  /// As it was last read: the next look reads only what was committed since.
  private var known: Snapshot?

  /// A table property: the window's length in microseconds, from which readers know when a window is over.
  static let windowProperty = "groundswell.windowLength"
  /// Table properties of windows in a zone's civil time: the zone's name, and the offset in microseconds.
  static let zoneProperty = "groundswell.windowZone"
  static let offsetProperty = "groundswell.windowOffset"

  /// In the table's properties: the id of the query whose rows the table holds; empty if they are of no query.
  static let queryProperty = "groundswell.query"
  /// In the table's properties: that query's checkpoint and definition, for a person.
  private static let checkpointProperty = "groundswell.checkpoint"
  private static let definitionProperty = "groundswell.definition"

  /// - Parameters:
  ///   - window: of which the rows are the starts.
  ///   - options: of a new table.
  init(path: String, window: WindowSpecification, options: DeltaTable.Options, addsColumns: Bool) {
    self.path = path
    self.addsColumns = addsColumns
    var options = options
    options.properties[Self.windowProperty] = String(window.length.microseconds)
    if let zone = window.zone {
      options.properties[Self.zoneProperty] = zone.name
      options.properties[Self.offsetProperty] = String(window.offset.microseconds)
    }
    self.options = options
    description = "the table \(path)"
  }

  /// The windows whose starts are a table's rows; nil if its properties do not name them.
  ///
  /// - Throws: ``UnknownTimeZone`` where this system does not know the windows' zone.
  static func window(of properties: [String: String]) throws -> WindowSpecification? {
    guard let length = properties[windowProperty].flatMap({ Int64($0) }), length > 0 else { return nil }
    let zone = try properties[zoneProperty].flatMap { try $0.isEmpty ? nil : TimeZoneRules(named: $0) }
    let offset = properties[offsetProperty].flatMap { Int64($0) }.map { EventTimeInterval(microseconds: $0) }
    return try? WindowSpecification(length: EventTimeInterval(microseconds: length), offset: offset, zone: zone)
  }

  func committedBatch(of query: String) throws -> Int64? { try snapshot()?.transactions[query] }

  func shows(_ batch: Int64, of query: String) throws -> Bool {
    try snapshot()?.lastTransaction == .init(applicationID: query, version: batch)
  }

  func foreignRows(to query: String) throws -> ForeignRows? {
    guard let snapshot = try snapshot() else { return nil }
    switch snapshot.properties[Self.queryProperty] {
    case query: return nil
    case "": return .ofNoQuery
    case .some:
      return .ofQuery(
        checkpoint: snapshot.properties[Self.checkpointProperty],
        plan: snapshot.properties[Self.definitionProperty]?.split(separator: "\n").map(String.init))
    case nil: break
    }
    // A table of another writer, or of a version that did not note whose it is: the last query that wrote to it has it.
    guard let owner = snapshot.lastApplication else { return snapshot.fileCount == 0 ? nil : .ofNoQuery }
    return owner == query ? nil : .ofQuery(checkpoint: nil, plan: nil)
  }

  /// The checkpoint of the query that writes the whole table anew with each batch; nil if none does.
  static func checkpointRewriting(_ snapshot: Snapshot) -> String? {
    let lines = snapshot.properties[definitionProperty]?.split(separator: "\n") ?? []
    guard snapshot.properties[queryProperty]?.isEmpty == false, lines.contains("mode \(OutputMode.complete.rawValue)")
    else { return nil }
    return snapshot.properties[checkpointProperty]
  }

  func commit(_ result: Table, _ batch: SinkBatch) throws {
    let snapshot = try snapshot()
    let owner = [Self.queryProperty: batch.query]
    var properties = options.properties.merging(owner) { $1 }.merging([
      Self.checkpointProperty: batch.checkpoint, Self.definitionProperty: batch.plan.joined(separator: "\n"),
    ]) { $1 }
    // Rows of windows in UTC take the place of a zone's.
    if properties[Self.zoneProperty] == nil, snapshot?.properties[Self.zoneProperty] != nil {
      properties[Self.zoneProperty] = ""
    }
    var options = options
    options.properties = properties
    let table =
      try snapshot == nil
      ? DeltaTable.create(at: path, schema: result.schema, options: options) : DeltaTable(opening: path)
    let writing = DeltaTable.WriteOptions(
      operation: "STREAMING UPDATE", transaction: .init(applicationID: batch.query, version: batch.number),
      addsColumns: addsColumns, replacesColumns: batch.replaces, replacesOthers: true, properties: properties,
      expectedProperties: batch.replaces ? [:] : owner)
    let version =
      switch batch.mode {
      case .complete: try table.overwrite(with: result, writing, on: snapshot)
      case _ where batch.replaces: try table.overwrite(with: result, writing, on: snapshot)
      case .append: try table.append(result, writing, on: snapshot)
      case .update: try table.merge(result, by: batch.keyColumns, writing, on: snapshot)
      }
    // Another run of a copy of the checkpoint was quicker.
    if version == nil { throw DeltaError.conflict(path: path, version: try table.snapshot().version) }
  }

  /// The table as it is now; nil if missing.
  private func snapshot() throws -> Snapshot? {
    guard try DeltaTable.exists(at: path) else {
      known = nil
      return nil
    }
    if let known {
      self.known = try known.updated()
    } else {
      // A version that a killed run put there counts as taken: its name must be durable first.
      try DurableFiles.syncFolder(path + "/_delta_log")
      known = try DeltaTable(opening: path).snapshot()
    }
    return known
  }
}
