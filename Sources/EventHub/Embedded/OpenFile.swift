import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open descriptor, closed with its last owner. The descriptor never changes, so that sharing it is safe; who may
/// write is the partition lock's matter.
final class OpenFile: Sendable {
  let descriptor: Int32
  let path: String

  init(_ path: String, flags: Int32) throws(FileError) {
    descriptor = open(path, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(flags & O_CREAT == 0 ? "read" : "write", path) }
    self.path = path
  }

  deinit { close(descriptor) }

  /// The file's length now, in bytes.
  func length() throws(FileError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("read", path) }
    return Int(status.st_size)
  }

  /// The bytes at a place; fewer where the file ends.
  func read(at position: Int, count: Int) throws(FileError) -> [UInt8] {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(position + filled))
        if got > 0 {
          filled += got
        } else if got == 0 || errno != EINTR {
          failed = got < 0
          return
        }
      }
    }
    if failed { throw FileError("read", path) }
    return bytes
  }

  /// Cuts the file off, or takes back what was written behind a place, and puts the position there.
  func truncate(to length: Int) throws(FileError) {
    guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
      throw FileError("write", path)
    }
  }
}
