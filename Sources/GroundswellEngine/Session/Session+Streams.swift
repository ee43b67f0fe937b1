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

  func connect(hub target: HubTarget, partitions: Int?) async throws -> any Hub {
    switch target {
    case .embedded(let target):
      if !target.contains("/"), !target.hasPrefix(".") { try BadName.check(target) }
      let hub = try EmbeddedHub.create(at: workspace.hub(target), partitions: partitions)
      connection = .embedded(path: hub.path)
      return hub
    case .remote(let address):
      let hub = try await RemoteHub.connect(to: address, partitions: partitions)
      connection = .remote(hub)
      return hub
    }
  }

  /// Whether there is an embedded hub of that name or path.
  func hasHub(_ target: String) throws -> Bool { try EmbeddedHub.exists(at: workspace.hub(target)) }

  /// The hub to send to: the connected one, or the default, made where it is not there.
  ///
  /// - Throws: ``OnlyRehearsed`` for a broker's, where notebooks are only tried out.
  func hubForSending() async throws -> any Hub {
    switch connection {
    case .embedded(let path): return try EmbeddedHub.create(at: path)
    case .remote(let hub):
      if isRehearsal { throw OnlyRehearsed(what: "send to the broker's hub \(hub.name)") }
      return hub
    case nil: return try await connect(hub: .embedded(Self.defaultHub), partitions: nil)
    }
  }

  /// The hub to read from; there must be one.
  func hubForReading() throws -> any Hub {
    switch connection {
    case .embedded(let path): return try EmbeddedHub.open(at: path)
    case .remote(let hub): return hub
    case nil: break
    }
    let path = workspace.hub(Self.defaultHub)
    guard try EmbeddedHub.exists(at: path) else {
      throw UnknownName(
        kind: "hub", name: Self.defaultHub, known: [],
        remedy: "connect one: connect hub NAME; or fill one: send --sample")
    }
    return try EmbeddedHub.open(at: path)
  }

  func define(stream name: String, schema: Schema, from position: Position) async throws {
    try BadName.check(name)
    let hub = try hubForReading()
    let starts = try await hub.offsets(of: position)
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
    readings.note("the hub \(aggregate.stream.hub.name)")
    let execution = MicroBatchExecution(
      source: try await HubSource(aggregate.stream.hub, tell: waiting(nil)), plan: aggregate.plan,
      startOffsets: aggregate.stream.startOffsets)
    return try await execution.computeOnce { [tell = listeners.progress] report in
      if case .read(let progress) = report { tell(Self.progress(progress)) }
    }
  }

  /// Takes what is new into a table, as the definition has it: to the end of what is there, or in the background.
  ///
  /// - Returns: what was done, or nil where the query goes on.
  func write(_ definition: QueryDefinition) async throws -> QueryProgress? {
    let (aggregate, table) = (definition.aggregate, definition.table)
    for name in [definition.checkpoint, definition.name] { try BadName.check(name) }
    try aggregate.plan.check(definition.mode)
    try checkCanBeTable(table)
    if let running = queries[definition.name], case .running = await running.query.state {
      throw TakenName(
        name: definition.name, holder: "a query that runs", remedy: "stop \(definition.name)")
    }
    let path = workspace.checkpoint(definition.checkpoint, of: table)
    for folder in [workspace.checkpoints, DurableFiles.folder(of: path)] where try DurableFiles.isLink(folder) {
      throw CheckpointError.link(path: folder)
    }
    let hub = aggregate.stream.hub
    let source = try await HubSource(
      hub, patience: definition.trigger.ends ? HubSource.patience : nil, tell: waiting(definition))
    let plan = aggregate.plan.fingerprint + ["mode \(definition.mode.rawValue)", "hub \(hub.name) (\(hub.id))"]
    let checkpoint = try Checkpoint(at: path, plan: plan, restarting: definition.restarts) { DeltaTable.newID() }
    let sink = DeltaSink(
      path: workspace.table(table), windowLength: aggregate.plan.window.length, options: definition.options,
      addsColumns: definition.addsColumns)
    let execution = MicroBatchExecution(
      source: source, plan: aggregate.plan, mode: definition.mode, startOffsets: aggregate.stream.startOffsets,
      eventsPerBatch: definition.eventsPerBatch, gapPolicy: definition.gapPolicy, clock: clock)
    // Also a query in the background is refused at once.
    try await execution.check(sink, for: checkpoint)
    let query = StreamingQuery(
      name: definition.name, runID: DeltaTable.newID(), mode: definition.mode,
      trigger: definition.trigger, source: source, tell: messages(of: definition))
    if !definition.trigger.ends {
      queries[definition.name] = QueryRecord(definition: definition, query: query)
      await query.start(execution, checkpoint: checkpoint, sink: sink)
      return nil
    }
    queries[definition.name] = QueryRecord(definition: definition, query: query)
    return try await query.run(execution, checkpoint: checkpoint, sink: sink) { [tell = listeners.progress] in
      tell(Self.progress($0))
    }
  }

  /// Tells of a hub that is away: above the prompt for a query in the background, else where progress is shown.
  private func waiting(_ definition: QueryDefinition?) -> @Sendable (String) -> Void {
    if let definition, !definition.trigger.ends {
      { [tell = listeners.messages, name = definition.name] in tell("the query \(name): \($0)") }
    } else {
      { [tell = listeners.progress] in tell(.waiting($0)) }
    }
  }

  private static func progress(_ progress: QueryProgress) -> Progress {
    Progress("events read", done: progress.events, of: progress.eventsInAll)
  }

  private func messages(of definition: QueryDefinition) -> @Sendable (StreamingQuery.Message) -> Void {
    // What ends a query in the foreground is the cell's own failure.
    guard !definition.trigger.ends else { return { _ in } }
    return { [tell = listeners.messages, name = definition.name] message in
      switch message {
      case .failed(let error): tell("the query \(name) failed: \(error)")
      case .gap(let partition, let lost):
        tell(
          "the query \(name) skipped \(counted(lost, "event")) of partition \(partition): the hub no longer holds them"
        )
      case .late(let count):
        tell(
          "the query \(name): \(counted(count, "event")) came too late and \(count == 1 ? "was" : "were") left out")
      }
    }
  }

  /// The query of that name, running or over.
  func query(named name: String) throws -> QueryRecord {
    guard let record = queries[name] else {
      throw UnknownName(
        kind: "query", name: name, known: Array(queries.keys),
        remedy: "write AGGREGATE --to TABLE --trigger continuous starts one")
    }
    return record
  }

  /// The names of the queries that run.
  package var runningQueries: [String] {
    get async {
      var names: [String] = []
      for (name, record) in queries.sorted(by: { $0.key < $1.key }) {
        if case .running = await record.query.state { names.append(name) }
      }
      return names
    }
  }

  /// Stops all queries and waits until they have: for the end of a program.
  package func stopQueries() async {
    await withTaskGroup { group in
      for record in queries.values { group.addTask { await record.query.stop() } }
    }
  }

  /// The first events of a stream as rows, how many of those looked at did not fit, and the first three of these.
  func rows(
    of stream: StreamDefinition, limit: Int
  ) async throws -> (table: Table, rejectedCount: Int, rejected: [RejectedEvent]) {
    readings.note("the hub \(stream.hub.name)")
    let source = try await HubSource(stream.hub, tell: waiting(nil))
    let scanner = JSONEventScanner(schema: stream.schema)
    var tables: [Table] = []
    var rejected: [RejectedEvent] = []
    var (missing, rejectedCount) = (limit, 0)
    for (partition, held) in try await source.heldOffsets().enumerated() {
      // A partition that came since the stream was defined is read from its start.
      let start = stream.startOffsets.indices.contains(partition) ? stream.startOffsets[partition] : held.lowerBound
      var offset = max(start, held.lowerBound)
      while missing > 0, offset < held.upperBound {
        try Task.checkCancellation()
        let chunk = try await source.read(
          partition: partition, offsets: offset..<min(held.upperBound, offset + Int64(max(missing, 10_000))))
        let scanned = scanner.scan(bodies: chunk.bodies, ends: chunk.ends)
        let kept = min(missing, scanned.table.rowCount)
        tables.append(scanned.table.rows(0..<kept))
        missing -= kept
        guard chunk.nextOffset > offset else {
          throw MissingEvents(source: source.name, partition: partition, offset: offset)
        }
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
