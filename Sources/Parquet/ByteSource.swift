import DurableFiles

/// The bytes of a file, in memory or on disk; from disk, only the requested ranges are read.
enum ByteSource: Sendable {
  case memory([UInt8])
  case file(path: String, size: Int)

  var count: Int {
    switch self {
    case .memory(let bytes): bytes.count
    case .file(_, let size): size
    }
  }

  /// - Precondition: `range` lies within the source.
  func read(_ range: Range<Int>) throws(Fault) -> [UInt8] {
    switch self {
    case .memory(let bytes): return Array(bytes[range])
    case .file(let path, _):
      let bytes: [UInt8]
      do { bytes = try DurableFiles.read(path, range) } catch { throw Fault(position: nil, kind: .of(error)) }
      guard bytes.count == range.count else { throw .damaged("the file has become shorter", at: range.lowerBound) }
      return bytes
    }
  }
}

extension ParquetError.Kind {
  static func of(_ error: FileError) -> ParquetError.Kind {
    .unreadable(code: error.code, reason: error.reason)
  }
}
