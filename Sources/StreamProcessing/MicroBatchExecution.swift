package import CivilTime
package import Columnar
import JSONText

/// Runs an aggregation over a source in small batches: read, scan, filter, aggregate, hand on.
package struct MicroBatchExecution: Sendable {
  /// What who runs a query hears of it.
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

  private let source: any EventSource
  private let plan: AggregationPlan
  private let mode: OutputMode
  private let scanner: JSONEventScanner
  private let offsets: BatchOffsets
  private let gapPolicy: GapPolicy
  private let clock: @Sendable () -> Timestamp

  /// Kept aside at the most, for each batch; the rest is counted.
  private static let rejectedPerBatch = 1_000

  /// - Parameters:
  ///   - startOffsets: nil begins at the oldest event of each partition.
  ///   - eventsPerBatch: a batch takes so many events at the most, over all partitions.
  ///   - clock: the time for people; nothing that is computed depends on it.
  package init(
    source: any EventSource, plan: AggregationPlan, mode: OutputMode = .complete, startOffsets: [Int64]? = nil,
    eventsPerBatch: Int64 = 1_000_000, gapPolicy: GapPolicy = .fail,
    clock: @escaping @Sendable () -> Timestamp = { .now }
  ) {
    self.source = source
    self.plan = plan
    self.mode = mode
    scanner = JSONEventScanner(schema: plan.input)
    offsets = BatchOffsets(startOffsets: startOffsets, eventsPerBatch: max(1, eventsPerBatch))
    self.gapPolicy = gapPolicy
    self.clock = clock
  }

  /// Computes over everything that is present, without checkpoint or sink.
  ///
  /// - Throws: what the source throws, ``AggregationOverflow``, `CancellationError`.
  package func computeOnce(
    listener: Listener = { _ in }
  ) async throws -> (result: Table, progress: QueryProgress) {
    let held = try await source.heldOffsets()
    let ranges = zip(offsets.starts(held), held).map { $0..<$1.upperBound }
    var run = Run(StateStore.State(aggregation: WindowedAggregation(plan)))
    run.progress.eventsInAll = ranges.reduce(0) { $0 + Int64($1.count) }
    try await process(ranges, watermark: nil, in: &run, listener)
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
      while try await batch(in: &query, held: held, isWhole: trigger == .once, checkpoint, sink, listener) {
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
  private struct Query {
    var run: Run
    /// The newest batch that the sink has.
    var committed: Int64?
    var position: [Int64]
    /// Milliseconds: of the next batch.
    var watermark: Int64?
    /// Of the last batch.
    var lastWatermark: Int64?
    var lastTrigger: ContinuousClock.Instant?
  }

  private struct Run {
    var state: StateStore.State
    var progress = QueryProgress()
    /// Of the current batch, as they are kept aside.
    var rejected: [JSON] = []
    var eventTimes = EventTimes()

    init(_ state: StateStore.State) { self.state = state }

    var finished: QueryProgress {
      var progress = progress
      progress.droppedForNullTime = state.aggregation.counts.droppedForNullTime
      progress.late = state.aggregation.counts.late
      progress.rejected = state.rejected
      progress.lost = state.lost
      progress.windows = state.aggregation.windowCount
      return progress
    }
  }

  /// Takes up where the checkpoint left off.
  private func resume(_ checkpoint: Checkpoint, _ sink: any BatchSink) async throws -> Query {
    let store = StateStore(checkpoint, plan: plan)
    var committed = try checkpoint.lastCommitted()
    // A batch that the sink has, and of which the state was kept, lacks only its commit.
    let next = (committed ?? -1) + 1
    if try checkpoint.lastPlanned() == next, try store.has(next),
      let taken = try await sink.committedBatch(of: checkpoint.queryID),
      taken >= next
    {
      let state = try store.state(after: next)
      let planned = try checkpoint.planned(next)
      try checkpoint.commit(next, nextWatermark: watermark(behind: planned.watermark, state.aggregation))
      committed = next
    }
    let held = try await source.heldOffsets()
    guard let committed else {
      let position = try checkpoint.startOffsets { offsets.starts(held) }
      return Query(run: Run(StateStore.State(aggregation: WindowedAggregation(plan))), position: position)
    }
    if mode != .complete, try await sink.committedBatch(of: checkpoint.queryID) ?? -1 < committed {
      throw CheckpointError.sinkForgot(path: checkpoint.path, sink: sink.description)
    }
    let planned = try checkpoint.planned(committed)
    return Query(
      run: Run(try store.state(after: committed)), committed: committed, position: planned.endOffsets,
      watermark: try checkpoint.watermark(behind: committed), lastWatermark: planned.watermark)
  }

  /// Makes sure that the source holds no less than was read of it: it would be another of the same name.
  private func check(_ position: [Int64], held: [Range<Int64>], _ checkpoint: Checkpoint) throws(CheckpointError) {
    for (partition, offset) in position.enumerated() {
      let held = held.indices.contains(partition) ? held[partition] : 0..<0
      guard offset <= held.upperBound else {
        throw .offsetAhead(path: checkpoint.path, partition: partition, wanted: offset, held: held)
      }
    }
  }

  /// Runs the next batch, if there is one.
  ///
  /// - Returns: false where there is nothing to do.
  private func batch(
    in query: inout Query, held: [Range<Int64>], isWhole: Bool, _ checkpoint: Checkpoint, _ sink: any BatchSink,
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
    if try checkpoint.lastPlanned() == number {
      planned = try checkpoint.planned(number)
    } else {
      let ends = offsets.ends(from: query.position, held: held, isWhole: isWhole)
      // Without new events there is a batch all the same where the watermark has closed windows, and where the sink does
      // not show the last one: at first, so that there is a table to look at, and where somebody has overwritten it.
      if ends == query.position, query.watermark == query.lastWatermark || mode == .complete,
        let committed = query.committed
      {
        guard mode == .complete, try await !sink.shows(committed, of: checkpoint.queryID) else { return false }
      }
      planned = Checkpoint.Planned(endOffsets: ends, watermark: query.watermark)
      try checkpoint.plan(
        number, planned, source: source.name, time: report.timestamp.microseconds / 1_000)
    }
    steps.note("walCommit")
    query.run.rejected = []
    query.run.eventTimes = EventTimes()
    let eventsBefore = query.run.progress.events
    let lateBefore = query.run.state.aggregation.counts.late
    report.startOffsets = query.position
    let ranges = try await self.ranges(
      from: query.position, to: planned.endOffsets, held: held, checkpoint: checkpoint, lost: &query.run.state.lost,
      listener)
    let horizon =
      mode == .complete ? nil : planned.watermark.map { $0.multipliedReportingOverflow(by: 1_000).partialValue }
    try await process(ranges, watermark: horizon, in: &query.run, listener)
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
    try checkpoint.keepRejected(query.run.rejected, of: number)
    try store.keep(query.run.state, after: number, forgottenBefore: horizon)
    query.run.state.aggregation.forgetChanges()
    steps.note("stateCommit")
    if try await sink.committedBatch(of: checkpoint.queryID).map({ $0 < number }) ?? true {
      try await sink.commit(
        result,
        SinkBatch(
          query: checkpoint.queryID, number: number, mode: mode, keyColumns: plan.keyColumns,
          replaces: checkpoint.replaces && number == 0))
    }
    steps.note("sinkCommit")
    query.lastWatermark = planned.watermark
    query.watermark = watermark(behind: planned.watermark, query.run.state.aggregation)
    try checkpoint.commit(number, nextWatermark: query.watermark)
    try store.clean(after: number)
    steps.note("commitOffsets")
    query.run.progress.batches += 1
    query.run.progress.rows += Int64(result.rowCount)
    (query.committed, query.position) = (number, planned.endOffsets)
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

  private var emptyResult: Table {
    Table(schema: plan.output, columns: plan.output.fields.map { Column(.init(emptyOf: $0.type)) })
  }

  /// The watermark of the next batch, in milliseconds: the latest event time so far less the delay, and never less than
  /// before. It moves between batches only, so that no event is late because of its own batch.
  private func watermark(behind last: Int64?, _ aggregation: WindowedAggregation) -> Int64? {
    guard let delay = plan.watermarkDelay, let latest = aggregation.counts.eventTimes?.upperBound else { return last }
    let (time, overflow) = latest.microseconds.subtractingReportingOverflow(delay.microseconds)
    guard !overflow else { return last }
    let milliseconds = time / 1_000 - (time % 1_000 < 0 ? 1 : 0)
    return max(last ?? .min, milliseconds)
  }

  // MARK: A batch

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

  private func ranges(
    from position: [Int64], to ends: [Int64], held: [Range<Int64>], checkpoint: Checkpoint, lost: inout Int64,
    _ listener: Listener
  ) async throws -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    for (partition, end) in ends.enumerated() {
      guard position.indices.contains(partition), held.indices.contains(partition), position[partition] <= end else {
        throw CheckpointError.damaged(path: checkpoint.path + "/offsets")
      }
      var range = position[partition]..<end
      let there = held[partition]
      if range.upperBound > there.upperBound {
        throw CheckpointError.offsetAhead(
          path: checkpoint.path, partition: partition, wanted: range.upperBound, held: there)
      }
      if !range.isEmpty, range.lowerBound < there.lowerBound {
        guard gapPolicy == .earliest else {
          throw CheckpointError.offsetGone(
            path: checkpoint.path, partition: partition, wanted: range.lowerBound, held: there)
        }
        range = await skipGap(partition, range, held: there, lost: &lost, listener)
      }
      ranges.append(range)
    }
    return ranges
  }

  /// What is left of a range of which the source lost the beginning; counts and tells what was lost.
  private func skipGap(
    _ partition: Int, _ range: Range<Int64>, held: Range<Int64>, lost: inout Int64, _ listener: Listener
  ) async -> Range<Int64> {
    let start = min(held.lowerBound, range.upperBound)
    lost += start - range.lowerBound
    await listener(.gap(partition: partition, lost: start - range.lowerBound))
    return start..<range.upperBound
  }

  /// The next events of a range; nil where the source lost all that were left of it, after they were planned.
  private func chunk(
    _ partition: Int, _ range: Range<Int64>, in run: inout Run, _ listener: Listener
  ) async throws -> EventChunk? {
    var range = range
    while true {
      do { return try await source.read(partition: partition, offsets: range) } catch {
        // Of a source that is away nobody hears what it lost.
        guard gapPolicy == .earliest, source.trouble == nil else { throw error }
        let held = try await source.heldOffsets()
        guard held.indices.contains(partition), range.lowerBound < held[partition].lowerBound else { throw error }
        range = await skipGap(partition, range, held: held[partition], lost: &run.state.lost, listener)
        if range.isEmpty { return nil }
      }
    }
  }

  /// Partition after partition, so that sums come out the same each time.
  private func process(
    _ ranges: [Range<Int64>], watermark: Int64?, in run: inout Run, _ listener: Listener
  ) async throws {
    try await source.prepare(ranges)
    for (partition, range) in ranges.enumerated() {
      var offset = range.lowerBound
      while offset < range.upperBound {
        try Task.checkCancellation()
        guard let chunk = try await chunk(partition, offset..<range.upperBound, in: &run, listener) else { break }
        let scanned = scanner.scan(bodies: chunk.bodies, ends: chunk.ends)
        run.eventTimes.add(run.state.aggregation.add(scanned.table, watermark: watermark))
        for event in scanned.rejected { keepAside(event, of: chunk, partition: partition, in: &run) }
        offset = chunk.nextOffset
        run.progress.events += Int64(chunk.ends.count)
        await listener(.read(run.finished))
      }
    }
  }

  private func keepAside(_ event: RejectedEvent, of chunk: EventChunk, partition: Int, in run: inout Run) {
    let offset = chunk.offset(event.index)
    run.state.rejected += 1
    if run.progress.rejectedSamples.count < 10 {
      run.progress.rejectedSamples.append(RejectedSample(partition: partition, offset: offset, reason: event.reason))
    }
    guard run.rejected.count < Self.rejectedPerBatch else { return }
    let body = chunk.bodies[(event.index == 0 ? 0 : chunk.ends[event.index - 1])..<chunk.ends[event.index]]
    run.rejected.append([
      "partition": .integer(Int64(partition)), "offset": .integer(offset), "reason": .string(event.reason.description),
      "body": .string(String(decoding: body.prefix(1_000), as: UTF8.self)),
    ])
  }
}
