#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The last date read, since neighbours mostly share it.
struct DateCache {
  /// The first eight of ten characters; no date has a zero byte there.
  var head: UInt64 = 0
  var tail: UInt16 = 0
  /// Midnight, in microseconds.
  var midnight: Int64 = 0
}

/// The walk over one event. `position` never passes `end`; a byte is read only before it.
struct EventScan {
  let scanner: JSONEventScanner
  /// The first byte of the batch, from which texts' positions count.
  let base: UnsafePointer<UInt8>
  let start: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  var position: UnsafePointer<UInt8>
  var dateCache: DateCache
  var sawBeyondASCII = false
  /// How many objects and arrays a member's value stands in.
  var depth = 1

  init(
    scanner: JSONEventScanner, base: UnsafePointer<UInt8>, start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>,
    dateCache: DateCache
  ) {
    self.scanner = scanner
    self.base = base
    self.start = start
    self.end = end
    position = start
    self.dateCache = dateCache
  }

  /// Reads the events of the message, a row each: one JSON object, or, as Stream Analytics sends several in one message,
  /// objects line by line or in an array. One that does not fit is rejected alone if the beginning of the next one is
  /// certain: always in lines, in an array if the JSON is well-formed.
  ///
  /// - Parameter index: the message's index in the batch.
  mutating func message(_ index: Int, into rows: inout EventRows, rejected: inout [RejectedEvent]) {
    skipMark()
    skipBlanks()
    let isArray = take(UInt8(ascii: "["))
    if isArray { depth = 2 }
    var part = 0
    repeat {
      skipBlanks()
      part += 1
      let partStart = position
      rows.beginRow(of: index)
      guard let reason = event(inArray: isArray, into: &rows) else {
        rows.count += 1
        continue
      }
      rejected.append(RejectedEvent(index: index, part: part, row: rows.count, reason: reason))
      guard resume(after: reason, at: partStart, inArray: isArray) else { break }
    } while takeSeparator(inArray: isArray)
    // A message's only event needs no part number.
    if part == 1, rejected.last?.index == index { rejected[rejected.count - 1].part = nil }
  }

  /// .NET's writers put a byte-order mark before a text.
  private mutating func skipMark() {
    if end - position >= 3, position[0] == 0xEF, position[1] == 0xBB, position[2] == 0xBF { position += 3 }
  }

  /// Adds the member names of the message's first object that `names` lacks.
  mutating func memberNames(into names: inout [String]) {
    skipMark()
    skipBlanks()
    _ = take(UInt8(ascii: "["))
    skipBlanks()
    guard take(UInt8(ascii: "{")) else { return }
    repeat {
      skipBlanks()
      guard take(UInt8(ascii: "\"")) else { return }
      let start = position
      guard skipText() != nil else { return }
      let name = String(
        decoding: unescaped(UnsafeBufferPointer(start: start, count: position - start - 1)), as: UTF8.self)
      if !names.contains(name) { names.append(name) }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { return }
      skipBlanks()
      guard skipValue(depth: depth) == nil else { return }
      skipBlanks()
    } while take(UInt8(ascii: ","))
  }

  /// Reads an event into the current row.
  ///
  /// - Returns: why it does not fit; nil if it does.
  private mutating func event(inArray isArray: Bool, into rows: inout EventRows) -> RejectedEvent.Reason? {
    let partStart = position
    guard take(UInt8(ascii: "{")) else { return .notAnObject }
    sawBeyondASCII = false
    if let reason = members(into: &rows) { return reason }
    let partEnd = position
    guard isAtSeparator(inArray: isArray) else { return malformed }
    // Texts were only searched for their end; one look over the event tells whether all of it is UTF-8.
    if sawBeyondASCII, !isUTF8(partStart, partEnd) { return .notUTF8 }
    return nil
  }

  private func isUTF8(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
    String(validating: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self) != nil
  }

  /// Skips blanks to the end of the message, of a line, or of an element in an array; false for anything else.
  private mutating func isAtSeparator(inArray isArray: Bool) -> Bool {
    let partEnd = position
    skipBlanks()
    if !isArray {
      return position == end || UnsafeBufferPointer(start: partEnd, count: position - partEnd).contains(0x0A)
    }
    guard position < end, position.pointee == UInt8(ascii: "]") else {
      return position < end && position.pointee == UInt8(ascii: ",")
    }
    let close = position
    position += 1
    skipBlanks()
    guard position == end else { return false }
    position = close
    return true
  }

