/// Gives turns to callers, one at a time, in the order in which they ask.
actor CellQueue {
  private var isTaken = false
  private var waiting: [(ticket: Int, turn: CheckedContinuation<Bool, Never>)] = []
  private var lastTicket = 0

  /// Waits for the caller's turn, which lasts until ``leave()``.
  ///
  /// - Throws: `CancellationError` if the caller's task is cancelled before its turn; the caller then has left the queue.
  func enter() async throws(CancellationError) {
    guard isTaken else {
      isTaken = true
      return
    }
    lastTicket += 1
    let ticket = lastTicket
    let hasTurn = await withTaskCancellationHandler {
      await withCheckedContinuation { turn in
        if Task.isCancelled { turn.resume(returning: false) } else { waiting.append((ticket, turn)) }
      }
    } onCancel: {
      Task { await self.withdraw(ticket) }
    }
    if !hasTurn { throw CancellationError() }
  }

  /// Ends the turn; the next caller's begins.
  func leave() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().turn.resume(returning: true) }
  }

  private func withdraw(_ ticket: Int) {
    guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
    waiting.remove(at: index).turn.resume(returning: false)
  }
}
