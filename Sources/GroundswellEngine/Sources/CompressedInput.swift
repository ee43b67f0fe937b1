import CZlib
import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file or pipe that is read from its beginning; what gzip has packed comes unpacked.
final class CompressedInput {
  private let path: String
  private let file: gzFile
  /// In bytes, as it lies on the disk; nil for what is no file, as a pipe is.
  private let size: Int?

  init(_ path: String) throws(FileError) {
    self.path = path
    if DurableFiles.isFolder(path) { throw FileError("read", path, code: EISDIR) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path) }
    var status = stat()
    size = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw FileError("read", path, code: ENOMEM)
    }
    gzbuffer(file, 1 << 17)
    self.file = file
  }

  deinit { gzclose_r(file) }

  /// How much of the file was read, from 0 to 1; nil where its size is not known.
  var share: Double? { size.map { $0 == 0 ? 1 : min(1, Double(gzoffset(file)) / Double($0)) } }

  /// Reads the next bytes into a place, and gives back how many; 0 at the end.
  ///
  /// - Throws: `FileError`; ``SourceError`` where what is packed is damaged or not whole.
  func read(into bytes: UnsafeMutableRawBufferPointer) throws -> Int {
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
}
