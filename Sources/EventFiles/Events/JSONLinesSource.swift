import JSONText

/// Events from a file with a JSON object a line, unchanged: the stream rejects malformed ones, as behind a real hub.
///
/// Each object of an array is an event, and so is an object that takes several lines.
package struct JSONLinesSource: BodySource {
  private let reader: RecordReader
  /// The share of the file that was read, from 0 to 1; nil if unknown.
  package var share: Double? { reader.share }

  /// Reads from a reader whose form ``form(of:)`` gave.
  package init(reader: RecordReader) { self.reader = reader }

  /// Reads a file with an object a line; `-` reads standard input.
  ///
  /// - Throws: `FileError` if the file cannot be opened.
  package init(path: String) throws {
    reader = try RecordReader(path, .line)
  }

  /// How to cut a file into objects, without taking any; nil if it holds none.
  ///
  /// - Throws: `FileError`, ``EventFileError``.
  package static func form(of reader: RecordReader) throws -> RecordReader.Form? {
    let first = try reader.firstByte()
    if first == UInt8(ascii: "{") {
      // A file with an object a line has a whole one among its first lines, even if others are damaged.
      let hasLines = try reader.lookAhead {
        reader.form = .line
        for _ in 0..<100 {
          guard let line = try reader.next() else { return false }
          if (try? JSON(parsing: line))?.members != nil { return true }
        }
        return false
      }
      if hasLines { return .line }
    }
    let hasObjects = try reader.lookAhead {
      reader.form = .object
      return try reader.next().flatMap { try? JSON(parsing: $0) } != nil
    }
    return hasObjects && (first == UInt8(ascii: "{") || first == UInt8(ascii: "[")) ? .object : nil
  }

  /// The next events, at most `maximum`; nil at the end.
  ///
  /// - Throws: `FileError`; ``EventFileError`` for a damaged file.
  package mutating func next(maximum: Int) throws -> EventBodies? {
    try reader.gather(maximum) { bodies in
      guard let line = try reader.next() else { return false }
      if !line.withoutBlanks.isEmpty { bodies.append(line) }
      return true
    }
  }
}
