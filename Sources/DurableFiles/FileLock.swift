import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The right to write what lies beside a lock file, held until the value is gone: an advisory lock, which the system takes back
/// from a dead process. The file says who holds it, for the other's error message.
package final class FileLock: Sendable {
  private let descriptor: Int32
  private let isHeld = Mutex(true)

  /// Somebody has it.
  package struct Held: Error {
    /// `groundswell (process 4711)`.
    package let holder: String
  }

  /// - Throws: ``Held``, `FileError`.
  package init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError("write", path) }
    do {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        guard errno == EWOULDBLOCK else { throw FileError("lock", path) }
        let holder = String(decoding: try DurableFiles.read(path).prefix(200), as: UTF8.self)
        throw Held(holder: holder.isEmpty ? "another process" : holder)
      }
      guard ftruncate(descriptor, 0) == 0 else { throw FileError("write", path) }
      let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "a process"
      try DurableFiles.append(Array("\(name) (process \(getpid()))".utf8), to: descriptor, path: path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { release() }

  /// Gives the right back, once, before the value is gone.
  package func release() {
    isHeld.withLock { isHeld in
      if isHeld { close(descriptor) }
      isHeld = false
    }
  }
}
