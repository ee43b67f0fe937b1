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

  private let input: TextInput
  /// For people: the path, or "standard input".
  let name: String
  var form: Form
  /// Behind these bytes a field begins. A file's header says which of them it is.
  var delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
  /// Whether a field may begin with blanks before its quote.
  var allowsBlanksBeforeQuotes = false
  /// Whether lines with nothing in them are passed over.
  var skipsEmptyLines = true
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private var isLookingAhead = false
  private var failure: (any Error)?
  /// When the caller began to hold events that it gathers.
  private var holdingSince: ContinuousClock.Instant?
  /// A line feed; a carriage return in a file that has no line feeds, as old programs of the Macintosh write.
  private var lineEnd: UInt8 = 0x0A
  /// The number of the file's line, from 1, on which the record that was read last begins.
  private(set) var line = 0
  private var nextLine = 1

  /// How much of the file was read, from 0 to 1; nil where its size is not known.
  var share: Double? { input.share }

  /// A record has at most so many bytes, and a look ahead ends behind as many.
  static let longestRecord = 64 << 20
  /// A record beyond this has a quote that was never closed.
  private static let longestQuoted = 1 << 20

  /// - Parameters:
  ///   - path: `-` reads standard input.
  ///   - encoding: nil takes it from the byte-order mark, and UTF-8 without one.
  ///   - isRaw: whether bytes need not be text.
  init(_ path: String, _ form: Form, encoding: TextEncoding? = nil, isRaw: Bool = false) throws(FileError) {
    input = try TextInput(path, encoding: encoding, isRaw: isRaw)
    name = path == ByteInput.standardInput ? "standard input" : path
    self.form = form
  }

  /// The first byte that is no blank, which is not taken; the blanks and empty lines before it are. Nil at the end.
  func firstByte() throws -> UInt8? {
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

  /// The next line or record without its end; nil behind the last.
  ///
  /// - Throws: `FileError`; ``SourceError`` for bytes that are no text, a quote that is not closed, and a line that is too long.
  func next() throws -> ArraySlice<UInt8>? {
    if form == .object { return try nextObject() }
    if skipsEmptyLines { try passEmptyLines() }
    var searched = position
    var field = Field.begins
    while true {
      if let end = recordEnd(&searched, &field) { return take(upTo: end, skipping: 1) }
      if isAtEnd {
        try checkEnd()
        if field == .quoted { throw SourceError(path: name, fault: .openQuote(line: nextLine)) }
        return position < buffer.count ? take(upTo: buffer.count, skipping: 0) : nil
      }
      if field == .quoted, searched - position > Self.longestQuoted {
        throw SourceError(path: name, fault: .openQuote(line: nextLine))
      }
      if searched - position > Self.longestRecord { throw SourceError(path: name, fault: .longLine(line: nextLine)) }
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

  /// Gathers a batch of events. What goes wrong behind some of them is thrown the next time, so that they are not lost; and
  /// while a pipe pauses, what came of it is not held back.
  ///
  /// - Parameter step: adds events; false at the end.
  func gather(_ maximum: Int, _ step: (inout EventBodies) throws -> Bool) throws -> EventBodies? {
    if let failure { throw failure }
    var bodies = EventBodies()
    defer { holdingSince = nil }
    do {
      while !bodies.isFull(maximum), try step(&bodies) {
        if bodies.count > 0, holdingSince == nil { holdingSince = .now }
      }
    } catch is ByteInput.Pause {
      return bodies
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
        if byte == lineEnd, isText, let begin {
          // No JSON text goes over a line's end: the object is damaged, and the next one is looked for behind it.
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
        // An object that does not end is given as it is: its reader says so.
        guard let begin else { return nil }
        position = buffer.count
        return buffer[begin...]
      }
      if begin == nil { nextLine += lineEnds(in: position..<buffer.count) }
      position = begin ?? searched
      if searched - position > Self.longestRecord { throw SourceError(path: name, fault: .longLine(line: nextLine)) }
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
  }

  /// Where the line or record ends, from a place on; nil where that is not in the buffer.
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

  /// Goes on behind bytes that fit, and counts their line ends.
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

  /// Says why the text ends where it should not.
  private func checkEnd() throws {
    guard let fault = input.fault else { return }
    throw SourceError(path: name, fault: .notText(fault, line: nextLine + lineEnds(in: position..<buffer.count)))
  }

  /// Lets go what lies before a place of the buffer, and gives back how much that was: nothing during a look ahead.
  private func forget(_ place: Int) -> Int {
    if isLookingAhead { return 0 }
    buffer.removeFirst(place)
    position -= place
    return place
  }

  /// Reads on; false where a look ahead has gone far enough.
  private func fill() throws -> Bool {
    if isLookingAhead, buffer.count > Self.longestRecord + 1 << 20 { return false }
    let isFirst = buffer.isEmpty && nextLine == 1
    isAtEnd = try !input.read(to: &buffer, holdingSince: holdingSince)
    if isFirst, buffer.dropLast().contains(0x0D), !buffer.contains(0x0A) { lineEnd = 0x0D }
    return true
  }
}
