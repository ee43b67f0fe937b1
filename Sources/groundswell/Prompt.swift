import Dispatch
import GroundswellEngine

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
  private let editor: LineEditor

  /// Nil where standard input or output is no terminal.
  init?(session: Session) {
    guard let editor = LineEditor(historyPath: HistoryFile.defaultPath, completer: complete) else { return nil }
    self.session = session
    self.editor = editor
  }

  /// Runs until Ctrl-D at an empty prompt.
  func run() async {
    let interruption = Interruption()
    var number = 1
    var lines: [String] = []
    while true {
      switch await editor.readLine(prompt: lines.isEmpty ? "[\(number)]> " : "  ...> ") {
      case .endOfFile: return
      case .interrupted: lines = []
      case .line(let line):
        lines.append(line)
        let cell = Cell(lines.joined(separator: "\n"))
        guard cell.isComplete else { continue }
        lines = []
        guard cell.text.contains(where: { !$0.isWhitespace }) else { continue }
        await editor.addToHistory(cell.text)
        let running = Task { await session.runAndKeep(cell) }
        interruption.onInterrupt { running.cancel() }
        show(await running.value)
        number += 1
      }
    }
  }
}

/// Ctrl-C while a cell runs: cancels the cell, not the shell.
private final class Interruption {
  private let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())

  init() {
    // The source sees the signal; without this its default action would end the program as well.
    signal(SIGINT, SIG_IGN)
    source.setEventHandler {}
    source.resume()
  }

  deinit { source.cancel() }

  func onInterrupt(_ act: @escaping @Sendable () -> Void) {
    source.setEventHandler(handler: act)
  }
}

/// Completes the first word of a line to a command or a word that begins SQL, and the word after `help` to a command.
@Sendable private func complete(_ line: String, cursor: Int) -> LineEditor.Completion {
  let before = line.utf8.prefix(cursor)
  let wordStart = before.lastIndex(of: UInt8(ascii: " ")).map { before.index(after: $0) } ?? before.startIndex
  let word = String(before[wordStart...]) ?? ""
  let words =
    switch (String(before[..<wordStart]) ?? "").filter({ $0 != " " }) {
    case "": CommandList.names + SQLKeyword.allCases.map(\.rawValue)
    case "help": CommandList.names
    default: [String]()
    }
  return LineEditor.Completion(
    wordStart: before.distance(from: before.startIndex, to: wordStart),
    candidates: words.filter { $0.hasPrefix(word) }.sorted())
}
