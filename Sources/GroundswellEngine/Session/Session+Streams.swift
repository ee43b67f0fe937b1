import CivilTime
import Columnar
import EventHub
import Pipeline
import StreamProcessing
import Wording

/// A query of this session, running or over.
struct QueryRecord: Sendable {
  let definition: StreamWrite
  let query: any RunningQuery
}

/// Hubs, streams, aggregates and queries.
extension Session {
  /// The hub that is used if none was connected.
  static let defaultHub = HubAddress.embedded("default")

  /// Connects to a hub, which cells then use; creates it if missing.
  func connect(hub address: HubAddress, partitions: Int?) async throws -> any Hub {
    let hub = try await backend.hubs.connect(address, partitions: partitions)
    connection = address
    return hub
  }

  /// The hub to send to: the connected one, or the default, created if missing.
  ///
  /// - Throws: ``RehearsalRefusal`` if others would see the events of a rehearsal.
  func hubForSending() async throws -> any Hub {
    let address = connection ?? Self.defaultHub
    let hub = try await backend.hubs.hub(toSendTo: address)
    connection = address
    return hub
  }

  /// The hub to read from; there must be one.
  func hubForReading() async throws -> any Hub {
    if connection == nil, try !backend.hubs.exists(Self.defaultHub) {
      throw UnknownName(
        kind: "hub", name: "default", known: [],
        remedy: "connect one: connect hub NAME; or fill one: send --sample")
    }
    return try await backend.hubs.hub(toRead: connection ?? Self.defaultHub)
  }

  /// Sets how much of the past the hub keeps.
  ///
  /// - Returns: how many events were deleted; nil if the program that sends will delete them.
  func retain(_ retention: Retention) async throws -> Int64? {
    try await backend.hubs.retain(retention, in: connection ?? Self.defaultHub)
  }

  /// - Returns: which fields none of the hub's events has, for people; nil if all are there, or the hub has no events.
  func define(
    stream name: String, schema: Schema, timeFormat: TimeFormat?, from position: Position
  ) async throws -> String? {
    try ResourceName.check(name)
    let hub = try await hubForReading()
    let stream = StreamDefinition(
      name: name, hub: connection ?? Self.defaultHub, hubName: hub.name, schema: schema, timeFormat: timeFormat,
      startOffsets: try await hub.offsets(of: position))
    streams[name] = stream
    return await backend.missingFields(of: stream)
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
    try ResourceName.check(aggregate.name)
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

  /// Takes what is new into a table: to the end of what is there, or in the background.
  ///
  /// - Returns: what was done; nil if the query goes on.
  func write(_ definition: StreamWrite) async throws -> QueryProgress? {
    if let running = queries[definition.name], await running.query.status().isRunning {
      throw NameFault.takenByQuery(definition.name)
    }
    let query = try await backend.start(definition, on: listener(of: definition))
    queries[definition.name] = QueryRecord(definition: definition, query: query)
    return definition.trigger.ends ? try await query.result() : nil
  }

  /// Tells what a query says: above the prompt if it runs in the background, else as progress of its cell.
  private func listener(of definition: StreamWrite) -> @Sendable (QueryEvent) -> Void {
    let (events, name) = (events, definition.name)
    guard !definition.trigger.ends else {
      // What ends a query in the foreground is the cell's own failure.
      return { event in
        switch event {
        case .progress(let progress): events.send(.progress(.reading(progress)))
        case .waiting(let words): events.send(.progress(.waiting(words)))
        case .failed, .gap, .late: break
        }
      }
    }
    return { event in
      switch event {
      case .progress: break
      case .waiting(let words): events.send(.message("the query \(name): \(words)"))
      case .failed(let error): events.send(.message("the query \(name) failed: \(sentences(for: error))"))
      case .gap(let partition, let lost):
        events.send(
          .message(
            "the query \(name) skipped \(counted(lost, "event")) of partition \(partition): the hub no longer holds them"
          ))
      case .late(let count, let position):
        events.send(
          .message(
            "the query \(name) dropped \(counted(count, "late event"))\(position.map { ": \($0)" } ?? "")"))
      }
    }
  }

  /// The query of that name, running or over.
  func query(named name: String) throws -> any RunningQuery {
    guard let record = queries[name] else {
      throw UnknownName(
        kind: "query", name: name, known: Array(queries.keys),
        remedy: "write AGGREGATE --to TABLE --trigger continuous starts one")
    }
    return record.query
  }

  /// The names of the queries that run, sorted.
  package var runningQueries: [String] {
    get async {
      var names: [String] = []
      for (name, record) in queries.sorted(by: { $0.key < $1.key }) where await record.query.status().isRunning {
        names.append(name)
      }
      return names
    }
  }

  /// Stops all queries and waits until they have ended.
  package func stopQueries() async {
    await withTaskGroup { group in
      for record in queries.values { group.addTask { await record.query.stop() } }
    }
  }
}
