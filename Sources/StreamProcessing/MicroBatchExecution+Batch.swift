import Columnar

/// One batch: planned, processed, committed.
///
/// Its end and its watermark are written down before it begins, its state before the sink gets it, and its commit after
/// that. Stopped between any two of these, the next run repeats it over the same events and hands on the same result.
extension MicroBatchExecution {
  /// What the batches of a run share.
  struct RunContext {
    let trigger: Trigger
    let checkpoint: Checkpoint
    let store: StateStore
    let sink: any BatchSink
    let listener: Listener
  }

  /// A batch under way.
  private struct Batch {
    let number: Int64
    let planned: Checkpoint.Planned
    /// Whether an earlier run planned it: the sink may have it already.
    let isAgain: Bool
    var report = BatchProgress()
    var steps: Steps
  }

  /// Runs the next batch, if there is one.
  ///
  /// - Returns: false if there is nothing to do.
  func batch(in query: inout Query, held: [Range<Int64>], _ context: RunContext) async throws -> Bool {
    let steps = Steps()
    try check(query.position, held: held, context.checkpoint)
    // A source that grew new partitions is read in them from their start.
    while query.position.count < held.count { query.position.append(held[query.position.count].lowerBound) }
    guard var batch = try await plan(after: query, held: held, context, steps) else { return false }
    let result = try await process(&batch, in: &query, held: held, context)
    try await commit(result, of: &batch, in: &query, context)
    batch.report.secondsSinceLast = query.lastTrigger.map { (batch.steps.start - $0) / .seconds(1) }
    query.lastTrigger = batch.steps.start
    (batch.report.duration, batch.report.durations) = batch.steps.durations
    batch.report.source = source.name
    batch.report.latestOffsets = held.map(\.upperBound)
    batch.report.sink = context.sink.description
    await context.listener(.batch(batch.report))
    return true
  }

  // MARK: Planning

  /// The next batch, written down: one that an earlier run planned and did not finish, or a new one; nil if there is none.
  private func plan(
    after query: Query, held: [Range<Int64>], _ context: RunContext, _ steps: Steps
  ) async throws -> Batch? {
    let checkpoint = context.checkpoint
    let time = clock()
    let number = (query.committed ?? -1) + 1
    let isAgain = query.planned == number
    let planned: Checkpoint.Planned
    if isAgain {
      planned = try checkpoint.planned(number)
      try check(planned.endOffsets, held: held, checkpoint)
      try await check(planned.marks, before: planned.endOffsets, held: held, checkpoint)
    } else {
      guard let next = try await next(after: query, held: held, context) else { return nil }
      planned = next
      try checkpoint.plan(number, planned, source: source.name, time: time.microseconds / 1_000)
    }
    var batch = Batch(number: number, planned: planned, isAgain: isAgain, steps: steps)
    batch.report.queryID = checkpoint.queryID
    batch.report.batch = number
    batch.report.timestamp = time
    batch.report.startOffsets = query.position
    batch.report.endOffsets = planned.endOffsets
    batch.report.watermark = planned.watermark
    batch.steps.note("walCommit")
    return batch
  }

  /// What the next batch takes; nil if there is nothing to do.
  private func next(
    after query: Query, held: [Range<Int64>], _ context: RunContext
  ) async throws -> Checkpoint.Planned? {
    let ends = offsets.ends(from: query.position, held: held, isWhole: context.trigger == .once)
    // Without new events there is a batch all the same if the watermark has closed windows, and if the sink does not show
    // the last one: at first, so that there is a table to look at, and after somebody has overwritten it.
    if ends == query.position, query.watermark == query.lastWatermark || mode == .complete,
      let committed = query.committed
    {
      guard mode == .complete, try await !context.sink.shows(committed, of: context.checkpoint.queryID) else {
        return nil
      }
    }
    // The marks of partitions with something new; the others were checked when they were read.
    let grown = query.marks.filter { ends.indices.contains($0.key) && ends[$0.key] > query.position[$0.key] }
    try await check(grown, before: query.position, held: held, context.checkpoint)
    return Checkpoint.Planned(
      endOffsets: ends, marks: try await marks(before: ends, from: query), watermark: query.watermark)
  }

  // MARK: Processing

