package import CivilTime
package import Columnar
import JSONText

/// Runs an aggregation over a source in small batches: read, scan, filter, aggregate, hand on.
package struct MicroBatchExecution: Sendable {
  /// What a query reports of itself.
  package enum Report: Sendable {
    /// In the middle of a batch, too.
    case read(QueryProgress)
    case batch(BatchProgress)
    /// Everything that was there is in the sink; the next offsets that would be read.
    case idle(nextOffsets: [Int64], QueryProgress)
    /// The source had lost events before they were read.
    case gap(partition: Int, lost: Int64)
  }

  package typealias Listener = @Sendable (Report) async -> Void

  let source: any EventSource
  let plan: AggregationPlan
  let mode: OutputMode
  let scanner: JSONEventScanner
  let offsets: BatchOffsets
  let gapPolicy: GapPolicy
  private let clock: @Sendable () -> Timestamp

  /// Of a batch's rejected events so many are kept, and so many bytes of each; the others are counted.
  static let rejectedPerBatch = 1_000
  static let rejectedBytes = 1_000

  /// - Parameters:
  ///   - startOffsets: nil begins at the oldest event of each partition.
  ///   - eventsPerBatch: a batch takes so many events at the most, over all partitions.
  ///   - timeFormat: of the stream's TIMESTAMP fields, as ``JSONEventScanner`` takes it.
  ///   - clock: the time for people; nothing that is computed depends on it.
  package init(
    source: any EventSource, plan: AggregationPlan, mode: OutputMode = .complete, startOffsets: [Int64]? = nil,
    eventsPerBatch: Int64 = 1_000_000, gapPolicy: GapPolicy = .fail, timeFormat: TimeFormat? = nil,
    clock: @escaping @Sendable () -> Timestamp = { .now }
  ) {
    self.source = source
    self.plan = plan
    self.mode = mode
    scanner = JSONEventScanner(schema: plan.input, timeFormat: timeFormat)
    offsets = BatchOffsets(startOffsets: startOffsets, eventsPerBatch: max(1, eventsPerBatch))
    self.gapPolicy = gapPolicy
    self.clock = clock
  }

  /// Computes over everything that is present, without checkpoint or sink.
  ///
  /// - Throws: what the source throws, ``AggregationOverflow``, ``MissingFieldError``, `CancellationError`.
  package func computeOnce(
    listener: Listener = { _ in }
  ) async throws -> (result: Table, progress: QueryProgress) {
    let held = try await source.heldOffsets()
    let ranges = zip(offsets.starts(held), held).map { $0..<$1.upperBound }
    var run = Run(StateStore.State(aggregation: WindowedAggregation(plan)))
    run.progress.eventsInAll = ranges.reduce(0) { $0 + Int64($1.count) }
    try await process(ranges, watermark: nil, in: &run, listener)
    try run.fields.check(plan)
    return (try run.state.aggregation.result(), run.finished)
  }

  /// Takes in what is there, and as the trigger has it what comes, batch by batch.
  ///
  /// The checkpoint is released at the end. Stopped at any moment and run again, it leaves in the sink what an uninterrupted run would: a batch's end and its
  /// watermark are written down before it begins, and the sink takes each batch once.
  /// - Throws: what source and sink throw, ``CheckpointError``, ``AggregationOverflow``, and, when it is stopped,
  ///   `CancellationError`; running again goes on from there.
  package func run(
    _ trigger: Trigger, checkpoint: Checkpoint, sink: any BatchSink, listener: Listener = { _ in }
  ) async throws -> QueryProgress {
    defer { checkpoint.release() }
    var query = try await resume(checkpoint, sink)
    var held = try await source.heldOffsets()
    query.run.progress.eventsInAll = zip(query.position, held).reduce(0) { $0 + max(0, $1.1.upperBound - $1.0) }
    let clock = ContinuousClock()
    let began = clock.now
    while true {
      try Task.checkCancellation()
      let started = clock.now
      while try await batch(in: &query, held: held, trigger, checkpoint, sink, listener) {
        try Task.checkCancellation()
        if trigger == .once { return query.run.finished }
        if trigger == .continuous { held = try await source.heldOffsets() }
      }
      await listener(.idle(nextOffsets: query.position, query.run.finished))
      switch trigger {
      case .availableNow, .once: return query.run.finished
      case .every(let interval):
        // On the grid that began with the run; a batch that took longer is followed at once.
        let ticks = ((clock.now - began) / interval).rounded(.down) + 1
        if clock.now - started < interval { try await clock.sleep(until: began + interval * ticks) }
      case .continuous: try await source.waitForEvents(behind: query.position)
      }
      held = try await source.heldOffsets()
    }
  }

  // MARK: A query's life

  /// Where a query is, and its state.
  struct Query {
    var run: Run
    /// The newest batch that the sink has.
    var committed: Int64?
    /// The newest batch of which the end was written down; this run's first if that is not committed.
    let planned: Int64?
    var position: [Int64]
    /// The source's marks of the events before the position.
    var marks: [Int: String] = [:]
    /// Milliseconds: of the next batch.
    var watermark: Int64?
    /// Of the last batch.
    var lastWatermark: Int64?
    var lastTrigger: ContinuousClock.Instant?
  }

  struct Run {
    var state: StateStore.State
    var progress = QueryProgress()
    /// Of the current batch, as they are kept, and how many there were.
    var rejected: [JSON] = []
    var rejectedInBatch = 0
    var eventTimes = EventTimes()
    /// What fields the events that this run read have.
    var fields: FieldPresence

    init(_ state: StateStore.State) {
      self.state = state
      fields = FieldPresence(state.aggregation.plan.input)
    }

    var finished: QueryProgress {
      var progress = progress
      progress.droppedForNullTime = state.aggregation.counts.droppedForNullTime
      progress.late = state.aggregation.counts.late
      progress.future = state.aggregation.counts.future
      progress.leapAhead = state.aggregation.leapAhead
      progress.rejected = state.rejected
      progress.lost = state.lost
      progress.windows = state.aggregation.windowCount
      progress.missingFields = fields.note(for: state.aggregation.plan)
      return progress
    }
  }

  /// Runs the next batch, if there is one.
  ///
  /// - Returns: false where there is nothing to do.
  private func batch(
    in query: inout Query, held: [Range<Int64>], _ trigger: Trigger, _ checkpoint: Checkpoint, _ sink: any BatchSink,
    _ listener: Listener
  ) async throws -> Bool {
    try check(query.position, held: held, checkpoint)
    let clock = ContinuousClock()
    let started = clock.now
    var report = BatchProgress()
    report.timestamp = self.clock()
    var steps = Steps(clock)
    // A source that grew new partitions is read in them from their start.
    while query.position.count < held.count { query.position.append(held[query.position.count].lowerBound) }
    let number = (query.committed ?? -1) + 1
    let planned: Checkpoint.Planned
    let isAgain = query.planned == number
    if isAgain {
      planned = try checkpoint.planned(number)
      try check(planned.endOffsets, held: held, checkpoint)
      try await check(planned.marks, before: planned.endOffsets, held: held, checkpoint)
    } else {
      let ends = offsets.ends(from: query.position, held: held, isWhole: trigger == .once)
      // Without new events there is a batch all the same where the watermark has closed windows, and where the sink does
      // not show the last one: at first, so that there is a table to look at, and where somebody has overwritten it.
      if ends == query.position, query.watermark == query.lastWatermark || mode == .complete,
        let committed = query.committed
      {
        guard mode == .complete, try await !sink.shows(committed, of: checkpoint.queryID) else { return false }
      }
      // Of partitions that have something new; the others were looked at when it was read.
      let grown = query.marks.filter { ends.indices.contains($0.key) && ends[$0.key] > query.position[$0.key] }
      try await check(grown, before: query.position, held: held, checkpoint)
      planned = Checkpoint.Planned(
        endOffsets: ends, marks: try await marks(before: ends, from: query), watermark: query.watermark)
      try checkpoint.plan(
        number, planned, source: source.name, time: report.timestamp.microseconds / 1_000)
    }
    steps.note("walCommit")
    query.run.rejected = []
    query.run.rejectedInBatch = 0
    query.run.eventTimes = EventTimes()
    let eventsBefore = query.run.progress.events
    let lateBefore = query.run.state.aggregation.counts.late
    report.startOffsets = query.position
    let ranges = try await self.ranges(
      from: query.position, to: planned.endOffsets, held: held, checkpoint: checkpoint, lost: &query.run.state.lost,
      listener)
    let horizon =
      mode == .complete ? nil : planned.watermark.map { $0.multipliedReportingOverflow(by: 1_000).partialValue }
    let mover = query.run.state.aggregation.counts.latest
    try await process(ranges, watermark: horizon, in: &query.run, listener)
    if let horizon, query.run.state.aggregation.counts.late > lateBefore {
      report.latePosition = WatermarkPosition(time: Timestamp(microseconds: horizon), mover: mover)
      query.run.progress.watermark = report.latePosition
    }
    // Where more events come they may have what these lack.
    if query.committed == nil, trigger.ends, planned.endOffsets == held.map(\.upperBound) {
      try query.run.fields.check(plan)
    }
    let result: Table =
      switch mode {
      case .complete: try query.run.state.aggregation.result()
      case .update: try query.run.state.aggregation.changes()
      case .append: try horizon.map { try query.run.state.aggregation.over(at: $0) } ?? emptyResult
      }
    report.stateRowsUpdated = query.run.state.aggregation.changedSlots.count
    if let horizon { report.stateRowsRemoved = query.run.state.aggregation.forget(before: horizon) }
    steps.note("addBatch")
    let store = StateStore(checkpoint, plan: plan)
    try checkpoint.keepRejected(query.run.rejected, of: number, rejected: query.run.rejectedInBatch)
    try store.keep(query.run.state, after: number, forgottenBefore: horizon)
    query.run.state.aggregation.forgetChanges()
    steps.note("stateCommit")
    try await commit(result, of: number, isAgain: isAgain, checkpoint, sink)
    steps.note("sinkCommit")
    query.lastWatermark = planned.watermark
    query.watermark = watermark(behind: planned.watermark, query.run.state.aggregation)
    try checkpoint.commit(number, nextWatermark: query.watermark)
    try store.clean(after: number)
    steps.note("commitOffsets")
    query.run.progress.batches += 1
    query.run.progress.rows += Int64(result.rowCount)
    (query.committed, query.position, query.marks) = (number, planned.endOffsets, planned.marks)
    report.queryID = checkpoint.queryID
    report.batch = number
    report.inputRows = query.run.progress.events - eventsBefore
    report.secondsSinceLast = query.lastTrigger.map { (started - $0) / .seconds(1) }
    report.duration = (clock.now - started) / .seconds(1)
    report.durations = steps.milliseconds.merging(["triggerExecution": Int64(report.duration * 1_000)]) { $1 }
    report.eventTimes = query.run.eventTimes
    report.watermark = planned.watermark
    report.stateRows = query.run.state.aggregation.windowCount
    report.stateBytes = query.run.state.aggregation.byteCount
    report.lateRows = query.run.state.aggregation.counts.late - lateBefore
    report.source = source.name
    report.endOffsets = planned.endOffsets
    report.latestOffsets = held.map(\.upperBound)
    report.sink = sink.description
    report.outputRows = result.rowCount
    query.lastTrigger = started
    await listener(.batch(report))
    return true
  }

  /// Hands a batch's result to the sink, unless it has it from a run that was killed.
  private func commit(
    _ result: Table, of number: Int64, isAgain: Bool, _ checkpoint: Checkpoint, _ sink: any BatchSink
  ) async throws {
    let committed = number == 0 ? nil : number - 1
    try await check(sink, for: checkpoint, committed: committed)
    if let taken = try await sink.committedBatch(of: checkpoint.queryID), taken >= number {
      if isAgain, taken == number { return }
      throw CheckpointError.sinkAhead(path: checkpoint.path, sink: sink.description, batch: taken, newest: committed)
    }
    try await sink.commit(
      result,
      SinkBatch(
        query: checkpoint.queryID, checkpoint: checkpoint.name, plan: checkpoint.plan, number: number, mode: mode,
        keyColumns: plan.keyColumns, replaces: checkpoint.replaces && number == 0))
  }

  private var emptyResult: Table {
    Table(schema: plan.output, columns: plan.output.fields.map { Column(.init(emptyOf: $0.type)) })
  }

  /// The watermark of the next batch, in milliseconds: the latest event time so far less the delay, and never less than
  /// before. It moves between batches only, so that no event is late because of its own batch.
  func watermark(behind last: Int64?, _ aggregation: WindowedAggregation) -> Int64? {
    guard let delay = plan.watermarkDelay, let latest = aggregation.counts.eventTimes?.upperBound else { return last }
    let (time, overflow) = latest.microseconds.subtractingReportingOverflow(delay.microseconds)
    guard !overflow else { return last }
    let milliseconds = time / 1_000 - (time % 1_000 < 0 ? 1 : 0)
    return max(last ?? .min, milliseconds)
  }

  /// How long the steps of a batch took.
  private struct Steps {
    private let clock: ContinuousClock
    private var last: ContinuousClock.Instant
    private(set) var milliseconds: [String: Int64] = [:]

    init(_ clock: ContinuousClock) {
      self.clock = clock
      last = clock.now
    }

    mutating func note(_ step: String) {
      let now = clock.now
      milliseconds[step] = Int64((now - last) / .milliseconds(1))
      last = now
    }
  }
}
