package import Columnar
import JSONText

/// What a query has done in a run, and what it has seen in its life.
package struct QueryProgress: Hashable, Sendable {
  /// Batches that this run added.
  package var batches = 0
  /// Events that this run read.
  package var events: Int64 = 0
  /// Events to read in this run.
  package var eventsInAll: Int64 = 0
  /// Events kept aside since the query began.
  package var rejected: Int64 = 0
  /// The first of them that this run met.
  package var rejectedSamples: [RejectedSample] = []
  package var droppedForNullTime: Int64 = 0
  package var windows = 0

  package init() {}
}

/// An event that was kept aside.
package struct RejectedSample: Hashable, Sendable {
  package let partition: Int
  package let offset: Int64
  package let reason: RejectedEvent.Reason
}

/// Runs an aggregation over a source in small batches: read, scan, filter, aggregate.
package struct MicroBatchExecution: Sendable {
  private let source: any EventSource
  private let plan: AggregationPlan
  private let scanner: JSONEventScanner
  /// Where a query without checkpoint begins, for each partition.
  private let startOffsets: [Int64]?
  private let eventsPerBatch: Int64

  /// Kept aside at the most, for each batch; the rest is counted.
  private static let rejectedPerBatch = 1_000

  /// - Parameters:
  ///   - startOffsets: nil begins at the oldest event of each partition.
  ///   - eventsPerBatch: a batch takes so many events at the most, over all partitions.
  package init(
    source: any EventSource, plan: AggregationPlan, startOffsets: [Int64]? = nil, eventsPerBatch: Int64 = 1_000_000
  ) {
    self.source = source
    self.plan = plan
    scanner = JSONEventScanner(schema: plan.input)
    self.startOffsets = startOffsets
    self.eventsPerBatch = max(1, eventsPerBatch)
  }

  /// Computes over everything that is present, without checkpoint or sink.
  ///
  /// - Throws: what the source throws, ``AggregationOverflow``, `CancellationError`.
  package func computeOnce(
    progress report: @Sendable (QueryProgress) -> Void = { _ in }
  ) async throws -> (result: Table, progress: QueryProgress) {
    let held = try await source.heldOffsets()
    let ranges = held.enumerated().map { start(of: $0.offset, held: $0.element)..<$0.element.upperBound }
    var run = Run(state: WindowedAggregation(plan), progress: QueryProgress())
    run.progress.eventsInAll = ranges.reduce(0) { $0 + Int64($1.count) }
    try await process(ranges, in: &run, report: report)
    return (try run.state.result(), run.finished)
  }

  /// Takes in everything that is present and was not yet taken in, batch by batch, and ends.
  ///
  /// Stopped at any moment and run again, it leaves in the sink what an uninterrupted run would: a batch's end is
  /// written down before it begins, and the sink takes each batch once.
  /// - Throws: what source and sink throw, ``CheckpointError``, ``AggregationOverflow``, `CancellationError`; running
  ///   again goes on from there.
  package func runAvailableNow(
    checkpoint: Checkpoint, sink: any BatchSink, progress report: @Sendable (QueryProgress) -> Void = { _ in }
  ) async throws -> QueryProgress {
    let lock = try checkpoint.lock()
    defer { withExtendedLifetime(lock) {} }
    let held = try await source.heldOffsets()
    var committed = try checkpoint.lastCommitted()
    var position =
      try committed.map { last throws(CheckpointError) in try checkpoint.offsets(of: last) }
      ?? held.enumerated().map { start(of: $0.offset, held: $0.element) }
    var run = Run(state: WindowedAggregation(plan), progress: QueryProgress())
    if let committed {
      try run.restore(from: try checkpoint.state(after: committed), plan: plan, path: checkpoint.path)
    }
    for (partition, offset) in position.enumerated() {
      let held = held.indices.contains(partition) ? held[partition] : 0..<0
      guard offset <= held.upperBound else {
        throw CheckpointError.offsetGone(path: checkpoint.path, partition: partition, wanted: offset, held: held)
      }
    }
    // A source that grew new partitions is read in them from their start.
    while position.count < held.count { position.append(held[position.count].lowerBound) }
    run.progress.eventsInAll = zip(position, held).reduce(0) { $0 + max(0, $1.1.upperBound - $1.0) }
    while true {
      let batch = (committed ?? -1) + 1
      let planned = try checkpoint.lastPlanned()
      let ends: [Int64]
      if let planned, planned == batch {
        ends = try checkpoint.offsets(of: batch)
      } else {
        ends = self.ends(from: position, held: held)
        // Without new events there is one batch all the same where the sink does not show the last one: at first, so that
        // there is a table to look at, and where somebody has removed or overwritten it.
        if ends == position, let committed, try await sink.shows(committed, of: checkpoint.queryID) { break }
        try checkpoint.plan(batch, endOffsets: ends)
      }
      let ranges = try self.ranges(from: position, to: ends, held: held, checkpoint: checkpoint)
      run.rejected = []
      try await process(ranges, in: &run, report: report)
      try checkpoint.keepRejected(run.rejected, of: batch)
      try checkpoint.keep(run.saved, after: batch)
      if try await sink.committedBatch(of: checkpoint.queryID).map({ $0 < batch }) ?? true {
        try await sink.commit(try run.state.result(), query: checkpoint.queryID, batch: batch)
      }
      try checkpoint.commit(batch)
      run.progress.batches += 1
      (committed, position) = (batch, ends)
    }
    return run.finished
  }

  // MARK: A batch

  /// State and counts on the way through a run.
  private struct Run {
    var state: WindowedAggregation
    var progress: QueryProgress
    /// Of the current batch, as they are kept aside.
    var rejected: [JSON] = []

    var finished: QueryProgress {
      var progress = progress
      progress.droppedForNullTime = state.droppedForNullTime
      progress.windows = state.windowCount
      return progress
    }

    var saved: JSON { ["aggregation": state.snapshot, "rejected": .integer(progress.rejected)] }

    mutating func restore(from saved: JSON, plan: AggregationPlan, path: String) throws(CheckpointError) {
      guard let state = saved["aggregation"].flatMap({ WindowedAggregation(plan, snapshot: $0) }),
        let rejected = saved["rejected"]?.integer
      else { throw .damaged(path: path + "/state") }
      self.state = state
      progress.rejected = rejected
    }
  }

  private func start(of partition: Int, held: Range<Int64>) -> Int64 {
    guard let startOffsets, startOffsets.indices.contains(partition) else { return held.lowerBound }
    return min(max(startOffsets[partition], held.lowerBound), held.upperBound)
  }

  /// Where the next batch ends: each partition gets its share, in order, until the batch is full.
  private func ends(from position: [Int64], held: [Range<Int64>]) -> [Int64] {
    var room = eventsPerBatch
    return zip(position, held).map { start, held in
      let taken = min(room, max(0, held.upperBound - start))
      room -= taken
      return start + taken
    }
  }

  private func ranges(
    from position: [Int64], to ends: [Int64], held: [Range<Int64>], checkpoint: Checkpoint
  ) throws(CheckpointError) -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    for (partition, end) in ends.enumerated() {
      guard position.indices.contains(partition), held.indices.contains(partition), position[partition] <= end else {
        throw .damaged(path: checkpoint.path + "/offsets")
      }
      let range = position[partition]..<end
      if !range.isEmpty, range.lowerBound < held[partition].lowerBound || range.upperBound > held[partition].upperBound
      {
        throw .offsetGone(
          path: checkpoint.path, partition: partition, wanted: range.lowerBound, held: held[partition])
      }
      ranges.append(range)
    }
    return ranges
  }

  /// Partition after partition, so that sums come out the same each time.
  private func process(
    _ ranges: [Range<Int64>], in run: inout Run, report: @Sendable (QueryProgress) -> Void
  ) async throws {
    for (partition, range) in ranges.enumerated() {
      var offset = range.lowerBound
      while offset < range.upperBound {
        try Task.checkCancellation()
        let chunk = try await source.read(partition: partition, offsets: offset..<range.upperBound)
        let scanned = scanner.scan(bodies: chunk.bodies, ends: chunk.ends)
        run.state.add(scanned.table)
        for event in scanned.rejected { keepAside(event, of: chunk, partition: partition, in: &run) }
        offset = chunk.nextOffset
        run.progress.events += Int64(chunk.ends.count)
        report(run.finished)
      }
    }
  }

  private func keepAside(_ event: RejectedEvent, of chunk: EventChunk, partition: Int, in run: inout Run) {
    let offset = chunk.firstOffset + Int64(event.index)
    run.progress.rejected += 1
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
