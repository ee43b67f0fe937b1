package import StreamProcessing

/// A streaming query of this process, which runs in a task of its own.
package struct StartedQuery: RunningQuery {
  private let query: StreamingQuery
  private let task: Task<QueryProgress, any Error>

  /// Starts the query.
  ///
  /// - Parameter run: runs it until its trigger ends it, or its task is cancelled.
  package init(_ query: StreamingQuery, run: @escaping @Sendable () async throws -> QueryProgress) {
    self.query = query
    task = Task(operation: run)
  }

  package var name: String { query.name }

  package var mode: OutputMode { query.mode }

  package func status() async -> QueryStatus {
    QueryStatus(
      state: await query.state, isIdle: await query.isIdle, trouble: query.trouble, progress: await query.progress)
  }

  package func recentProgress(_ count: Int) async -> [BatchProgress] { await query.recent.suffix(count) }

  package func lag() async -> Int64? { await query.lag() }

  package func waitForAllAvailable() async throws { try await query.waitForAllAvailable() }

  package func result() async throws -> QueryProgress {
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  package func stop() async {
    task.cancel()
    _ = await task.result
  }
}