  /// Reads the batch's events into the state and keeps the state.
  ///
  /// - Returns: what the sink is to get.
  private func process(
    _ batch: inout Batch, in query: inout Query, held: [Range<Int64>], _ context: RunContext
  ) async throws -> Table {
    query.run.beginBatch()
    let (events, counts) = (query.run.progress.events, query.run.state.aggregation.counts)
    let ranges = try await self.ranges(
      from: query.position, to: batch.planned.endOffsets, held: held, checkpoint: context.checkpoint,
      lost: &query.run.state.lost, context.listener)
    // In mode complete every window stays open.
    let horizon = mode == .complete ? nil : batch.planned.watermark
    try await process(ranges, watermark: horizon, in: &query.run, context.listener)
    batch.report.inputRows = query.run.progress.events - events
    batch.report.lateRows = query.run.state.aggregation.counts.late - counts.late
    batch.report.eventTimes = query.run.eventTimes
    if let horizon, batch.report.lateRows > 0 {
      batch.report.latePosition = WatermarkPosition(watermark: horizon, mover: counts.latest)
      query.run.progress.watermark = batch.report.latePosition
    }
    // If more events come, they may have what these lack.
    if query.committed == nil, context.trigger.ends, batch.planned.endOffsets == held.map(\.upperBound) {
      try query.run.fields.check(plan)
    }
    let result = try rows(of: query.run.state.aggregation, at: horizon)
    batch.report.outputRows = result.rowCount
    batch.report.stateRowsUpdated = query.run.state.aggregation.changedSlots.count
    if let horizon { batch.report.stateRowsRemoved = query.run.state.aggregation.forget(before: horizon) }
    batch.steps.note("addBatch")
    try context.checkpoint.keepRejected(
      query.run.rejected, of: batch.number, rejected: query.run.rejectedInBatch)
    try context.store.keep(query.run.state, after: batch.number, forgottenBefore: horizon)
    query.run.state.aggregation.forgetChanges()
    batch.report.stateRows = query.run.state.aggregation.windowCount
    batch.report.stateBytes = query.run.state.aggregation.byteCount
    batch.steps.note("stateCommit")
    return result
  }

  /// What a batch hands on, as the mode has it.
  private func rows(
    of aggregation: WindowedAggregation, at horizon: Watermark?
  ) throws(AggregationOverflow) -> Table {
    switch mode {
    case .complete: return try aggregation.result()
    case .update: return try aggregation.changes()
    case .append:
      if let horizon { return try aggregation.over(at: horizon) }
      return Table(schema: plan.output, columns: plan.output.fields.map { Column(.init(emptyOf: $0.type)) })
    }
  }

  // MARK: Committing

  /// Hands the result to the sink, and notes that it has it.
  private func commit(
    _ result: Table, of batch: inout Batch, in query: inout Query, _ context: RunContext
  ) async throws {
    try await hand(result, of: batch, context)
    batch.steps.note("sinkCommit")
    query.lastWatermark = batch.planned.watermark
    query.watermark = query.run.state.aggregation.watermark(after: batch.planned.watermark)
    try context.checkpoint.commit(batch.number, nextWatermark: query.watermark)
    try context.store.clean(after: batch.number)
    batch.steps.note("commitOffsets")
    query.run.progress.batches += 1
    query.run.progress.rows += Int64(result.rowCount)
    (query.committed, query.position, query.marks) = (batch.number, batch.planned.endOffsets, batch.planned.marks)
  }

  /// Hands a batch's result to the sink, unless the sink has it from a run that was killed.
  private func hand(_ result: Table, of batch: Batch, _ context: RunContext) async throws {
    let (checkpoint, sink) = (context.checkpoint, context.sink)
    let committed = batch.number == 0 ? nil : batch.number - 1
    try await check(sink, for: checkpoint, committed: committed)
    if let taken = try await sink.committedBatch(of: checkpoint.queryID), taken >= batch.number {
      if batch.isAgain, taken == batch.number { return }
      throw CheckpointError.sinkAhead(path: checkpoint.path, sink: sink.description, batch: taken, newest: committed)
    }
    try await sink.commit(
      result,
      SinkBatch(
        query: checkpoint.queryID, checkpoint: checkpoint.name, plan: checkpoint.plan, number: batch.number, mode: mode,
        keyColumns: plan.keyColumns, replaces: checkpoint.replaces && batch.number == 0))
  }
}

/// How long the steps of a batch take.
private struct Steps {
  let start = ContinuousClock.now
  private var last: ContinuousClock.Instant
  private var milliseconds: [String: Int64] = [:]

  init() { last = start }

  mutating func note(_ step: String) {
    let now = ContinuousClock.now
    milliseconds[step] = Int64((now - last) / .milliseconds(1))
    last = now
  }

  /// Seconds since the start, and milliseconds by step.
  var durations: (seconds: Double, byStep: [String: Int64]) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return (seconds, milliseconds.merging(["triggerExecution": Int64(seconds * 1_000)]) { $1 })
  }
}
