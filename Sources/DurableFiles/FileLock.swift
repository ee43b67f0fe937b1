#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The right to write the files beside a lock file, held until the value is released: an advisory lock, which the system releases for a
/// dead process. The lock file names the holder, for error messages.
package final class FileLock: Sendable {
  private let file: OpenFile

  /// Another process holds the lock.
  package struct Held: Error {
    /// `groundswell (process 4711)`.
    package let holder: String
  }

  /// - Throws: ``Held``, `FileError`; a link is not followed, since what it leads to would be emptied.
  package init(_ path: String) throws {
    file = try OpenFile(path, for: .updating, followingLink: false)
    guard try file.lock() else {
      let holder = String(decoding: try DurableFiles.read(path).prefix(200), as: UTF8.self)
      throw Held(holder: holder.isEmpty ? "another process" : holder)
    }
    try file.truncate(to: 0)
    let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "a process"
    try file.append(Array("\(name) (process \(getpid()))".utf8))
  }

  /// Releases the lock, once, before the value is released.
  package func release() { try? file.close() }
}
