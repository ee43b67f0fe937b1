import CZlib
import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file or pipe that is read from its beginning; of files, what gzip has packed comes unpacked.
final class CompressedInput {
  private let path: String
  private let descriptor: Int32
  /// Nil for a pipe, of which zlib would wait for more than is there.
  private let file: gzFile?
  /// In bytes, as it lies on the disk; nil for what is no file, as a pipe is.
  private let size: Int?

  init(_ path: String) throws(FileError) {
    self.path = path
    if try DurableFiles.isFolder(path) { throw FileError("read", path, code: EISDIR) }
    // Opening a pipe must not wait for who writes to it.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("read", path) }
    var status = stat()
    size = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    guard size != nil else {
      file = nil
      return
    }
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw FileError("read", path, code: ENOMEM)
    }
    gzbuffer(file, 1 << 17)
    self.file = file
  }

  deinit {
    if let file { gzclose_r(file) } else { close(descriptor) }
  }

  /// How much of the file was read, from 0 to 1; nil where its size is not known.
  var share: Double? {
    guard let file, let size else { return nil }
    return size == 0 ? 1 : min(1, Double(gzoffset(file)) / Double(size))
  }

  /// Reads the next bytes into a place, and gives back how many; 0 at the end.
  ///
  /// - Throws: `FileError`; ``SourceError`` where what is packed is damaged or not whole.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let file else { return try readPipe(into: bytes) }
    let count = gzread(file, bytes.baseAddress, UInt32(clamping: bytes.count))
    if count > 0 { return Int(count) }
    var code: Int32 = 0
    let said = gzerror(file, &code).map { String(cString: $0) } ?? ""
    switch code {
    case Z_OK, Z_STREAM_END: return 0
    case Z_ERRNO: throw FileError("read", path)
    case Z_BUF_ERROR: throw SourceError(path: path, fault: .packed("it ends in the middle"))
    default: throw SourceError(path: path, fault: .packed(said.split(separator: ": ").last.map(String.init) ?? said))
    }
  }

  /// Waits for who writes, and gives up when the task is cancelled.
  private func readPipe(into bytes: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      try Task.checkCancellation()
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 100) > 0 else { continue }
      let count = systemRead(descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 { return count }
      guard errno == EAGAIN || errno == EINTR else { throw FileError("read", path) }
    }
  }
}

/// `read`, which within the class above is its own.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, bytes, count)
}
