import Dispatch
import GroundswellEngine
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The conversation at a terminal: reads cells, runs them, shows what they give.
struct Prompt {
  private let session: Session
  private let terminal: Terminal
  private let editor: LineEditor
  private let names: Names

  /// Nil where standard input or output is no terminal.
  init?(session: Session, terminal: Terminal) {
    let names = Names()
    let complete: LineEditor.Completer = { line, cursor in
      let before = String(line.utf8.prefix(cursor)) ?? ""
      let completion = WordCompletion((names.begun + [before]).joined(separator: " "), names: names.current)
      return LineEditor.Completion(
        wordStart: cursor - completion.word.utf8.count, candidates: completion.candidates)
    }
    guard let editor = LineEditor(historyPath: HistoryFile.defaultPath, completer: complete) else { return nil }
    self.session = session
    self.terminal = terminal
    self.editor = editor
    self.names = names
  }

  /// Runs until Ctrl-D at an empty prompt.
  func run() async {
    let interruption = Interruption()
    // What queries in the background have to say stands above the prompt, and leaves the typed line as it is.
    await session.listen(
      outputs: { [terminal] in terminal.show($0) }, progress: { [terminal] in terminal.show($0) },
      messages: { [editor] in editor.print(above: $0) })
    var lines: [String] = []
    while true {
      names.current = await session.names
      names.begun = lines
      let number = await session.nextCellNumber
      interruption.wait()
      switch await editor.readLine(prompt: lines.isEmpty ? "[\(number)]> " : "  ...> ") {
      case .endOfFile: return
      case .interrupted: lines = []
      case .line(let line):
        lines.append(line)
        let cell = Cell(lines.joined(separator: "\n"))
        guard cell.isComplete else { continue }
        lines = []
        guard cell.text.contains(where: { !$0.isWhitespace }) else { continue }
        await editor.addToHistory(Secrets.masked(cell.text))
        let running = Task { await session.runAndKeep(cell) }
        interruption.whenPressed { running.cancel() }
        let result = await running.value
        terminal.clearProgress()
        if let failure = result.failure { terminal.show(failure: failure) }
      }
    }
  }
}

/// Ctrl-C while a cell runs: cancels the cell, not the shell.
private final class Interruption: Sendable {
  private enum State {
    case waiting
    /// Pressed behind the line's end and before the cell began.
    case interrupted
    case running(cancel: @Sendable () -> Void)
  }

  private let state = Mutex(State.waiting)
  // Set up once and cancelled once, by the one that owns this.
  nonisolated(unsafe) private let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())

  init() {
    // The source sees the signal; without this its default action would end the program as well.
    signal(SIGINT, SIG_IGN)
    source.setEventHandler { [weak self] in
      self?.state.withLock { state in
        if case .running(let cancel) = state { cancel() } else { state = .interrupted }
      }
    }
    source.resume()
  }

  deinit { source.cancel() }

  /// Forgets what was pressed before.
  func wait() { state.withLock { $0 = .waiting } }

  func whenPressed(_ cancel: @escaping @Sendable () -> Void) {
    state.withLock { state in
      if case .interrupted = state { cancel() }
      state = .running(cancel: cancel)
    }
  }
}

/// What the session knows by name, as it was before the line that is being typed, and the cell's lines before that.
private final class Names: Sendable {
  private let state = Mutex((names: SessionNames(), begun: [String]()))

  var current: SessionNames {
    get { state.withLock { $0.names } }
    set { state.withLock { $0.names = newValue } }
  }

  var begun: [String] {
    get { state.withLock { $0.begun } }
    set { state.withLock { $0.begun = newValue } }
  }
}
