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
  /// What a line is.
  enum Form {
    /// All up to a line end.
    case line
    /// As in CSV (RFC 4180): a line end within a field that begins with a double quote belongs to the record.
    case record
  }

  private let descriptor: Int32
  private let path: String
  var form: Form
  /// Behind these bytes a field begins. A file's header says which of them it is.
  var delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  /// The number of the file's line, from 1, on which the record that was read last begins.
  private(set) var line = 0
  private var nextLine = 1
  private var bytesRead = 0
  /// In bytes; nil for what is no file, as a pipe is.
  private let size: Int?

  /// How much of the file was read, from 0 to 1; nil where its size is not known.
  var share: Double? { size.map { $0 == 0 ? 1 : min(1, Double(bytesRead) / Double($0)) } }

  /// A record beyond this has a quote that was never closed.
  private static let longestQuoted = 1 << 20

  init(_ path: String, _ form: Form) throws(FileError) {
    if DurableFiles.isFolder(path) { throw FileError("read", path, code: EISDIR) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path) }
    var status = stat()
    size = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    self.path = path
    self.form = form
  }

  deinit { close(descriptor) }

  /// The first byte that is no blank, without taking anything; nil for an empty file.
  func firstByte() throws(FileError) -> UInt8? {
    while true {
      if let byte = buffer[position...].first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) {
        return byte
      }
      if isAtEnd { return nil }
      try fill()
    }
  }

  /// The next line or record without its end; nil behind the last. A byte order mark at the beginning is left out.
  ///
  /// - Throws: `FileError`; ``SourceError`` for a quote that is not closed.
  func next() throws -> ArraySlice<UInt8>? {
    var searched = position
    var field = Field.begins
    while true {
      while searched < buffer.count {
        let byte = buffer[searched]
        if form == .record, searched >= start { field.step(byte, delimiters) }
        if byte == 0x0A, field != .quoted { return take(upTo: searched, skipping: 1) }
        searched += 1
      }
      if field == .quoted, isAtEnd || searched - position > Self.longestQuoted {
        throw SourceError(path: path, fault: .openQuote(line: nextLine))
      }
      if isAtEnd { return position < buffer.count ? take(upTo: buffer.count, skipping: 0) : nil }
      buffer.removeFirst(position)
      searched -= position
      position = 0
      try fill()
    }
  }

  /// Where in a field of a record a reader stands. A quote within a field that does not begin with one is a letter like others.
  private enum Field {
    case begins, plain, quoted
    /// Behind a quote within quotes: the end, or the first of two that stand for one.
    case closes

    mutating func step(_ byte: UInt8, _ delimiters: [UInt8]) {
      let isQuote = byte == UInt8(ascii: "\"")
      switch self {
      case .quoted: if isQuote { self = .closes }
      case .begins where isQuote, .closes where isQuote: self = .quoted
      default: self = delimiters.contains(byte) ? .begins : .plain
      }
    }
  }

  /// Where the record begins, behind a byte order mark.
  private var start: Int {
    nextLine == 1 && buffer[position...].starts(with: [0xEF, 0xBB, 0xBF]) ? position + 3 : position
  }

  private func take(upTo end: Int, skipping: Int) -> ArraySlice<UInt8> {
    let record = buffer[start..<max(start, end)]
    line = nextLine
    nextLine += record.count { $0 == 0x0A } + 1
    position = end + skipping
    return record.last == 0x0D ? record.dropLast() : record
  }

  private func fill() throws(FileError) {
    let length = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: 1 << 18))
    var count = -1
    repeat {
      count = buffer.withUnsafeMutableBytes { bytes in
        read(descriptor, bytes.baseAddress?.advanced(by: length), bytes.count - length)
      }
    } while count < 0 && errno == EINTR
    buffer.removeLast(buffer.count - length - max(0, count))
    guard count >= 0 else { throw FileError("read", path) }
    isAtEnd = count == 0
    bytesRead += count
  }
}
