import DurableFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads a text file line by line, holding a piece of it at a time.
final class RecordReader {
  private let descriptor: Int32
  private let path: String
  /// Whether a line end within double quotes belongs to the line, as in CSV.
  private let quotes: Bool
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  /// The number of the line that was read last, from 1; a record may have several.
  private(set) var line = 0

  init(_ path: String, quotes: Bool) throws(FileError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw FileError("read", path, code: EISDIR) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path) }
    self.path = path
    self.quotes = quotes
  }

  deinit { close(descriptor) }

  /// The next line without its end; nil behind the last. A byte order mark at the beginning is left out.
  func next() throws(FileError) -> ArraySlice<UInt8>? {
    var searched = position
    var isQuoted = false
    while true {
      while searched < buffer.count {
        let byte = buffer[searched]
        if quotes, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        if byte == 0x0A, !isQuoted { return take(upTo: searched, skipping: 1) }
        searched += 1
      }
      if isAtEnd { return position < buffer.count ? take(upTo: buffer.count, skipping: 0) : nil }
      buffer.removeFirst(position)
      searched -= position
      position = 0
      try fill()
    }
  }

  private func take(upTo end: Int, skipping: Int) -> ArraySlice<UInt8> {
    var start = position
    if line == 0, buffer[position..<end].starts(with: [0xEF, 0xBB, 0xBF]) { start += 3 }
    line += 1
    position = end + skipping
    let record = buffer[start..<end]
    return record.last == 0x0D ? record.dropLast() : record
  }

  private func fill() throws(FileError) {
    let length = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: 1 << 18))
    let count = buffer.withUnsafeMutableBytes { bytes in
      read(descriptor, bytes.baseAddress?.advanced(by: length), bytes.count - length)
    }
    buffer.removeLast(buffer.count - length - max(0, count))
    guard count >= 0 else { throw FileError("read", path) }
    isAtEnd = count == 0
  }
}
