import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import EventHub
import StreamProcessing
import Wording

/// Hubs, streams, aggregates and queries.
extension Session {
  /// The name of the hub that is used where none was connected.
  static let defaultHub = "default"

  func connect(hub target: HubTarget, partitions: Int?) async throws -> any Hub {
    switch target {
    case .embedded(let target):
      if !target.contains("/"), !target.hasPrefix(".") { try BadName.check(target) }
      let path = workspace.hub(target)
      // A rehearsal reads the hubs of others, and makes none.
      let isForReading = try !workspace.mayChange(path) && EmbeddedHub.exists(at: path)
      let hub =
        try isForReading
        ? EmbeddedHub.open(at: path)
        : EmbeddedHub.create(at: workspace.hubForWriting(target), partitions: partitions)
      connection = .embedded(path: hub.path)
      return hub
    case .remote(let address):
      // A rehearsal makes no topic.
      let hub = try await RemoteHub.connect(to: address, partitions: workspace.isRehearsal ? nil : partitions)
      connection = .remote(hub)
      return hub
    }
  }

  /// Whether there is an embedded hub of that name or path.
  func hasHub(_ target: String) throws -> Bool { try EmbeddedHub.exists(at: workspace.hub(target)) }

  /// The hub to send to: the connected one, or the default, made where it is not there.
  ///
  /// - Throws: ``OnlyRehearsed`` for a broker's or one outside of the workspace, where notebooks are only tried out.
  func hubForSending() async throws -> any Hub {
    switch connection {
    case .embedded(let path): return try EmbeddedHub.create(at: workspace.hubForWriting(path))
    case .remote(let hub):
      if workspace.isRehearsal { throw OnlyRehearsed(.send(hub: hub.name)) }
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
    try DurableFiles.refuseLinks(on: path, below: workspace.path)
    return try EmbeddedHub.open(at: path)
  }

  /// The embedded hub whose retention may be changed; nil where a broker's is connected.
  func hubForRetaining() throws -> EmbeddedHub? {
    guard let hub = try hubForReading() as? EmbeddedHub else { return nil }
    return try EmbeddedHub.open(at: workspace.hubForWriting(hub.path))
  }

  /// - Returns: which fields none of the hub's events has, for people; nil where there are none, and where the hub has no events.
  func define(
    stream name: String, schema: Schema, timeFormat: TimeFormat? = nil, from position: Position
  ) async throws -> String? {
    try BadName.check(name)
    let hub = try hubForReading()
    let starts = try await hub.offsets(of: position)
    let stream = StreamDefinition(
      name: name, hub: hub, schema: schema, timeFormat: timeFormat, startOffsets: starts)
    streams[name] = stream
    return await missingFields(of: stream)
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
      startOffsets: aggregate.stream.startOffsets, timeFormat: aggregate.stream.timeFormat)
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
      throw TakenName(name: definition.name, holder: .runningQuery)
    }
    let path = try workspace.checkpoint(definition.checkpoint, of: table)
    for folder in [workspace.checkpoints, DurableFiles.folder(of: path)] where try DurableFiles.isLink(folder) {
      throw CheckpointError.link(path: folder)
    }
    let hub = aggregate.stream.hub
    let source = try await HubSource(
      hub, patience: definition.trigger.ends ? HubSource.patience : nil, tell: waiting(definition))
    let format = aggregate.stream.timeFormat.map { ["times \($0.rawValue)"] } ?? []
    let plan =
      aggregate.plan.fingerprint + format + ["mode \(definition.mode.rawValue)", "hub \(hub.name) (\(hub.id))"]
    let isNew = try !DurableFiles.exists(path)
    let checkpoint = try Checkpoint(at: path, plan: plan, restarting: definition.restarts) { DeltaTable.newID() }
    let sink = DeltaSink(
      path: try workspace.tableForWriting(table), window: aggregate.plan.window, options: definition.options,
      addsColumns: definition.addsColumns)
    let execution = MicroBatchExecution(
      source: source, plan: aggregate.plan, mode: definition.mode, startOffsets: aggregate.stream.startOffsets,
      eventsPerBatch: definition.eventsPerBatch, gapPolicy: definition.gapPolicy,
      timeFormat: aggregate.stream.timeFormat, clock: clock)
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
    do {
      return try await query.run(execution, checkpoint: checkpoint, sink: sink) { [tell = listeners.progress] in
        tell(Self.progress($0))
      }
    } catch let error as MissingFieldError {
      // With other fields it will be another query.
      if isNew { try? DurableFiles.remove(path) }
      throw error
    }
  }

  /// Tells of a hub that is away: above the prompt for a query in the background, else where progress is shown.
  func waiting(_ definition: QueryDefinition?) -> @Sendable (String) -> Void {
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
      case .failed(let error): tell("the query \(name) failed: \(sentences(for: error))")
      case .gap(let partition, let lost):
        tell(
          "the query \(name) skipped \(counted(lost, "event")) of partition \(partition): the hub no longer holds them"
        )
      case .late(let count, let position):
        tell("the query \(name) dropped \(counted(count, "late event"))\(position.map { ": \($0)" } ?? "")")
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
}
