import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C while a cell runs: cancels the cell, not the shell.
///
/// One for the process, which has one way to take a signal: a second would ignore it once more, and the first would see it no longer.
final class Interruption: Sendable {
  static let shared = Interruption()

  private enum State {
    case waiting
    /// Pressed behind the line's end and before the cell began.
    case interrupted
    case running(cancel: @Sendable () -> Void)
  }

  private let state = Mutex(State.waiting)
  // Set up once.
  nonisolated(unsafe) private let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())

  private init() {
    // The source sees the signal; without this its default action would end the program as well.
    signal(SIGINT, SIG_IGN)
    source.setEventHandler { [self] in
      guard !ChildProcess.hasTerminal else { return }
      state.withLock { state in
        if case .running(let cancel) = state { cancel() } else { state = .interrupted }
      }
    }
    source.resume()
  }

  /// Forgets what was pressed before.
  func wait() { state.withLock { $0 = .waiting } }

  func whenPressed(_ cancel: @escaping @Sendable () -> Void) {
    state.withLock { state in
      if case .interrupted = state { cancel() }
      state = .running(cancel: cancel)
    }
  }
}
