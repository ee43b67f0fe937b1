import DurableFiles
import GroundswellEngine
import NotebookFormat
import Synchronization
import Wording
import Rendering

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Shows what a session gives: outputs on standard output, failures and progress on standard error.
final class Terminal: Sendable {
  private struct State {
    var settings = Settings()
    var progress = ProgressLine()
    /// The widths of the lines above the cursor that are replaced by what is shown next.
    var liveWidths: [Int] = []
    var liveOutputs: [Output] = []
    /// Prints above the prompt; nil if no person sits before it, at a prompt.
    var printAbovePrompt: (@Sendable (String) -> Void)?
    var isConversation: Bool { printAbovePrompt != nil }
  }

  private let noColor: Bool
  private let state = Mutex(State())
  private let showsProgress = isatty(STDERR_FILENO) == 1
  private let isScreen = isatty(STDOUT_FILENO) == 1

  init(noColor: Bool) {
    self.noColor = noColor || UserFolders.environment("NO_COLOR") != nil || UserFolders.environment("TERM") == "dumb"
  }

  /// - Parameter printAbovePrompt: prints a message above the prompt, and leaves the typed line as it is.
  func beginConversation(_ printAbovePrompt: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.printAbovePrompt = printAbovePrompt }
  }

  /// Shows what a session tells.
  func show(_ event: SessionEvent) {
    switch event {
    case .output(let output): show(output)
    case .live(let outputs): if state.withLock({ $0.isConversation }) { show(live: outputs) }
    case .progress(let progress): show(progress)
    case .message(let message): show(message: message)
    case .settings(let settings): state.withLock { $0.settings = settings }
    case .cellBegan, .cellEnded: break
    }
  }

  /// Whether results are followed by a line of rows, time and source.
  var showsTiming: Bool { state.withLock { $0.settings.showsTiming } }

  // MARK: Outputs

  func show(_ output: Output) {
    clearProgress()
    let (settings, isConversation) = state.withLock { ($0.settings, $0.isConversation) }
    let text = drawn(output, on: display)
    switch output {
    case .table, .listing, .status:
      // A table without rows prints nothing, not an empty line.
      if !text.isEmpty { put(text, isConversation && settings.usesPager, isData: settings.format.isData) }
    case .text, .aside, .picture, .comparison:
      guard settings.format == .table || isConversation else {
        // Other programs read the tables; what is for people goes aside.
        return Screen.write(output.plainText + "\n", to: .error)
      }
      put(text, isConversation && settings.usesPager)
    }
  }

  /// Shows outputs in place of those that this showed before; on a screen only.
  func show(live outputs: [Output]) {
    guard isScreen, !noEscapes else { return }
    clearProgress()
    let display = display
    let room = (display.rows ?? 24) - 1
    let lines = outputs.flatMap { output in
      Screen.safe(output.rendered(on: display)).split(separator: "\n", omittingEmptySubsequences: false).map {
        clipped(String($0), to: display.columns ?? 80)
      }
    }.suffix(room)
    state.withLock { state in
      state.liveWidths = lines.map { displayWidth($0) }
      state.liveOutputs = outputs
    }
    Screen.write(lines.joined(separator: "\n") + "\n", to: .output, style: coloured)
  }

  /// Lets somebody else write, and draws again below what was shown live.
  func interject(_ body: () -> Void) {
    let outputs = state.withLock { $0.liveOutputs }
    clearProgress()
    body()
    if !outputs.isEmpty { show(live: outputs) }
  }

  /// An output's text in characters that this screen knows.
  private func drawn(_ output: Output, on display: Display) -> String {
    let text = output.rendered(on: display)
    return isScreen && display.ascii ? plainCharacters(text) : text
  }

  /// What is longer than the screen goes through the pager.
  private func put(_ text: String, _ pages: Bool, isData: Bool = false) {
    if pages, isScreen, !noEscapes, isLongerThanScreen(text) {
      // Ctrl-C is the pager's: without the trap its shell would end of it. 126 and 127 say that there is no such pager.
      if let status = ChildProcess.run(
        "trap : INT; \(Self.pager)", input: coloured(Screen.safe(text, cutting: !isData)) + "\n"),
        ![126, 127].contains(status)
      {
        return
      }
    }
    Screen.write(text + "\n", to: .output, isData: isData, style: coloured)
  }

  private func isLongerThanScreen(_ text: String) -> Bool {
    let size = Self.size
    var rows = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      rows += max(1, (displayWidth(String(line)) + size.columns - 1) / size.columns)
      if rows >= size.rows { return true }
    }
    return false
  }

  /// less keeps colours and what was seen on the screen, and ends by itself where all fits.
  private static var pager: String {
    if let pager = UserFolders.environment("PAGER") { return pager }
    return "if command -v less >/dev/null 2>&1; then LESS=\"${LESS:-FRX}\" less; else cat; fi"
  }

  /// What there is to draw on: of a screen its size, of anything else no end.
  private var display: Display {
    let settings = state.withLock { $0.settings }
    guard isScreen else { return Display(ascii: settings.ascii ?? false, format: settings.format) }
    let size = Self.size
    let rows = state.withLock { $0.isConversation } ? size.rows : nil
    return Display(
      columns: size.columns, rows: rows, ascii: settings.ascii ?? !Self.isUnicode, format: settings.format)
  }

  /// Whether the terminal draws UTF-8, as its locale says.
  private static var isUnicode: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(UserFolders.environment).first ?? ""
    return locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
  }

  /// How wide the screen is.
  var columns: Int { Self.size.columns }

  /// The size of the screen (default: 80 by 24).
  private static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
  }

  /// Anomalies in red.
  private func coloured(_ text: String) -> String {
    guard isScreen, !noColor, text.contains("●") else { return text }
    return text.split(separator: "●", omittingEmptySubsequences: false).joined(separator: "\u{1B}[31m●\u{1B}[0m")
  }

  /// Shows what a query in the background has to say.
  private func show(message: String) {
    if let print = state.withLock({ $0.printAbovePrompt }) { return interject { print(message) } }
    clearProgress()
    Screen.write(message + "\n", to: .error)
  }

  /// Writes a line to standard output.
  ///
  /// - Parameter isData: whether other programs read it, byte for byte.
  func show(line: String, isData: Bool = false) { Screen.write(line + "\n", to: .output, isData: isData) }

  /// Writes what there is to read before a cell, to a screen.
  func show(words: String) { Screen.write((display.ascii ? plainCharacters(words) : words) + "\n", to: .output) }

  /// A line about what stands above it.
  func show(remark: String) {
    clearProgress()
    let remark = display.ascii ? plainCharacters(remark) : remark
    Screen.write(remark, to: .output) { (noColor ? $0 : "\u{1B}[2m\($0)\u{1B}[0m") + "\n" }
  }

  func show(failure: String, at place: FaultPlace? = nil) {
    clearProgress()
    let isTerminal = Screen.Stream.error.isTerminal
    var lines = failure.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let mark = place?.rendered { lines.insert(mark, at: 1) }
    let text = lines.joined(separator: "\n") + "\n"
    Screen.write(isTerminal && display.ascii ? plainCharacters(text) : text, to: .error) { text in
      guard isTerminal, !noColor, let end = text.firstIndex(of: "\n") else { return text }
      return "\u{1B}[31m\(text[..<end])\u{1B}[0m\(text[end...])"
    }
  }

  // MARK: Progress

  /// Shows how far the work is, once it has gone on for a second.
  func show(_ progress: Progress) {
    guard showsProgress, !noEscapes else { return }
    let line = state.withLock { $0.progress.line(for: progress) }
    if let line { show(progress: line) }
  }

  /// In the last row alone.
  private func show(progress line: String) {
    Screen.write(clipped(visible(line, lineEnd: " "), to: Self.size.columns - 1), to: .error) { "\r\u{1B}[K" + $0 }
  }

  /// Runs work, and says every now and then that it goes on where nothing else does.
  func waiting<Value>(for work: () async -> Value) async -> Value {
    state.withLock { $0.progress = ProgressLine() }
    let ticking = Task { [self] in
      var columns = Self.size.columns
      while true {
        try await Task.sleep(for: .milliseconds(250))
        let live = state.withLock { $0.liveOutputs }
        guard live.isEmpty else {
          // A new width is drawn anew.
          if Self.size.columns != columns { show(live: live) }
          columns = Self.size.columns
          continue
        }
        guard showsProgress, !noEscapes, !ChildProcess.hasTerminal else { continue }
        let line = state.withLock { $0.progress.idleLine() }
        if let line { show(progress: line) }
      }
    }
    defer { ticking.cancel() }
    return await work()
  }

  private var noEscapes: Bool { UserFolders.environment("TERM") == "dumb" }

  /// Takes the progress line and what was shown live off the screen.
  func clearProgress() {
    let (wasShown, live) = state.withLock { state in
      defer {
        state.progress.hide()
        state.liveWidths = []
        state.liveOutputs = []
      }
      return (state.progress.isShown, state.liveWidths)
    }
    if wasShown { Screen.steer("\r\u{1B}[K", .error) }
    // In a window that has become narrower, a line takes several rows.
    let columns = Self.size.columns
    let rows = live.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    if rows > 0 { Screen.steer("\u{1B}[\(rows)A\r\u{1B}[J", .output) }
  }
}

