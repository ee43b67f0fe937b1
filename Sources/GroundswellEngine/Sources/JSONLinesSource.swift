import JSONText

/// Events from a file with a JSON object a line, passed on as they are: what is malformed is for the stream to keep
/// aside, as it would be behind a real hub.
///
/// Of an array of objects each is an event, and so is an object that takes several lines.
package struct JSONLinesSource: BodySource {
  private let reader: RecordReader
  package var share: Double? { reader.share }

  init(reader: RecordReader) { self.reader = reader }

  package init(path: String) throws {
    reader = try RecordReader(path, .line)
  }

  /// How to cut a file into events; nil where it holds none.
  static func form(of reader: RecordReader) throws -> RecordReader.Form? {
    let first = try reader.firstByte()
    if first == UInt8(ascii: "{") {
      // One of the first lines is whole in a file with an object a line, even where others are damaged.
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

  package mutating func next(maximum: Int) throws -> EventBodies? {
    try reader.gather(maximum) { bodies in
      guard let line = try reader.next() else { return false }
      if !line.withoutBlanks.isEmpty { bodies.append(line) }
      return true
    }
  }
}
