import DurableFiles
import GroundswellEngine
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Shows what a session gives: outputs on standard output, failures and progress on standard error.
final class Terminal: Sendable {
  private let format: TableFormat
  private let isColoured: Bool
  private let progress = Mutex(ProgressLine())
  private let showsProgress = isatty(STDERR_FILENO) == 1

  init(format: TableFormat, noColor: Bool) {
    self.format = format
    isColoured = !noColor && getenv("NO_COLOR") == nil && isatty(STDERR_FILENO) == 1
  }

  func show(_ output: Output) {
    clearProgress()
    switch (output, format) {
    case (.table(let table), _), (.status(let table, _), _):
      let text = format.render(table)
      // No rows are no lines of JSON, and not an empty one.
      if !text.isEmpty { write(text + "\n", to: STDOUT_FILENO) }
    case (.plot(let plot, let style), .table):
      write(style.render(plot, columns: Self.columns) + "\n", to: STDOUT_FILENO)
    case (_, .table): write(output.plainText + "\n", to: STDOUT_FILENO)
    // Other programs read the tables; what is for people goes aside.
    default: write(output.plainText + "\n", to: STDERR_FILENO)
    }
  }

  /// Shows what a query in the background has to say.
  func show(message: String) {
    clearProgress()
    write(message + "\n", to: STDERR_FILENO)
  }

  /// Writes a line to standard output as it is.
  func show(line: String) { write(line + "\n", to: STDOUT_FILENO) }

  /// How wide the terminal is; 80 where output is none.
  private static var columns: Int {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  func show(failure: String) {
    clearProgress()
    guard isColoured else { return write(failure + "\n", to: STDERR_FILENO) }
    let lines = failure.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = lines.count > 1 ? "\n\(lines[1])" : ""
    write("\u{1B}[31m\(lines[0])\u{1B}[0m\(rest)\n", to: STDERR_FILENO)
  }

  /// Shows how far the work is, once it has gone on for a second.
  func show(_ progress: Progress) {
    guard showsProgress else { return }
    let line = self.progress.withLock { $0.line(for: progress) }
    if let line { write("\r\u{1B}[K" + line, to: STDERR_FILENO) }
  }

  /// Takes the progress line off the screen; the next one begins a new count.
  func clearProgress() {
    let wasShown = progress.withLock { line in
      defer { line = ProgressLine() }
      return line.isShown
    }
    if wasShown { write("\r\u{1B}[K", to: STDERR_FILENO) }
  }
}

/// Counts with rate and time left, a few times a second.
private struct ProgressLine {
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  var isShown: Bool { last != nil }

  mutating func line(for progress: Progress) -> String? {
    let now = ContinuousClock.now
    guard now - start > .seconds(1), last.map({ now - $0 > .milliseconds(200) }) ?? true else { return nil }
    last = now
    let seconds = (now - start) / .seconds(1)
    let rate = Double(progress.done) / seconds
    var line = "\(counted(progress.done)) \(progress.what), \(counted(Int64(rate))) a second"
    if let total = progress.total, rate > 0, total >= progress.done {
      line += ", \(Int(Double(total - progress.done) / rate + 0.5)) s left"
    }
    return line
  }

  private func counted(_ number: Int64) -> String {
    number >= 10_000_000 ? "\(number / 1_000_000) M" : number >= 10_000 ? "\(number / 1_000) k" : "\(number)"
  }
}

/// Writes at once, without a buffer, so that outputs and errors stand in the order in which they came.
private func write(_ text: String, to descriptor: Int32) {
  let bytes = Array(text.utf8)
  do {
    try DurableFiles.append(bytes, to: descriptor, path: "standard output")
  } catch  where descriptor == STDOUT_FILENO {
    // Work whose results nobody can see should not look as if it had gone well.
    write("\(error)\n", to: STDERR_FILENO)
    exit(1)
  } catch {
    // Nothing is left to do where even the error cannot be written.
  }
}
