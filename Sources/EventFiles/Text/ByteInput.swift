import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file, a pipe or standard input, read from its beginning.
final class ByteInput {
  /// Thrown instead of waiting when a pipe pauses, or when the caller has held events for long enough.
  struct Pause: Error {}

  /// The path of standard input.
  static let standardInput = "-"

  private let path: String
  private let descriptor: Int32
  /// In bytes; nil for a pipe.
  private let size: Int?
  private var position = 0

  /// How long a pipe may give nothing before it counts as pausing, in milliseconds.
  private static let patience: Int32 = 50

  /// - Parameter path: `-` reads standard input.
  init(_ path: String) throws(FileError) {
    self.path = path
    if path == Self.standardInput {
      descriptor = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
    } else {
      if try DurableFiles.isFolder(path) { throw FileError("read", path, code: EISDIR) }
      // Opening a pipe must not wait for its writer.
      descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw FileError("read", path) }
    var status = stat()
    size = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  deinit { close(descriptor) }

  /// The share of the file that was read, from 0 to 1; nil for a pipe.
  var share: Double? { size.map { $0 == 0 ? 1 : min(1, Double(position) / Double($0)) } }

  /// Reads the next bytes.
  ///
  /// - Parameter holdingSince: since when the caller holds events; nil waits for as long as it takes.
  /// - Returns: the number of bytes; 0 at the end.
  /// - Throws: `FileError`; ``Pause`` for a pipe whose caller holds events; `CancellationError`.
  func read(into bytes: UnsafeMutableRawBufferPointer, holdingSince: ContinuousClock.Instant? = nil) throws -> Int {
    while true {
      try Task.checkCancellation()
      if size == nil {
        if let holdingSince, ContinuousClock.now - holdingSince > .milliseconds(500) { throw Pause() }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Self.patience) > 0 else {
          if holdingSince != nil { throw Pause() }
          continue
        }
      }
      let count = systemRead(descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 {
        position += count
        return count
      }
      guard errno == EAGAIN || errno == EINTR else { throw FileError("read", path) }
    }
  }
}

/// The system's call, whose name the class hides.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}
