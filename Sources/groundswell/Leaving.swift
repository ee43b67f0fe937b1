import ArgumentParser
import CLineEditor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ends the program, with the terminal as it was found.
///
/// The exit handlers of C libraries do not run: OpenSSL's frees what a thread of librdkafka, which is just ending a connection, still
/// uses. Nothing of ours is done by such handlers, and nothing of ours waits in a buffer.
func leave(_ status: Int32) -> Never {
  line_editor_restore_terminal()
  _exit(status)
}

extension ParsableCommand {
  /// Ends the program as an error of this command wants it: with help, a version or what is wrong with the words.
  static func leave(after error: any Error) -> Never {
    let (status, message) = (exitCode(for: error), fullMessage(for: error))
    if !message.isEmpty { Screen.write(message + "\n", to: status.isSuccess ? .output : .error) }
    groundswell.leave(status.rawValue)
  }
}
