import Columnar
import DurableFiles
import EventHub
import Foundation
import Pipeline
import StreamProcessing

/// A backend that keeps hubs and tables in memory, and checkpoints in a temporary folder: it proves that a session needs no more than the
/// protocols say.
struct MemoryBackend: Backend {
  let hubs: any Hubs
  let memory: MemoryCatalog
  let services: SessionServices
  let workspace: String
  let description = "memory"
  var isNew: Bool { true }
  var catalog: any Catalog { memory }

  init(_ services: SessionServices, folder: String, hubs: any Hubs = MemoryHubs()) throws {
    self.services = services
    self.hubs = hubs
    workspace = folder
    memory = try MemoryCatalog(services)
  }

  func rows(
    of relation: Relation, limit: Int?, on event: @escaping @Sendable (ReadEvent) -> Void
  ) async throws -> Rows {
    let rows: Table
    switch relation {
    case .table(let name, let version):
      let found = try await memory.rows(name, version)
      event(.source(name, version: found.version))
      rows = found.rows
    case .sql(let statement): rows = try await memory.query(statement)
    case .stream(let stream): rows = try await self.rows(of: stream, limit ?? .max, event)
    case .aggregate(let aggregate):
      let execution = MicroBatchExecution(
        source: try await MemoryHubSource(hubs.hub(toRead: aggregate.stream.hub)), plan: aggregate.plan,
        startOffsets: aggregate.stream.startOffsets)
      let (result, progress) = try await execution.computeOnce()
      event(.aggregated(progress, windows: result.rowCount))
      rows = result
    }
    return Rows(limit.map { rows.rows(0..<min($0, rows.rowCount)) } ?? rows)
  }

  private func rows(
    of stream: StreamDefinition, _ limit: Int, _ event: @Sendable (ReadEvent) -> Void
  ) async throws -> Table {
    let source = try await MemoryHubSource(hubs.hub(toRead: stream.hub))
    let scanner = JSONEventScanner(schema: stream.schema, timeFormat: stream.timeFormat)
    var reading = StreamReading()
    var tables: [Table] = []
    for (partition, held) in try await source.heldOffsets().enumerated() where !held.isEmpty {
      let chunk = try await source.read(partition: partition, offsets: held)
      let scanned = scanner.scan(bodies: chunk.bodies, ends: chunk.ends)
      tables.append(scanned.table)
      reading.rejectedCount += scanned.rejected.count
      reading.rejected += scanned.rejected.prefix(3)
    }
    event(.streamRead(reading))
    let rows = Table(joining: tables, schema: stream.schema)
    return rows.rows(0..<min(limit, rows.rowCount))
  }

  func missingFields(of stream: StreamDefinition) async -> String? { nil }

  func start(
    _ write: StreamWrite, on event: @escaping @Sendable (QueryEvent) -> Void
  ) async throws -> any RunningQuery {
    for name in [write.checkpoint, write.name] { try ResourceName.check(name) }
    try write.aggregate.plan.check(write.mode)
    try await memory.checkCanBeTable(write.table)
    let source = try await MemoryHubSource(hubs.hub(toRead: write.aggregate.stream.hub))
    let plan = write.aggregate.plan
    let checkpoint = try Checkpoint(
      at: "\(workspace)/checkpoints/\(write.table)/\(write.checkpoint)",
      plan: plan.fingerprint + ["mode \(write.mode.rawValue)"], restarting: write.restarts
    ) { UUID().uuidString }
    let sink = MemoryTableSink(catalog: memory, table: write.table, windows: plan.window)
    let execution = MicroBatchExecution(
      source: source, plan: plan, mode: write.mode, startOffsets: write.aggregate.stream.startOffsets,
      eventsPerBatch: write.eventsPerBatch)
    try await execution.check(sink, for: checkpoint)
    let query = StreamingQuery(
      name: write.name, runID: UUID().uuidString, mode: write.mode, trigger: write.trigger, source: source
    ) { _ in }
    return StartedQuery(query) {
      try await query.run(execution, checkpoint: checkpoint, sink: sink) { event(.progress($0)) }
    }
  }

  func rehearsal(in folder: String) throws -> any Backend {
    let hubs = RehearsalHubs(hubs) { address in
      if case .embedded(let name) = address { !name.hasPrefix("outside/") } else { false }
    }
    return try MemoryBackend(services, folder: folder, hubs: hubs)
  }
}
