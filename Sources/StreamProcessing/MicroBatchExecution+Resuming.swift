import Columnar

/// Where a query resumes, and whether its source and its sink still hold what it read and wrote.
extension MicroBatchExecution {
  /// Refuses a sink with rows that the query did not write, since its own would replace them or mix with them. A restarted
  /// query replaces them.
  ///
  /// - Throws: ``CheckpointError/sinkTaken(path:sink:by:)``.
  package func check(_ sink: any BatchSink, for checkpoint: Checkpoint) async throws {
    try await check(sink, for: checkpoint, committed: try checkpoint.newestBatches().committed)
  }

  /// - Parameter committed: the newest batch that the sink had taken.
  func check(_ sink: any BatchSink, for checkpoint: Checkpoint, committed: Int64?) async throws {
    if checkpoint.replaces, committed == nil, try await sink.committedBatch(of: checkpoint.queryID) == nil { return }
    guard let rows = try await sink.foreignRows(to: checkpoint.queryID) else { return }
    throw CheckpointError.sinkTaken(path: checkpoint.path, sink: sink.description, by: rows.owner(besides: checkpoint))
  }

  /// Resumes from the checkpoint.
  func resume(_ context: RunContext) async throws -> Query {
    let (checkpoint, store, sink) = (context.checkpoint, context.store, context.sink)
    var (planned, committed) = try checkpoint.newestBatches()
    try await check(sink, for: checkpoint, committed: committed)
    let taken = try await sink.committedBatch(of: checkpoint.queryID)
    if let taken, taken > planned ?? -1 {
      throw CheckpointError.sinkAhead(path: checkpoint.path, sink: sink.description, batch: taken, newest: planned)
    }
    // A batch that the sink has, and whose state was kept, lacks only its commit.
    if let next = planned, next != committed, next == taken, try store.has(next) {
      let state = try store.state(after: next)
      let planned = try checkpoint.planned(next)
      try checkpoint.commit(next, nextWatermark: state.aggregation.watermark(after: planned.watermark))
      committed = next
    }
    let held = try await source.heldOffsets()
    guard let committed else {
      let position = try checkpoint.startOffsets { offsets.starts(held) }
      return Query(
        run: Run(StateStore.State(aggregation: WindowedAggregation(plan))), planned: planned, position: position)
    }
    if mode != .complete, taken ?? -1 < committed {
      throw CheckpointError.sinkForgot(path: checkpoint.path, sink: sink.description)
    }
    let last = try checkpoint.planned(committed)
    try check(last.endOffsets, held: held, checkpoint)
    try await check(last.marks, before: last.endOffsets, held: held, checkpoint)
    return Query(
      run: Run(try store.state(after: committed)), committed: committed, planned: planned, position: last.endOffsets,
      marks: last.marks, watermark: try checkpoint.watermark(after: committed), lastWatermark: last.watermark)
  }

  /// Makes sure that the source holds the offsets that were read: otherwise it is another one of the same name.
  func check(_ position: [Int64], held: [Range<Int64>], _ checkpoint: Checkpoint) throws(CheckpointError) {
    for (partition, offset) in position.enumerated() {
      let held = held.indices.contains(partition) ? held[partition] : 0..<0
      guard offset <= held.upperBound else {
        throw .offsetAhead(path: checkpoint.path, partition: partition, wanted: offset, held: held)
      }
    }
  }

  /// Makes sure that the source still holds the events that were read: after a loss it may reuse their offsets.
  func check(
    _ marks: [Int: String], before offsets: [Int64], held: [Range<Int64>], _ checkpoint: Checkpoint
  ) async throws {
    for (partition, mark) in marks where offsets.indices.contains(partition) && held.indices.contains(partition) {
      // Events that retention deleted have no mark.
      guard held[partition].contains(offsets[partition] - 1),
        let now = try await source.mark(partition: partition, before: offsets[partition]), now != mark
      else { continue }
      throw CheckpointError.otherEvents(
        path: checkpoint.path, source: source.name, partition: partition, before: offsets[partition])
    }
  }

  /// The marks of the events before the ends of a batch; partitions without new events keep theirs.
  func marks(before ends: [Int64], from query: Query) async throws -> [Int: String] {
    var marks = query.marks
    for (partition, end) in ends.enumerated() where end > query.position[partition] {
      marks[partition] = try await source.mark(partition: partition, before: end)
    }
    return marks
  }
}