/// Counts with rate and time left, a few times a second.
private struct ProgressLine {
  private var start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var what = ""
  /// What is waited for, until something goes on.
  private var notice: String?
  var isShown: Bool { last != nil }

  mutating func hide() { last = nil }

  mutating func line(for progress: Progress) -> String? {
    if progress.isNotice {
      notice = progress.what
      last = .now
      return notice
    }
    if progress.done > 0 { notice = nil }
    // Other work has another rate.
    if progress.what != what {
      if !what.isEmpty { start = .now }
      what = progress.what
    }
    guard let seconds = due(after: .milliseconds(200)) else { return nil }
    guard progress.done > 0 else { return "\(progress.what), \(Int(seconds)) s" }
    let rate = Double(progress.done) / seconds
    var line = "\(counted(progress.done)) \(progress.what), \(counted(Int64(rate))) a second"
    if let share = progress.share, share > 0 {
      line += ", \(Int(share * 100)) %, \(Int(seconds * (1 - share) / share + 0.5)) s left"
    }
    return line
  }

  mutating func idleLine() -> String? {
    // What is counted says more.
    due(after: .seconds(1)).map { (notice ?? "working, \(Int($0)) s") + "; Ctrl-C stops it" }
  }

  /// For how many seconds work has gone on, where it is time to say so.
  private mutating func due(after pause: Duration) -> Double? {
    let now = ContinuousClock.now
    guard now - start > .seconds(1), last.map({ now - $0 > pause }) ?? true else { return nil }
    last = now
    return (now - start) / .seconds(1)
  }

  private func counted(_ number: Int64) -> String {
    number >= 10_000_000 ? "\(number / 1_000_000) M" : number >= 10_000 ? "\(number / 1_000) k" : "\(number)"
  }
}
