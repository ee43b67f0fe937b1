import DurableFiles

/// Reads a text file, also a packed one, line by line, holding a piece of it at a time.
final class RecordReader {
  /// What a line is.
  enum Form {
    /// All up to a line end.
    case line
    /// As in CSV (RFC 4180): a line end within a field that begins with a double quote belongs to the record.
    case record
    /// A JSON object, however many lines it takes; what stands between objects is passed over.
    case object
  }

  private let input: CompressedInput
  private let path: String
  var form: Form
  /// Behind these bytes a field begins. A file's header says which of them it is.
  var delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private var isLookingAhead = false
  private var failure: (any Error)?
  /// The number of the file's line, from 1, on which the record that was read last begins.
  private(set) var line = 0
  private var nextLine = 1

  /// How much of the file was read, from 0 to 1; nil where its size is not known.
  var share: Double? { input.share }

  /// A record beyond this has a quote that was never closed.
  private static let longestQuoted = 1 << 20

  init(_ path: String, _ form: Form) throws(FileError) {
    input = try CompressedInput(path)
    self.path = path
    self.form = form
  }

  /// The first byte that is no blank, without taking anything; nil for an empty file.
  func firstByte() throws -> UInt8? {
    while true {
      if let byte = buffer[position...].first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) {
        return byte
      }
      if isAtEnd { return nil }
      _ = try fill()
    }
  }

  /// The next line or record without its end; nil behind the last. A byte order mark at the beginning is left out.
  ///
  /// - Throws: `FileError`; ``SourceError`` for a quote that is not closed.
  func next() throws -> ArraySlice<UInt8>? {
    if form == .object { return try nextObject() }
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
      searched -= forget(position)
      guard try fill() else { return nil }
    }
  }

  /// Reads ahead, without taking anything.
  func lookAhead<Answer>(_ look: () throws -> Answer) rethrows -> Answer {
    let place = (position, line, nextLine, form)
    isLookingAhead = true
    defer {
      isLookingAhead = false
      (position, line, nextLine, form) = place
    }
    return try look()
  }

  /// Gathers a batch of events; what goes wrong behind some of them is thrown the next time, so that they are not lost.
  ///
  /// - Parameter step: adds events; false at the end.
  func gather(_ maximum: Int, _ step: (inout EventBodies) throws -> Bool) throws -> EventBodies? {
    if let failure { throw failure }
    var bodies = EventBodies()
    do {
      while !bodies.isFull(maximum), try step(&bodies) {}
    } catch {
      failure = error
      if bodies.count == 0 { throw error }
    }
    return bodies.count == 0 ? nil : bodies
  }

  /// The next object, which ends where its brackets do; texts may hold brackets, too.
  private func nextObject() throws -> ArraySlice<UInt8>? {
    var searched = position
    var (begin, depth, isText, isEscaped): (Int?, Int, Bool, Bool) = (nil, 0, false, false)
    while true {
      while searched < buffer.count {
        let byte = buffer[searched]
        searched += 1
        if byte == 0x0A, isText, let begin {
          // No JSON text goes over a line's end: the object is damaged, and the next one is looked for behind it.
          position = searched
          nextLine += buffer[begin..<searched].count { $0 == 0x0A }
          return buffer[begin..<searched - 1]
        } else if isEscaped {
          isEscaped = false
        } else if isText {
          if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == UInt8(ascii: "\"") { isText = false }
        } else if byte == UInt8(ascii: "{") {
          if depth == 0 {
            begin = searched - 1
            nextLine += buffer[position..<searched].count { $0 == 0x0A }
            line = nextLine
          }
          depth += 1
        } else if begin != nil, byte == UInt8(ascii: "\"") {
          isText = true
        } else if let begin, byte == UInt8(ascii: "}") {
          depth -= 1
          if depth == 0 {
            nextLine += buffer[begin..<searched].count { $0 == 0x0A }
            position = searched
            return buffer[begin..<searched]
          }
        }
      }
      if isAtEnd {
        // An object that does not end is given as it is: who reads it says so.
        guard let begin else { return nil }
        position = buffer.count
        return buffer[begin...]
      }
      if begin == nil { nextLine += buffer[position...].count { $0 == 0x0A } }
      position = begin ?? searched
      let forgotten = forget(position)
      begin = begin.map { $0 - forgotten }
      searched -= forgotten
      guard try fill() else { return nil }
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

  /// So far who looks ahead looks.
  private static let longestLook = 4 << 20

  /// Lets what lies before a place of the buffer go, and gives back how much went: nothing for who looks ahead.
  private func forget(_ place: Int) -> Int {
    if isLookingAhead { return 0 }
    buffer.removeFirst(place)
    position -= place
    return place
  }

  /// Reads on; false where who looks ahead has looked far enough.
  private func fill() throws -> Bool {
    if isLookingAhead, buffer.count > Self.longestLook { return false }
    let length = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: 1 << 18))
    var count = 0
    defer { buffer.removeLast(buffer.count - length - count) }
    count = try buffer.withUnsafeMutableBytes { try input.read(into: .init(rebasing: $0[length...])) }
    isAtEnd = count == 0
    return true
  }
}
