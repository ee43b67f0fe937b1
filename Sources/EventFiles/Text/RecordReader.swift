package import DurableFiles

/// Reads a text file, or one packed by gzip, record by record, and holds a piece of it at a time.
///
/// Not thread-safe: its owner is one task.
package final class RecordReader {
  /// What a record is.
  package enum Form: Sendable {
    /// The text up to a line end.
    case line
    /// As in CSV (RFC 4180): a line end within a field that begins with a double quote belongs to the record.
    case record
    /// A JSON object, however many lines it takes; text between objects is skipped.
    case object
  }

  private let input: TextInput
  /// The path, or "standard input", for people.
  package let name: String
  /// How the following records are cut.
  package var form: Form
  /// The bytes before a field, until the file's header tells which of them it uses.
  var delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
  /// Whether a field may begin with blanks before its quote.
  var allowsBlanksBeforeQuotes = false
  /// Whether empty lines are skipped.
  package var skipsEmptyLines = true
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private var isLookingAhead = false
  /// The error that the next batch of events ends with.
  var failure: (any Error)?
  /// When the caller began to gather events.
  var holdingSince: ContinuousClock.Instant?
  /// A line feed; a carriage return in a file without line feeds, as old Macintosh programs write.
  private var lineEnd: UInt8 = 0x0A
  /// The line of the file, from 1, on which the last record begins; 0 before the first.
  package private(set) var line = 0
  private var nextLine = 1

  /// The share of the file that was read, from 0 to 1; nil if its size is unknown.
  package var share: Double? { input.share }

  /// The longest record, and the longest look ahead, in bytes.
  package static let longestRecord = 64 << 20
  /// A record beyond this has a quote that was never closed.
  private static let longestQuoted = 1 << 20

  /// - Parameters:
  ///   - path: `-` reads standard input.
  ///   - form: how records are cut.
  ///   - encoding: nil takes it from the byte-order mark (default: UTF-8).
  ///   - isRaw: whether bytes need not be text.
  /// - Throws: `FileError` if the file cannot be opened.
  package init(_ path: String, _ form: Form, encoding: TextEncoding? = nil, isRaw: Bool = false) throws(FileError) {
    input = try TextInput(path, encoding: encoding, isRaw: isRaw)
    name = path == ByteInput.standardInput ? "standard input" : path
    self.form = form
  }

  /// The next byte that is not blank, which stays; blanks and empty lines before it are skipped. Nil at the end.
  ///
  /// - Throws: `FileError`, ``EventFileError``.
  package func firstByte() throws -> UInt8? {
    while true {
      pass { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
      if position < buffer.count { return buffer[position] }
      if isAtEnd {
        try checkEnd()
        return nil
      }
      _ = forget(position)
      _ = try fill()
    }
  }

  /// The next record without its line end; nil after the last.
  ///
  /// - Throws: `FileError`; ``EventFileError`` for bytes that are not text, an open quote, and a record that is too long.
  package func next() throws -> ArraySlice<UInt8>? {
    if form == .object { return try nextObject() }
    if skipsEmptyLines { try passEmptyLines() }
    var searched = position
    var field = Field.begins
    while true {
      if let end = recordEnd(&searched, &field) { return take(upTo: end, skipping: 1) }
      if isAtEnd {
        try checkEnd()
        if field == .quoted { throw EventFileError(path: name, fault: .openQuote(line: nextLine)) }
        return position < buffer.count ? take(upTo: buffer.count, skipping: 0) : nil
      }
      if field == .quoted, searched - position > Self.longestQuoted {
        throw EventFileError(path: name, fault: .openQuote(line: nextLine))
      }
      if searched - position > Self.longestRecord { throw EventFileError(path: name, fault: .longLine(line: nextLine)) }
      searched -= forget(position)
      guard try fill() else { return nil }
    }
  }

  /// Runs `look`, and returns to where the reader was.
  package func lookAhead<Answer>(_ look: () throws -> Answer) rethrows -> Answer {
    let before = (position, line, nextLine, form)
    isLookingAhead = true
    defer {
      isLookingAhead = false
      (position, line, nextLine, form) = before
    }
    return try look()
  }

  /// The next object, which ends with its closing bracket; brackets within strings do not count.
  private func nextObject() throws -> ArraySlice<UInt8>? {
    var searched = position
    var (begin, depth, isText, isEscaped): (Int?, Int, Bool, Bool) = (nil, 0, false, false)
    while true {
      while searched < buffer.count {
        let byte = buffer[searched]
        searched += 1
        if byte == lineEnd, isText, let begin {
          // No JSON string spans lines: the object is damaged, and the search for the next one begins after it.
          position = searched
          nextLine += lineEnds(in: begin..<searched)
          return buffer[begin..<searched - 1]
        } else if isEscaped {
          isEscaped = false
        } else if isText {
          if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == UInt8(ascii: "\"") { isText = false }
        } else if byte == UInt8(ascii: "{") {
          if depth == 0 {
            begin = searched - 1
            nextLine += lineEnds(in: position..<searched)
            line = nextLine
          }
          depth += 1
        } else if begin != nil, byte == UInt8(ascii: "\"") {
          isText = true
        } else if let begin, byte == UInt8(ascii: "}") {
          depth -= 1
          if depth == 0 {
            nextLine += lineEnds(in: begin..<searched)
            position = searched
            return buffer[begin..<searched]
          }
        }
      }
      if isAtEnd {
        position = begin ?? position
        try checkEnd()
        // An object without its end is returned as it is: its parser reports it.
        guard let begin else { return nil }
        position = buffer.count
        return buffer[begin...]
      }
      if begin == nil { nextLine += lineEnds(in: position..<buffer.count) }
      position = begin ?? searched
      if searched - position > Self.longestRecord { throw EventFileError(path: name, fault: .longLine(line: nextLine)) }
      let forgotten = forget(position)
      begin = begin.map { $0 - forgotten }
      searched -= forgotten
      guard try fill() else { return nil }
    }
  }

  /// The position within a field of a record. A quote is a plain character in a field that does not begin with one.
  private enum Field {
    case begins, plain, quoted
    /// After a quote within quotes: the end, or the first of two that mean one.
    case closes
  }

  /// The index at which the line or record ends, from `searched` on; nil if the buffer does not hold it yet.
  private func recordEnd(_ searched: inout Int, _ field: inout Field) -> Int? {
    let (lineEnd, delimiters, form) = (lineEnd, delimiters, form)
    return buffer.withUnsafeBufferPointer { buffer in
      if form == .line {
        let end = buffer[searched...].firstIndex(of: lineEnd)
        searched = end ?? buffer.count
        return end
      }
      let quote = UInt8(ascii: "\"")
      while searched < buffer.count {
        let byte = buffer[searched]
        if byte == lineEnd, field != .quoted { return searched }
        if field == .quoted {
          if byte == quote { field = .closes }
        } else if byte == quote, field != .plain {
          field = .quoted
        } else if delimiters.contains(byte) {
          field = .begins
        } else if byte != 0x20 || field != .begins || !allowsBlanksBeforeQuotes {
          field = .plain
        }
        searched += 1
      }
      return nil
    }
  }

  private func passEmptyLines() throws {
    while true {
      pass { $0 == lineEnd }
      if position < buffer.count {
        guard buffer[position] == 0x0D, position + 1 < buffer.count, buffer[position + 1] == lineEnd else { return }
        position += 1
        continue
      }
      if isAtEnd { return }
      _ = forget(position)
      guard try fill() else { return }
    }
  }

  /// Skips bytes that fit, and counts their line ends.
  private func pass(_ fits: (UInt8) -> Bool) {
    buffer.withUnsafeBufferPointer { buffer in
      while position < buffer.count, fits(buffer[position]) {
        if buffer[position] == lineEnd { nextLine += 1 }
        position += 1
      }
    }
  }

  private func lineEnds(in range: Range<Int>) -> Int { buffer[range].count { $0 == lineEnd } }

  private func take(upTo end: Int, skipping: Int) -> ArraySlice<UInt8> {
    let record = buffer[position..<end]
    line = nextLine
    nextLine += (form == .line ? 0 : lineEnds(in: position..<end)) + 1
    position = end + skipping
    return record.last == 0x0D ? record.dropLast() : record
  }

  /// Throws the reason if the text ended early.
  private func checkEnd() throws {
    guard let fault = input.fault else { return }
    throw EventFileError(path: name, fault: .notText(fault, line: nextLine + lineEnds(in: position..<buffer.count)))
  }

  /// Drops the buffer's first bytes, except during a look ahead.
  ///
  /// - Returns: the number of bytes dropped.
  private func forget(_ count: Int) -> Int {
    if isLookingAhead { return 0 }
    buffer.removeFirst(count)
    position -= count
    return count
  }

  /// Reads on; false if a look ahead has gone far enough.
  private func fill() throws -> Bool {
    if isLookingAhead, buffer.count > Self.longestRecord + 1 << 20 { return false }
    let isFirst = buffer.isEmpty && nextLine == 1
    isAtEnd = try !input.read(to: &buffer, holdingSince: holdingSince)
    if isFirst, buffer.dropLast().contains(0x0D), !buffer.contains(0x0A) { lineEnd = 0x0D }
    return true
  }
}
