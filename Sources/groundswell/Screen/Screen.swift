import DurableFiles
import GroundswellEngine
import NotebookFormat
import Wording

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The way to standard output and standard error: the program writes to neither past it, but for the line editor's drawing.
///
/// A text comes from anywhere, from events, files, servers, arguments: what in it would steer a terminal, or hide in it, stands as a
/// picture. Colours and movements of the cursor are the program's own, and are added behind that.
enum Screen {
  enum Stream: Int32 {
    case output = 1
    case error = 2

    var isTerminal: Bool { isatty(rawValue) == 1 }
  }

  /// Of what is written to a terminal longer lines are cut, in Unicode scalars.
  private static let longestLine = 10_000

  /// Writes at once, without a buffer, so that outputs and errors stand in the order in which they came.
  ///
  /// - Parameters:
  ///   - isData: whether other programs read it, byte for byte, unless it goes to a terminal.
  ///   - style: adds what steers the terminal.
  static func write(
    _ text: String, to stream: Stream, isData: Bool = false, style: (String) -> String = { $0 }
  ) {
    if isData, !stream.isTerminal { return raw(text, to: stream) }
    raw(style(safe(text, cutting: stream.isTerminal && !isData)), to: stream)
  }

  /// A text that is safe to be shown on a terminal by whoever shows it.
  static func safe(_ text: String, cutting: Bool = true) -> String {
    let text = harmless(text)
    guard cutting, text.utf8.count > longestLine else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { shortened(String($0), to: longestLine) }
      .joined(separator: "\n")
  }

  /// Moves the cursor, takes lines away.
  static func steer(_ sequence: String, _ stream: Stream) { raw(sequence, to: stream) }

  private static func raw(_ text: String, to stream: Stream) {
    do {
      try DurableFiles.append(Array(text.utf8), to: stream.rawValue, path: "standard output")
    } catch  where stream == .output {
      // Work whose results nobody can see should not look as if it had gone well.
      write(sentences(for: error) + "\n", to: .error)
      endProgram(1)
    } catch {
      // Nothing is left to do where even the error cannot be written.
    }
  }
}
