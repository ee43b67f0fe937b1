import Synchronization

/// Runs work in a task of its own. If the caller's task is cancelled, throws at once, cancels the work and discards its
/// result. For mathematics and questions, which hold no resources.
///
/// - Throws: the work's error; `CancellationError` once the task is cancelled.
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

/// The first of several answers, for one waiting caller.
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
