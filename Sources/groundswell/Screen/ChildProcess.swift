import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program that has the terminal for a while: an editor, a pager.
enum ChildProcess {
  private static let running = Atomic<Int>(0)
  private static let nanoseconds = Atomic<Int64>(0)

  /// For how long in all such programs have had it, which is nobody's waiting.
  static var elapsed: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }

  /// Whether one has the terminal now: Ctrl-C is its, and not the shell's.
  static var hasTerminal: Bool { running.load(ordering: .relaxed) > 0 }

  /// Runs a command of `sh` and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: what the command calls `$1`, `$2`, …
  ///   - input: what it reads from standard input; nil leaves it the terminal.
  /// - Returns: its exit status, less than 0 if a signal ended it; nil if it could not be started.
  static func run(_ command: String, arguments: [String] = [], input: String? = nil) -> Int32? {
    var ends: [Int32] = [-1, -1]
    if input != nil {
      guard pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    var actions = FileActions()
    if input != nil {
      // The writing end must not stay open in the child, which would wait for it.
      posix_spawn_file_actions_adddup2(&actions.value, ends[0], STDIN_FILENO)
      posix_spawn_file_actions_addclose(&actions.value, ends[0])
      posix_spawn_file_actions_addclose(&actions.value, ends[1])
    }
    var attributes = Attributes()
    let start = ContinuousClock.now
    running.add(1, ordering: .relaxed)
    defer {
      running.subtract(1, ordering: .relaxed)
      nanoseconds.add(Int64((ContinuousClock.now - start) / .nanoseconds(1)), ordering: .relaxed)
    }
    let words = ["sh", "-c", command, "sh"] + arguments
    var child = pid_t()
    let argv = words.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    let code = posix_spawn(&child, "/bin/sh", &actions.value, &attributes.value, argv, environ)
    if input != nil { close(ends[0]) }
    if code == 0, let input { feed(input, to: ends[1]) }
    if input != nil { close(ends[1]) }
    guard code == 0 else { return nil }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { return nil } }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  /// A pager that is left early stops reading; that is expected.
  private static func feed(_ text: String, to end: Int32) {
    let before = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, before) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(end, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }

  private struct FileActions: ~Copyable {
    #if canImport(Darwin)
      var value: posix_spawn_file_actions_t? = nil
    #else
      var value = posix_spawn_file_actions_t()
    #endif
    init() { posix_spawn_file_actions_init(&value) }
    deinit {
      var value = value
      posix_spawn_file_actions_destroy(&value)
    }
  }

  /// The shell ignores signals that its children should heed.
  private struct Attributes: ~Copyable {
    #if canImport(Darwin)
      var value: posix_spawnattr_t? = nil
    #else
      var value = posix_spawnattr_t()
    #endif
    init() {
      posix_spawnattr_init(&value)
      var defaults = sigset_t()
      var unblocked = sigset_t()
      sigemptyset(&defaults)
      sigemptyset(&unblocked)
      for number in [SIGINT, SIGQUIT, SIGPIPE, SIGTSTP, SIGXFSZ] { sigaddset(&defaults, number) }
      posix_spawnattr_setsigdefault(&value, &defaults)
      // Threads of a pool have signals blocked, which a child would inherit.
      posix_spawnattr_setsigmask(&value, &unblocked)
      posix_spawnattr_setflags(&value, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    }
    deinit {
      var value = value
      posix_spawnattr_destroy(&value)
    }
  }
}
