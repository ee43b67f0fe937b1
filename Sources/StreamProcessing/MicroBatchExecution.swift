package import CivilTime
package import Columnar
import JSONText

/// Runs an aggregation over a source in small batches: read, scan, filter, aggregate, hand to the sink.
package struct MicroBatchExecution: Sendable {
  /// Events that a query reports.
  package enum Report: Sendable {
    /// Also sent in the middle of a batch.
    case read(QueryProgress)
    case batch(BatchProgress)
    /// The query caught up; the next offset of each partition.
    case idle(nextOffsets: [Int64], QueryProgress)
    /// The source lost events before they were read.
    case gap(partition: Int, lost: Int64)
  }

  /// Called with each report, in order; the query waits for it.
  package typealias Listener = @Sendable (Report) async -> Void

  let source: any EventSource
  let plan: AggregationPlan
  let mode: OutputMode
  let scanner: JSONEventScanner
  let offsets: BatchOffsets
  let gapPolicy: GapPolicy
  let clock: @Sendable () -> Timestamp

  /// The largest number of rejected events that a batch keeps, and of bytes of each; further ones are counted.
  static let rejectedPerBatch = 1_000
  static let rejectedBytes = 1_000

  /// - Parameters:
  ///   - startOffsets: nil begins at the oldest event of each partition.
  ///   - eventsPerBatch: the largest number of events of a batch, over all partitions.
  ///   - timeFormat: how TIMESTAMP fields are written, as ``JSONEventScanner`` takes it.
  ///   - clock: the time that is shown to people; no result depends on it.
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

  /// Computes over all held events, without checkpoint or sink.
  ///
  /// - Throws: the source's errors, ``AggregationOverflow``, ``MissingFieldError``, `CancellationError`.
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

  /// Processes the held events batch by batch, and further ones if the trigger says so; releases the checkpoint at the end.
  ///
  /// Stopped at any moment and run again, it leaves in the sink the result of an uninterrupted run: a batch's end and its
  /// watermark are saved before it begins, and the sink takes each batch once.
  /// - Throws: the errors of source and sink, ``CheckpointError``, ``AggregationOverflow``, ``MissingFieldError``, and
  ///   `CancellationError` if it is stopped; the next run resumes.
  package func run(
    _ trigger: Trigger, checkpoint: Checkpoint, sink: any BatchSink, listener: @escaping Listener = { _ in }
  ) async throws -> QueryProgress {
    defer { checkpoint.release() }
    let context = RunContext(
      trigger: trigger, checkpoint: checkpoint, store: StateStore(checkpoint, plan: plan), sink: sink,
      listener: listener)
    var query = try await resume(context)
    var held = try await source.heldOffsets()
    query.run.progress.eventsInAll = zip(query.position, held).reduce(0) { $0 + max(0, $1.1.upperBound - $1.0) }
    let clock = ContinuousClock()
    let began = clock.now
    while true {
      try Task.checkCancellation()
      let started = clock.now
      while try await batch(in: &query, held: held, context) {
        try Task.checkCancellation()
        if trigger == .once { return query.run.finished }
        if trigger == .continuous { held = try await source.heldOffsets() }
      }
      await listener(.idle(nextOffsets: query.position, query.run.finished))
      switch trigger {
      case .availableNow, .once: return query.run.finished
      case .every(let interval):
        // On a grid that begins with the run; after a batch that took longer, the next one starts at once.
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
    /// The newest batch whose end was saved; this run's first if it is not committed.
    let planned: Int64?
    var position: [Int64]
    /// The source's marks of the events before the position.
    var marks: [Int: String] = [:]
    /// The next batch's watermark.
    var watermark: Watermark?
    /// The last batch's watermark.
    var lastWatermark: Watermark?
    /// When the last batch started.
    var lastTrigger: ContinuousClock.Instant?
  }

  struct Run {
    var state: StateStore.State
    var progress = QueryProgress()
    /// The current batch's rejected events, as they are kept, and the number of all of them.
    var rejected: [JSON] = []
    var rejectedInBatch = 0
    var eventTimes = EventTimes()
    /// The fields that the events of this run have.
    var fields: FieldPresence

    init(_ state: StateStore.State) {
      self.state = state
      fields = FieldPresence(state.aggregation.plan.input)
    }

    mutating func beginBatch() {
      rejected = []
      rejectedInBatch = 0
      eventTimes = EventTimes()
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
}
