import ArgumentParser
import CLineEditor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ends the program, after restoring the terminal.
///
/// The exit handlers of C libraries do not run: OpenSSL's frees memory that a thread of librdkafka still uses while it ends a
/// connection. The program itself has no exit handlers and no buffered output.
func endProgram(_ status: Int32) -> Never {
  line_editor_restore_terminal()
  _exit(status)
}

extension ParsableCommand {
  /// Ends the program after an error of this command's words, or a request for help or the version, and prints its message.
  static func endProgram(after error: any Error) -> Never {
    let (status, message) = (exitCode(for: error), fullMessage(for: error))
    if !message.isEmpty { Screen.write(message + "\n", to: status.isSuccess ? .output : .error) }
    groundswell.endProgram(status.rawValue)
  }
}
