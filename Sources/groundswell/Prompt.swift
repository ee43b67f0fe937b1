import Dispatch
import DurableFiles
import GroundswellEngine
import Synchronization
import Wording
import Rendering

/// The conversation at a terminal: reads cells, runs them, shows what they give.
struct Prompt {
  private let session: Session
  private let terminal: Terminal
  private let editor: LineEditor
  private let interruption = Interruption.shared
  private let typed: TypedLines

  /// Nil unless standard input and output are a terminal.
  init?(session: Session, terminal: Terminal) {
    let typed = TypedLines()
    let complete: LineEditor.Completer = { line, cursor in
      let before = String(line.utf8.prefix(cursor)) ?? ""
      // Asked for only now: between two keys nothing else keeps the session busy.
      let completion = WordCompletion((typed.lines + [before]).joined(separator: "\n"), names: names(in: session))
      return LineEditor.Completion(
        wordStart: cursor - completion.word.utf8.count, candidates: completion.candidates)
    }
    let ending: LineEditor.Ending = { text in Cell((typed.lines + [text, ""]).joined(separator: "\n")).isComplete }
    guard let editor = LineEditor(historyPath: UserFolders.history, ending: ending, completer: complete) else {
      return nil
    }
    self.session = session
    self.terminal = terminal
    self.editor = editor
    self.typed = typed
  }

  /// Runs until Ctrl-D at an empty prompt, or `quit`.
  ///
  /// - Parameters:
  ///   - startup: the cells to run first.
  ///   - opening: a command to begin with, in place of the greeting.
  /// - Returns: false where that failed.
  @discardableResult
  func run(startup: String?, opening: [String]? = nil) async -> Bool {
    // Messages of queries in the background stand above the prompt, and leave the typed line as it is.
    terminal.beginConversation { [editor] in editor.print(above: $0) }
    await session.attach(PromptConsole(editor: editor))
    if let startup { await start(startup) }
    if let opening {
      guard await open(opening) else { return false }
    } else {
      await greet()
    }
    var (interruptions, shownStep) = (0, -1)
    while true {
      if let tour = await session.tour {
        if tour.index != shownStep { show(tour) }
        shownStep = tour.index
        if tour.step == nil {
          await session.endTour()
          continue
        }
      } else {
        shownStep = -1
      }
      interruption.wait()
      let input = await editor.readLine(prompt: await prompt)
      if case .interrupted(atEmptyPrompt: true) = input, typed.lines.isEmpty {
        interruptions += 1
      } else {
        interruptions = 0
      }
      switch input {
      case .endOfFile:
        if await mayLeave() { return true }
      case .interrupted:
        typed.lines = []
        if interruptions == 2 { terminal.show(remark: "Ctrl-D or quit leaves") }
      case .line(let line):
        typed.lines.append(line)
        guard Cell((typed.lines + [""]).joined(separator: "\n")).isComplete else { continue }
        let cell = Cell(typed.lines.joined(separator: "\n"))
        typed.lines = []
        if let move = await answerOfTour(cell.text) {
          shownStep = move
          continue
        }
        guard cell.text.contains(where: { !$0.isWhitespace }) else { continue }
        if cell.isFarewell {
          if await mayLeave() { return true }
          continue
        }
        // What holds a secret is not kept, not even without it: it could not be run again.
        if session.secrets.masked(cell: cell.text) == cell.text { await editor.addToHistory(cell.text) }
        await run(cell)
      }
    }
  }

  private var prompt: String {
    get async {
      guard typed.lines.isEmpty else { return "  ...> " }
      let number = await session.document.nextNumber
      if let tour = await session.tour { return "[\(number)] \(tour.index + 1)/\(tour.steps.count)> " }
      return "[\(number)]> "
    }
  }

  /// - Returns: whether the cell succeeded.
  @discardableResult
  private func run(_ cell: Cell, tags: [String] = []) async -> Bool {
    let (start, lent) = (ContinuousClock.now, ChildProcess.elapsed)
    let session = session
    let running = Task { await session.runAndKeep(cell, tags: tags) }
    interruption.whenPressed { running.cancel() }
    let result = await terminal.waiting { await running.value }
    terminal.clearProgress()
    if let failure = result.failure {
      terminal.show(failure: failure, at: result.place)
      // What was pasted behind a cell that was stopped is not wanted either.
      if running.isCancelled { await editor.forgetPaste() }
    } else if terminal.showsTiming, result.isWorthARemark {
      terminal.show(remark: remark(result, ContinuousClock.now - start - (ChildProcess.elapsed - lent)))
    }
    return result.failure == nil
  }

