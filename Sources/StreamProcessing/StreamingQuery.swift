/// A query that runs in its caller's task, and its state.
package actor StreamingQuery {
  /// Whether a query runs, and how it ended.
  package enum State: Sendable {
    case running
    /// The trigger ended it, or it was stopped.
    case ended
    case failed(any Error)
  }

  /// Events of which people are told at once.
  package enum Message: Sendable {
    case failed(any Error)
    case gap(partition: Int, lost: Int64)
    case late(Int64, WatermarkPosition?)
  }

  /// The query's name in its session.
  package nonisolated let name: String
  /// Which windows it hands to its sink.
  package nonisolated let mode: OutputMode
  /// When it takes its next batch.
  package nonisolated let trigger: Trigger
  /// Whether it runs.
  package private(set) var state = State.running
  /// The last 100 batches, oldest first.
  package private(set) var recent: [BatchProgress] = []
  /// The figures so far.
  package private(set) var progress = QueryProgress()
  /// The next offset of each partition; empty before the first batch.
  package private(set) var position: [Int64] = []
  /// Whether it waits for events.
  package private(set) var isIdle = false
  /// Why no events come at the moment; nil if nothing is wrong.
  package nonisolated var trouble: String? { source.trouble }
  private let runID: String
  private let source: any EventSource
  private let tell: @Sendable (Message) -> Void
  private var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
  private var waiterCount = 0

  /// The query stopped before it had read all events that the source held.
  package struct Stopped: Error, Hashable, CustomStringConvertible {
    package let name: String
    package let unread: Int64

    package init(name: String, unread: Int64) { (self.name, self.unread) = (name, unread) }

    /// The problem, in one line.
    package var description: String { "\(name) stopped with \(unread == 1 ? "1 event" : "\(unread) events") unread" }
  }

  private static let recentLimit = 100

  /// - Parameter tell: called with each message, in the query's task.
  package init(
    name: String, runID: String, mode: OutputMode, trigger: Trigger, source: any EventSource,
    tell: @escaping @Sendable (Message) -> Void
  ) {
    self.name = name
    self.runID = runID
    self.mode = mode
    self.trigger = trigger
    self.source = source
    self.tell = tell
  }

  /// Runs until the trigger ends it, in the caller's task.
  ///
  /// - Throws: the errors of ``MicroBatchExecution/run(_:checkpoint:sink:listener:)``.
  package func run(
    _ execution: MicroBatchExecution, checkpoint: Checkpoint, sink: any BatchSink,
    progress: @escaping @Sendable (QueryProgress) -> Void
  ) async throws -> QueryProgress {
    do {
      let done = try await execution.run(trigger, checkpoint: checkpoint, sink: sink) { report in
        if case .read(let count) = report { progress(count) }
        await self.hear(report)
      }
      end(.ended, done)
      return done
    } catch {
      end(Task.isCancelled ? .ended : .failed(error), nil)
      throw Task.isCancelled ? CancellationError() : error
    }
  }

  private func hear(_ report: MicroBatchExecution.Report) {
    switch report {
    case .read(let progress):
      self.progress = progress
      isIdle = false
      return
    case .batch(var batch):
      batch.name = name
      batch.runID = runID
      recent.append(batch)
      if recent.count > Self.recentLimit { recent.removeFirst() }
      position = batch.endOffsets
      progress.windows = batch.stateRows
      if batch.lateRows > 0 { tell(.late(batch.lateRows, batch.latePosition)) }
    case .idle(let next, let progress):
      self.progress = progress
      position = next
      isIdle = true
    case .gap(let partition, let lost): tell(.gap(partition: partition, lost: lost))
    }
    wakeWaiters()
  }

  private func end(_ state: State, _ progress: QueryProgress?) {
    self.state = state
    if let progress { self.progress = progress }
    isIdle = false
    if case .failed(let error) = state { tell(.failed(error)) }
    wakeWaiters()
  }

  /// Waits until all events that the source holds now are in the sink.
  ///
  /// - Throws: the query's failure, an error if it ended before, `CancellationError`.
  package func waitForAllAvailable() async throws {
    let wanted = try await source.heldOffsets().map(\.upperBound)
    let changes = changes()
    var iterator = changes.stream.makeAsyncIterator()
    defer { waiters[changes.id] = nil }
    while true {
      if case .failed(let error) = state { throw error }
      let isThere = position.count >= wanted.count && zip(position, wanted).allSatisfy { $0 >= $1 }
      if case .ended = state {
        guard isThere else {
          throw Stopped(name: name, unread: zip(position, wanted).reduce(0) { $0 + max(0, $1.1 - $1.0) })
        }
        return
      }
      if isThere, isIdle { return }
      guard await iterator.next() != nil else { throw CancellationError() }
    }
  }

  /// The number of unread events; nil if the source does not answer within a second.
  package func lag() async -> Int64? {
    guard trouble == nil, !position.isEmpty else { return nil }
    let held = await withTaskGroup(of: [Range<Int64>]?.self) { [source] group in
      group.addTask { try? await source.heldOffsetsNow() }
      group.addTask {
        try? await Task.sleep(for: .seconds(1))
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    guard let held else { return nil }
    return held.enumerated().reduce(0) { sum, partition in
      let next = position.indices.contains(partition.offset) ? position[partition.offset] : partition.element.lowerBound
      return sum + max(0, partition.element.upperBound - max(next, partition.element.lowerBound))
    }
  }

  private func changes() -> (id: Int, stream: AsyncStream<Void>) {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    waiterCount += 1
    waiters[waiterCount] = continuation
    return (waiterCount, stream)
  }

  private func wakeWaiters() {
    for waiter in waiters.values { waiter.yield() }
  }
}
