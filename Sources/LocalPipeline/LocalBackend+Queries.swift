import DeltaLake
import DurableFiles
import EventHub
import Pipeline
import StreamProcessing

/// Queries that write to tables.
extension LocalBackend {
  func start(
    _ write: StreamWrite, on event: @escaping @Sendable (QueryEvent) -> Void
  ) async throws -> any RunningQuery {
    let (plan, stream) = (write.aggregate.plan, write.aggregate.stream)
    for name in [write.checkpoint, write.name] { try ResourceName.check(name) }
    try plan.check(write.mode)
    try await tables.checkCanBeTable(write.table)
    let hub = try await hubs.hub(toRead: stream.hub)
    let source = try await HubSource(hub, patience: write.trigger.ends ? HubSource.patience : nil) {
      event(.waiting($0))
    }
    let path = try folders.checkpoint(write.checkpoint, of: write.table)
    let isNew = try !DurableFiles.exists(path)
    let checkpoint = try Checkpoint(at: path, plan: write.definition(on: hub), restarting: write.restarts) {
      DeltaTable.newID()
    }
    let sink = DeltaSink(
      path: try folders.tableForWriting(write.table), window: plan.window, options: DeltaTable.Options(write.layout),
      addsColumns: write.addsColumns)
    let execution = MicroBatchExecution(
      source: source, plan: plan, mode: write.mode, startOffsets: stream.startOffsets,
      eventsPerBatch: write.eventsPerBatch, gapPolicy: write.gapPolicy, timeFormat: stream.timeFormat,
      clock: services.clock)
    // A query in the background is refused at once, too.
    try await execution.check(sink, for: checkpoint)
    let query = StreamingQuery(
      name: write.name, runID: DeltaTable.newID(), mode: write.mode, trigger: write.trigger, source: source
    ) { message in
      switch message {
      case .failed(let error): event(.failed(error))
      case .gap(let partition, let lost): event(.gap(partition: partition, lost: lost))
      case .late(let count, let position): event(.late(count, position))
      }
    }
    return StartedQuery(query) {
      do {
        return try await query.run(execution, checkpoint: checkpoint, sink: sink) { event(.progress($0)) }
      } catch let error as MissingFieldError {
        // With other fields it will be another query.
        if isNew { try? DurableFiles.remove(path) }
        throw error
      }
    }
  }
}

extension StreamWrite {
  /// The query's definition line by line, as its checkpoint keeps it.
  fileprivate func definition(on hub: any Hub) -> [String] {
    aggregate.plan.fingerprint + (aggregate.stream.timeFormat.map { ["times \($0.rawValue)"] } ?? [])
      + ["mode \(mode.rawValue)", "hub \(hub.name) (\(hub.id))"]
  }
}
