import Dispatch

/// Runs an actor's calls, which may block in C, on a queue of its own, so that no thread of the cooperative pool waits.
/// (Dispatch's own serial queue is an executor on Apple's platforms only.)
package final class BlockingExecutor: SerialExecutor {
  private let queue: DispatchQueue

  /// - Parameter label: names its thread in a debugger.
  package init(_ label: String) { queue = DispatchQueue(label: label) }

  /// Runs a job after those that were enqueued before it.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
