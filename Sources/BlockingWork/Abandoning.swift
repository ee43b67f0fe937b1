import Synchronization

/// Runs work that knows nothing of tasks aside, and gives up waiting for it when the task is cancelled: the work is cancelled,
/// too, ends when it heeds that, and nobody hears of what it found. For mathematics and questions, which hold no resources.
///
/// - Throws: what the work throws; `CancellationError` once the task is cancelled.
package func abandoning<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
  let answer = Answer<Value>()
  let working = Task.detached(operation: work)
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      answer.wait(continuation)
      Task.detached { answer.give(await working.result) }
    }
  } onCancel: {
    working.cancel()
    answer.give(.failure(CancellationError()))
  }
}

/// The first of several answers, for the one that waits.
private final class Answer<Value: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Value, any Error>)
    case given(Result<Value, any Error>)
    case over
  }

  private let state = Mutex(State.open)

  func wait(_ continuation: CheckedContinuation<Value, any Error>) {
    let given = state.withLock { state -> Result<Value, any Error>? in
      guard case .given(let result) = state else {
        state = .awaited(continuation)
        return nil
      }
      state = .over
      return result
    }
    if let given { continuation.resume(with: given) }
  }

  func give(_ result: Result<Value, any Error>) {
    let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
      switch state {
      case .open:
        state = .given(result)
        return nil
      case .awaited(let continuation):
        state = .over
        return continuation
      case .given, .over: return nil
      }
    }
    waiting?.resume(with: result)
  }
}
