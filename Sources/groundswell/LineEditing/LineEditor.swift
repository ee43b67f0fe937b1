import BlockingWork
import CLineEditor
import NotebookFormat
import Synchronization
import Wording

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads cells from the terminal, with editing, completion and history. The only door to libedit.
///
/// libedit is not made for threads: the actor calls it on a queue of its own, where waiting for a line blocks no thread of
/// the pool. libedit calls back within that call, on the same queue, which
/// `assumeIsolated` checks. Messages of running queries come from anywhere, through a lock.
actor LineEditor {
  /// The answer to a prompt.
  enum Input: Hashable, Sendable {
    /// One or several lines, without the end of the last.
    case line(String)
    /// Ctrl-C: the typed line is discarded; whether it was empty.
    case interrupted(atEmptyPrompt: Bool)
    /// Ctrl-D on an empty line, or the terminal is gone.
    case endOfFile
  }

  /// What a word could become.
  struct Completion: Hashable, Sendable {
    /// Where the word begins, in UTF-8 bytes from the start of the line; it ends at the cursor.
    var wordStart: Int
    /// Whole words to put in its place, in the order in which they are listed. A single one is followed by a blank
    /// unless it ends in `/` or `=`, where typing goes on.
    var candidates: [String]
  }

  /// The words at a place of a line; the offset is that of the cursor, in UTF-8 bytes. Called on the editor's queue
  /// while the user waits.
  typealias Completer = @Sendable (_ line: String, _ cursorUTF8Offset: Int) -> Completion
  /// Whether Enter after a text ends the cell.
  typealias Ending = @Sendable (_ text: String) -> Bool

  private struct Messages {
    var isReading = false
    var waiting: [String] = []
  }

  private let executor = BlockingExecutor("line editor")
  private let handle: Handle
  private let completer: Completer
  private let ending: Ending
  private var readsCell = true
  private let messages = Mutex(Messages())
  private var historyFile: HistoryFile?
  /// The entries that Up recalls, oldest first.
  private var own: [String] = []

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - historyPath: where entries are kept from session to session; made with its folders if missing. nil keeps none.
  ///   - ending: asked when Enter is typed.
  ///   - completer: asked when Tab is typed.
  /// - Returns: nil unless both standard input and output are a terminal.
  init?(historyPath: String?, ending: @escaping Ending, completer: @escaping Completer) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, let handle = Handle() else { return nil }
    self.handle = handle
    self.completer = completer
    self.ending = ending
    historyFile = historyPath.map(HistoryFile.init(path:))
  }

  /// Waits for a line.
  ///
  /// - Parameters:
  ///   - prompt: may hold ANSI colours; stays on one row.
  ///   - initial: the line's text at first, for the user to change.
  ///   - isCell: whether Enter may begin another line; if not, it ends the input.
  func readLine(prompt: String, initial: String = "", isCell: Bool = true) -> Input {
    readsCell = isCell
    loadHistory()
    let earlier = messages.withLock { messages in
      messages.isReading = true
      defer { messages.waiting = [] }
      return messages.waiting
    }
    earlier.forEach(Self.write)
    defer {
      let late = messages.withLock { messages in
        messages.isReading = false
        defer { messages.waiting = [] }
        return messages.waiting
      }
      late.forEach(Self.write)
    }
    return handle.read(for: self, prompt: Self.markingEscapes(in: prompt), initial: harmless(initial))
  }

  /// Keeps a cell, as one entry however many lines it has, for Up and Ctrl-R, here and in later sessions. A cell that
  /// begins with a blank, or that repeats the last one, is not kept.
  func addToHistory(_ cell: String) {
    loadHistory()
    let entry = String(cell.withoutLineEnds)
    guard let first = entry.first, !first.isWhitespace, entry != own.last else { return }
    remember(entry)
    withHistoryFile { file throws(HistoryFile.Failure) in try file.append(entry) }
  }

  /// The entries of this and other sessions, oldest first.
  func history() -> [String] {
    var entries: [String]?
    withHistoryFile { file throws(HistoryFile.Failure) in entries = try file.entries() }
    return entries ?? own
  }

  /// Discards text that was pasted after the end of the last cell.
  func forgetPaste() { handle.forgetPaste() }

  /// Shows a message above the prompt, leaving what is being typed as it is; without a prompt, it is printed.
  nonisolated func print(above message: String) {
    let message = Screen.safe(message)
    let text = message.last?.isNewline == true ? message : message + "\n"
    messages.withLock { messages in
      if messages.isReading {
        messages.waiting.append(text)
        handle.wake()
      } else if ChildProcess.hasTerminal {
        // Shown at the next prompt: an editor or a pager has the screen.
        messages.waiting.append(text)
      } else {
        Self.write(text)
      }
    }
  }

  private static func write(_ text: String) {
    Swift.print(text, terminator: "")
    fflush(nil)
  }

  func showMessages() {
    let waiting = messages.withLock { messages in
      defer { messages.waiting = [] }
      return messages.waiting
    }
    if !waiting.isEmpty { handle.print(above: waiting.joined()) }
  }

  // MARK: History

  private var isHistoryLoaded = false

  private func loadHistory() {
    guard !isHistoryLoaded else { return }
    isHistoryLoaded = true
    withHistoryFile { file throws(HistoryFile.Failure) in try file.entries().forEach(remember) }
  }

  private func remember(_ entry: String) {
    handle.remember(harmless(entry))
    own.append(entry)
  }

  /// After an error, which is reported once, the history is kept in memory alone.
  private func withHistoryFile(_ act: (HistoryFile) throws(HistoryFile.Failure) -> Void) {
    guard let file = historyFile else { return }
    do {
      try act(file)
    } catch {
      historyFile = nil
      print(above: error.description)
    }
  }

  func isComplete() -> Bool { !readsCell || ending(String(decoding: handle.line.bytes, as: UTF8.self)) }

  // MARK: Completion

  /// Completes as far as the candidates agree; lists them if that adds nothing to the typed word.
  func complete() -> Bool {
    let (line, cursor) = handle.line
    let completion = completer(String(decoding: line, as: UTF8.self), cursor)
    guard (0...cursor).contains(completion.wordStart), let first = completion.candidates.first else { return false }
    let word = String(decoding: line[completion.wordStart..<cursor], as: UTF8.self)
    // Candidates with control or invisible characters are listed with these made visible, and not inserted.
    guard completion.candidates.allSatisfy({ visible($0, lineEnd: "⏎") == $0 }) else {
      handle.print(above: Self.columns(of: completion.candidates))
      return true
    }
    if completion.candidates.count == 1 {
      let ending = first.hasSuffix("/") || first.hasSuffix("=") ? "" : " "
      handle.replace(word, with: first + ending)
      return true
    }
    let shared = completion.candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
    if shared.count > word.count {
      handle.replace(word, with: shared)
    } else {
      handle.print(above: Self.columns(of: completion.candidates))
    }
    return true
  }

  private static let listedCandidates = 200
  /// The list leaves room on the screen for the typed line and some lines above it.
  private static var listedRows: Int { max(4, Int(line_editor_rows()) / 2) }

  /// Down the columns, as other shells list.
  private static func columns(of words: [String]) -> String {
    let words = words.map { visible($0, lineEnd: "⏎") }
    let widest = words.prefix(listedCandidates).map { Int(line_editor_width($0)) }.max() ?? 0
    let listed = words.prefix(min(listedCandidates, listedRows * max(1, Int(line_editor_columns()) / (widest + 2))))
    let widths = listed.map { Int(line_editor_width($0)) }
    let columnWidth = (widths.max() ?? 0) + 2
    let columnCount = max(1, Int(line_editor_columns()) / columnWidth)
    let rowCount = (listed.count + columnCount - 1) / columnCount
    var text = ""
    for row in 0..<rowCount {
      for index in stride(from: row, to: listed.count, by: rowCount) {
        text += listed[index]
        let isLast = index + rowCount >= listed.count
        text += isLast ? "\n" : String(repeating: " ", count: columnWidth - widths[index])
      }
    }
    return words.count > listed.count ? text + "… and \(words.count - listed.count) more\n" : text
  }

  /// Puts colours between two marks, so that libedit does not count them as columns.
  private static func markingEscapes(in prompt: String) -> String {
    var marked = String.UnicodeScalarView()
    var isEscape = false
    for scalar in prompt.unicodeScalars {
      if scalar == "\u{1B}" {
        isEscape = true
        marked.append("\u{1}")
      }
      marked.append(scalar)
      if isEscape, scalar != "[", (0x40...0x7E).contains(scalar.value) {
        isEscape = false
        marked.append("\u{1}")
      }
    }
    return String(marked)
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
