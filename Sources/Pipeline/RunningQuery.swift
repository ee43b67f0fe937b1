package import StreamProcessing

/// A query that was started, running or over.
package protocol RunningQuery: Sendable {
  var name: String { get }

  var mode: OutputMode { get }

  func status() async -> QueryStatus

  /// The last batches, oldest first: at most `count`, and at most 100.
  func recentProgress(_ count: Int) async -> [BatchProgress]

  /// How many events wait to be read; nil if the hub does not say so within a second.
  func lag() async -> Int64?

  /// Waits until everything that the hub holds now is in the table.
  ///
  /// - Throws: what the query failed with, ``QueryEnded`` if it ended before that, `CancellationError`.
  func waitForAllAvailable() async throws

  /// Waits until the query has ended by itself. Cancelling the caller stops the query.
  ///
  /// - Returns: what the query did in this run.
  /// - Throws: what the query failed with; `CancellationError`.
  func result() async throws -> QueryProgress

  /// Stops the query, and returns when it has ended; a batch in the middle is done again when the query is started again.
  func stop() async
}

/// How a query stands.
package struct QueryStatus: Sendable {
  package typealias State = StreamingQuery.State

  package let state: State
  /// Whether it waits for events.
  package let isIdle: Bool
  /// Why no events come at the moment, in words for people; nil if nothing is wrong.
  package let trouble: String?
  /// What it did in this run.
  package let progress: QueryProgress

  package init(state: State, isIdle: Bool, trouble: String?, progress: QueryProgress) {
    self.state = state
    self.isIdle = isIdle
    self.trouble = trouble
    self.progress = progress
  }

  package var isRunning: Bool { if case .running = state { true } else { false } }
}

/// What a query tells while it runs.
package enum QueryEvent: Sendable {
  /// In the middle of a batch, too.
  case progress(QueryProgress)
  /// The hub is away, or back, in words for people.
  case waiting(String)
  case failed(any Error)
  /// The hub had deleted events before they were read.
  case gap(partition: Int, lost: Int64)
  /// Dropped late events, and where the watermark stood.
  case late(Int64, WatermarkPosition?)
}