  /// Skips a separator; false at the message's end.
  private mutating func takeSeparator(inArray isArray: Bool) -> Bool {
    isArray ? take(UInt8(ascii: ",")) : position < end
  }

  /// Finds the end of an event that does not fit; false if it is uncertain.
  private mutating func resume(
    after reason: RejectedEvent.Reason, at partStart: UnsafePointer<UInt8>, inArray isArray: Bool
  ) -> Bool {
    position = partStart
    if skipValue(depth: depth - 1) == nil, isAtSeparator(inArray: isArray) { return true }
    guard !isArray else { return false }
    // A line that begins with an object: what is indented belongs to the event before it.
    position = partStart
    while position < end, let lineEnd = memchr(position, 0x0A, end - position) {
      position = UnsafePointer(lineEnd.assumingMemoryBound(to: UInt8.self)) + 1
      if position < end, position.pointee == UInt8(ascii: "{") { return true }
    }
    return false
  }

  private mutating func members(into rows: inout EventRows) -> RejectedEvent.Reason? {
    skipBlanks()
    if take(UInt8(ascii: "}")) { return nil }
    var misfits: [(field: Int, reason: RejectedEvent.Reason)] = []
    // Producers write fields in one order: the one after the last found is tried first.
    var guess = 0
    while true {
      skipBlanks()
      guard take(UInt8(ascii: "\"")) else { return malformed }
      let name = position
      guard let isEscaped = skipText() else { return malformed }
      let length = position - name - 1
      let (field, match) =
        isEscaped
        ? self.field(escaped: UnsafeBufferPointer(start: name, count: length))
        : self.field(name, length: length, guess: guess)
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { return malformed }
      skipBlanks()
      if match != .none, rows.takes(field, named: match) {
        if let reason = value(of: field, into: &rows) {
          guard case .wrongType = reason else { return reason }
          misfits.append((field, reason))
        } else if !misfits.isEmpty {
          // The last of a repeated member counts.
          misfits.removeAll { $0.field == field }
        }
        guess = field + 1
      } else if let reason = skipValue(depth: depth) {
        return reason
      }
      skipBlanks()
      if take(UInt8(ascii: ",")) { continue }
      return take(UInt8(ascii: "}")) ? misfits.first?.reason : malformed
    }
  }

  /// The wanted field of that name, and how well the name fits.
  @inline(__always)
  private func field(_ name: UnsafePointer<UInt8>, length: Int, guess: Int) -> (Int, NameMatch) {
    let count = scanner.names.count
    for offset in 0..<count {
      let candidate = guess + offset < count ? guess + offset : guess + offset - count
      let match = NameMatch(scanner.names[candidate], name, length)
      if match != .none { return (candidate, match) }
    }
    return scanner.hasNamesBeyondASCII ? fieldBeyondASCII(name, length: length) : (0, .none)
  }

  private func field(escaped name: UnsafeBufferPointer<UInt8>) -> (Int, NameMatch) {
    unescaped(name).withUnsafeBufferPointer { decoded in
      decoded.baseAddress.map { field($0, length: decoded.count, guess: 0) } ?? (0, .none)
    }
  }

  /// Compares letters beyond ASCII without regard to case, for schemas that have some.
  private func fieldBeyondASCII(_ name: UnsafePointer<UInt8>, length: Int) -> (Int, NameMatch) {
    let bytes = UnsafeBufferPointer(start: name, count: length)
    guard bytes.contains(where: { $0 >= 0x80 }) else { return (0, .none) }
    let lowercased = String(decoding: bytes, as: UTF8.self).lowercased()
    let field = scanner.schema.fields.firstIndex { $0.name.lowercased() == lowercased }
    return field.map { ($0, .butForCase) } ?? (0, .none)
  }
}

/// How a member's name fits a field's.
enum NameMatch: UInt8 {
  case none, butForCase, exact

  /// Letters of ASCII are compared without regard to case.
  @inline(__always)
  init(_ wanted: [UInt8], _ name: UnsafePointer<UInt8>, _ length: Int) {
    guard wanted.count == length else {
      self = .none
      return
    }
    var match = NameMatch.exact
    for index in 0..<length where wanted[index] != name[index] {
      guard wanted[index] ^ name[index] == 0x20, (0x61...0x7A).contains(name[index] | 0x20) else {
        self = .none
        return
      }
      match = .butForCase
    }
    self = match
  }
}