  /// `504 rows, 0.02 s, tweets (version 3)`
  private func remark(_ result: CellResult, _ elapsed: Duration) -> String {
    let seconds = elapsed / .seconds(1)
    let digits = seconds < 10 ? 2 : 0
    let time = digits == 0 ? "\(Int(seconds.rounded()))" : hundredths(seconds)
    return
      ((result.rowCount.map { ["\(grouped($0)) row\($0 == 1 ? "" : "s")"] } ?? []) + ["\(time) s"] + result.sources)
      .joined(separator: ", ")
  }

  private func hundredths(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  /// At the beginning: what there is, and for who is here for the first time, how to get somewhere.
  private func greet() async {
    terminal.show(
      line: "Groundswell \(Program.configuration.version): help lists the commands, Tab completes, Ctrl-D leaves.")
    guard (try? session.isNew) == true else { return }
    terminal.show(line: "A first look, line by line:")
    CommandList.firstLook.forEach { terminal.show(line: "  " + $0) }
  }

  /// Runs the cells of the startup file, which are none of the notebook's.
  private func start(_ path: String) async {
    do {
      let cell = Cell(String(decoding: try DurableFiles.read(path), as: UTF8.self))
      let session = session
      let running = Task { await session.run(cell) }
      interruption.whenPressed { running.cancel() }
      let result = await terminal.waiting { await running.value }
      terminal.clearProgress()
      if let failure = result.failure { terminal.show(failure: "\(path): \(failure)", at: result.place) }
    } catch {
      terminal.show(failure: sentences(for: error))
    }
  }

  private func open(_ words: [String]) async -> Bool {
    do {
      let result = try await session.run(words: words)
      if let failure = result.failure { terminal.show(failure: failure, at: result.place) }
      return result.failure == nil
    } catch {
      terminal.show(failure: sentences(for: error))
      return false
    }
  }

  /// Asks where leaving stops something.
  private func mayLeave() async -> Bool {
    let running = await session.runningQueries
    guard !running.isEmpty else { return true }
    let what =
      running.count == 1 ? "the query \(running[0]) runs" : "the queries \(running.joined(separator: ", ")) run"
    terminal.show(line: "\(what) and would stop; its checkpoint lets it go on later.")
    guard case .line(let answer) = await editor.readLine(prompt: "Leave? [y/N] ", isCell: false) else { return false }
    return ["y", "yes"].contains(answer.lowercased())
  }

  // MARK: Tours

  private func show(_ tour: Tour) {
    guard let step = tour.step else {
      if !tour.ending.isEmpty { terminal.show(words: "\n" + wrapped(tour.ending, to: terminal.columns)) }
      return terminal.show(remark: "The end of \(tour.name). The cells that ran are yours: cells, notebook save FILE.")
    }
    if !step.explanation.isEmpty { terminal.show(words: "\n" + wrapped(step.explanation, to: terminal.columns)) }
    terminal.show(line: "")
    if step.mayFail { terminal.show(remark: "This cell is meant to fail.") }
    for line in step.cell.split(separator: "\n", omittingEmptySubsequences: false) {
      terminal.show(line: "  │ \(line)")
    }
  }

  /// What an answer means to the tour that goes on; nil where it is a cell of the user's own.
  ///
  /// - Returns: the step that counts as shown, so that another is shown next.
  private func answerOfTour(_ text: String) async -> Int? {
    guard let tour = await session.tour, let step = tour.step else { return nil }
    switch text.trimmed {
    case "":
      let succeeded = await run(Cell(step.cell), tags: step.tags)
      if succeeded || step.mayFail {
        await session.moveTour { $0.goOn() }
      } else {
        terminal.show(remark: "Enter tries again, q leaves; or mend it with a cell of your own.")
        return tour.index
      }
    case "b": await session.moveTour { $0.goBack() }
    case "q": await session.endTour()
    default: return nil
    }
    return -1
  }
}

/// The person at the prompt, for cells that ask.
private struct PromptConsole: Console {
  let editor: LineEditor

  func edit(_ text: String) async throws -> String? { try await Editor.edit(text) }

  func history() async -> [String] { await editor.history() }

  var surroundings: [(name: String, value: String)] {
    [
      ("history", UserFolders.history ?? "none, since there is no home"),
      ("startup file", UserFolders.startup.map(Self.withPresence) ?? "none"),
      ("version", Program.configuration.version),
    ]
  }

  private static func withPresence(_ path: String) -> String {
    (try? DurableFiles.exists(path)) == false ? path + " (not there)" : path
  }
}

/// What the session knows by name, asked for on the editor's own thread, which may wait.
private func names(in session: Session) -> SessionNames {
  let answer = Mutex(SessionNames())
  let done = DispatchSemaphore(value: 0)
  Task {
    let names = await session.names
    answer.withLock { $0 = names }
    done.signal()
  }
  done.wait()
  return answer.withLock { $0 }
}

/// The earlier lines of an unfinished cell, on a terminal that can only print.
private final class TypedLines: Sendable {
  private let state = Mutex<[String]>([])

  var lines: [String] {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
