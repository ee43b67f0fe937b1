#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A call that the file system refused.
package struct FileError: Error, Hashable, CustomStringConvertible {
  /// What was tried: `read`, `write`, `create the folder`.
  package let action: String
  /// The path that was tried.
  package let path: String
  /// The system's error number.
  package let code: Int32

  /// - Parameter code: (default: the system's last error number of this thread)
  package init(_ action: String, _ path: String, code: Int32 = errno) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// A link in a path that must not have one.
  static func link(_ action: String, _ path: String) -> FileError { FileError(action, path, code: ELOOP) }

  /// Whether nothing has that path.
  package var isMissing: Bool { code == ENOENT }

  /// Whether the path is a link, which is not followed.
  package var isLink: Bool { code == ELOOP }

  /// Whether the system ran out of watches, descriptors, memory or room on the disk.
  package var isExhausted: Bool { [ENOSPC, EMFILE, ENFILE, ENOMEM].contains(code) }

  /// The system's words for the error.
  package var reason: String { String(cString: strerror(code)) }

  /// The problem, in one line.
  package var description: String { "cannot \(action) \(path): \(isLink ? "it is a link" : reason)" }
}
