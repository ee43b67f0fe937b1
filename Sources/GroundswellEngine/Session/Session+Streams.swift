import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import EventHub
import StreamProcessing

/// Hubs, streams, aggregates and queries.
extension Session {
  /// The name of the hub that is used where none was connected.
  static let defaultHub = "default"

  func connect(hub target: String, partitions: Int?) throws -> EmbeddedHub {
    if !target.contains("/"), !target.hasPrefix(".") { try BadName.check(target) }
    let hub = try EmbeddedHub.create(at: workspace.hub(target), partitions: partitions)
    hubPath = hub.path
    return hub
  }

  /// The hub to send to: the connected one, or the default, made where it is not there.
  func hubForSending() throws -> EmbeddedHub {
    if let hubPath { return try EmbeddedHub.create(at: hubPath) }
    return try connect(hub: Self.defaultHub, partitions: nil)
  }

  /// The hub to read from; there must be one.
  func hubForReading() throws -> EmbeddedHub {
    if let hubPath { return try EmbeddedHub.open(at: hubPath) }
    let path = workspace.hub(Self.defaultHub)
    guard EmbeddedHub.exists(at: path) else {
      throw UnknownName(
        kind: "hub", name: Self.defaultHub, known: [],
        remedy: "connect one: connect hub NAME; or fill one: send --sample")
    }
    return try EmbeddedHub.open(at: path)
  }

  func define(stream name: String, schema: Schema, from position: Position) throws {
    try BadName.check(name)
    let hub = try hubForReading()
    let starts = try (0..<hub.partitionCount).map { try hub.offset(of: position, partition: $0) }
    streams[name] = StreamDefinition(name: name, hub: hub, schema: schema, startOffsets: starts)
  }

  func stream(_ name: String) throws -> StreamDefinition {
    guard let stream = streams[name] else {
      throw UnknownName(
        kind: "stream", name: name, known: Array(streams.keys),
        remedy: "stream NAME --schema \"timestamp TIMESTAMP, …\"")
    }
    return stream
  }

  func define(_ aggregate: AggregateDefinition) throws {
    try BadName.check(aggregate.name)
    aggregates[aggregate.name] = aggregate
  }

  func aggregate(_ name: String) throws -> AggregateDefinition {
    guard let aggregate = aggregates[name] else {
      throw UnknownName(
        kind: "aggregate", name: name, known: Array(aggregates.keys),
        remedy: "aggregate NAME --from STREAM --window 1h --avg FIELD")
    }
    return aggregate
  }

  /// The aggregate over everything that its hub holds now.
  func compute(_ aggregate: AggregateDefinition) async throws -> (result: Table, progress: QueryProgress) {
    try await execution(of: aggregate).computeOnce(progress: report)
  }

  /// Takes what is new into a table.
  func write(
    _ aggregate: AggregateDefinition, to table: String, checkpoint name: String, restarting: Bool
  ) async throws -> QueryProgress {
    try BadName.check(table)
    try BadName.check(name)
    try refreshTables()
    if database.hasView(table) { throw TakenName(name: table, holder: "a view", remedy: "DROP VIEW \(table);") }
    if let other = attached.keys.first(where: { $0 != table && $0.lowercased() == table.lowercased() }) {
      throw TakenName(name: table, holder: "the table '\(other)', but for case", remedy: "write to '\(other)'")
    }
    let path = workspace.checkpoint(name, of: table)
    if restarting { try DurableFiles.remove(path) }
    let checkpoint = try Checkpoint(
      at: path, plan: aggregate.plan.fingerprint + ["hub \(aggregate.stream.hub.name) (\(aggregate.stream.hub.id))"]
    ) {
      DeltaTable.newID()
    }
    let sink = DeltaSink(
      path: workspace.table(table), windowLength: aggregate.plan.window.length, allowsNewSchema: restarting)
    let progress = try await execution(of: aggregate).runAvailableNow(
      checkpoint: checkpoint, sink: sink, progress: report)
    queries.append(QueryRecord(name: aggregate.name, table: table, progress: progress))
    return progress
  }

  private var report: @Sendable (QueryProgress) -> Void {
    { [progressListener] in progressListener(Progress("events read", done: $0.events, of: $0.eventsInAll)) }
  }

  private func execution(of aggregate: AggregateDefinition) -> MicroBatchExecution {
    MicroBatchExecution(
      source: HubSource(aggregate.stream.hub), plan: aggregate.plan, startOffsets: aggregate.stream.startOffsets)
  }

  /// The first events of a stream as rows, how many of those looked at did not fit, and the first three of these.
  func rows(
    of stream: StreamDefinition, limit: Int
  ) async throws -> (table: Table, rejectedCount: Int, rejected: [RejectedEvent]) {
    let source = HubSource(stream.hub)
    let scanner = JSONEventScanner(schema: stream.schema)
    var tables: [Table] = []
    var rejected: [RejectedEvent] = []
    var (missing, rejectedCount) = (limit, 0)
    for (partition, held) in try await source.heldOffsets().enumerated() {
      var offset = max(stream.startOffsets[partition], held.lowerBound)
      while missing > 0, offset < held.upperBound {
        try Task.checkCancellation()
        let chunk = try await source.read(
          partition: partition, offsets: offset..<min(held.upperBound, offset + Int64(max(missing, 10_000))))
        let scanned = scanner.scan(bodies: chunk.bodies, ends: chunk.ends)
        let kept = min(missing, scanned.table.rowCount)
        tables.append(scanned.table.rows(0..<kept))
        missing -= kept
        offset = chunk.nextOffset
        // Behind the last row that is shown nothing was looked at.
        let looked =
          missing > 0 ? scanned.rejected : scanned.rejected.enumerated().filter { $1.index - $0 < kept }.map(\.element)
        rejectedCount += looked.count
        rejected += looked.prefix(3 - rejected.count)
      }
    }
    return (Table(joining: tables, schema: stream.schema), rejectedCount, rejected)
  }
}
