import CivilTime

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
  /// The first byte of the batch, from which texts' places count.
  let base: UnsafePointer<UInt8>
  let start: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  var position: UnsafePointer<UInt8>
  var dateCache: DateCache
  var sawBeyondASCII = false

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

  /// Reads the event into the current row; gives back why it does not fit.
  mutating func event(into rows: inout EventRows) -> RejectedEvent.Reason? {
    skipBlanks()
    guard take(UInt8(ascii: "{")) else { return .notAnObject }
    if let reason = members(into: &rows) { return reason }
    skipBlanks()
    guard position == end else { return malformed }
    // Texts were only searched for their end; one look over the event tells whether all of it is UTF-8.
    if sawBeyondASCII,
      String(validating: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self) == nil
    {
      return .notUTF8
    }
    return nil
  }

  private mutating func members(into rows: inout EventRows) -> RejectedEvent.Reason? {
    skipBlanks()
    if take(UInt8(ascii: "}")) { return nil }
    // Producers write fields in one order: the one after the last found is tried first.
    var guess = 0
    while true {
      skipBlanks()
      guard take(UInt8(ascii: "\"")) else { return malformed }
      let name = position
      guard let isEscaped = skipText() else { return malformed }
      let field = self.field(name, length: position - name - 1, isEscaped: isEscaped, guess: guess)
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { return malformed }
      skipBlanks()
      if field >= 0 {
        if let reason = value(of: field, into: &rows) { return reason }
        guess = field + 1
      } else if let reason = skipValue(depth: 1) {
        return reason
      }
      skipBlanks()
      if take(UInt8(ascii: ",")) { continue }
      return take(UInt8(ascii: "}")) ? nil : malformed
    }
  }

  /// The wanted field of that name; -1 for any other.
  @inline(__always)
  private func field(_ name: UnsafePointer<UInt8>, length: Int, isEscaped: Bool, guess: Int) -> Int {
    if isEscaped {
      let decoded = unescaped(ArraySlice(UnsafeBufferPointer(start: name, count: length)))
      return scanner.names.firstIndex(of: decoded) ?? -1
    }
    let count = scanner.names.count
    for offset in 0..<count {
      let candidate = guess + offset < count ? guess + offset : guess + offset - count
      if equals(scanner.names[candidate], name, length) { return candidate }
    }
    return -1
  }

  @inline(__always)
  private func equals(_ wanted: [UInt8], _ name: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard wanted.count == length else { return false }
    for index in 0..<length where wanted[index] != name[index] { return false }
    return true
  }

  // MARK: Wanted values

  @inline(__always)
  private mutating func value(of field: Int, into rows: inout EventRows) -> RejectedEvent.Reason? {
    guard position < end else { return malformed }
    let valueStart = position
    if position.pointee == UInt8(ascii: "n") {
      guard skipWord("null") else { return malformed }
      rows.setNull(field)
      return nil
    }
    switch scanner.schema.fields[field].type {
    case .timestamp:
      if take(UInt8(ascii: "\"")) {
        let text = position
        guard let isEscaped = skipText() else { return malformed }
        if !isEscaped, let time = time(text, length: position - text - 1) {
          rows.set(field, time)
          return nil
        }
      }
    case .integer:
      if let number = wholeNumber(), let narrow = Int32(exactly: number) {
        rows.set(field, Int64(narrow))
        return nil
      }
    case .long:
      if let number = wholeNumber() {
        rows.set(field, number)
        return nil
      }
    case .double:
      if let number = decimalNumber() {
        rows.set(field, Int64(bitPattern: number.bitPattern))
        return nil
      }
    case .boolean:
      if skipWord("true") {
        rows.set(field, 1)
        return nil
      } else if skipWord("false") {
        rows.set(field, 0)
        return nil
      }
    case .string:
      if take(UInt8(ascii: "\"")) {
        let text = position
        guard let isEscaped = skipText() else { return malformed }
        rows.setText(field, start: text - base, length: position - text - 1, isEscaped: isEscaped)
        return nil
      }
      if let reason = skipValue(depth: 1) { return reason }
      rows.setText(field, start: valueStart - base, length: position - valueStart, isEscaped: false)
      return nil
    case .date, .decimal: break
    }
    // It does not fit: malformed, or well-formed and of another type?
    position = valueStart
    if let reason = skipValue(depth: 1) { return reason }
    let found = UnsafeBufferPointer(start: valueStart, count: position - valueStart)
    skipBlanks()
    guard position < end, position.pointee == UInt8(ascii: ",") || position.pointee == UInt8(ascii: "}") else {
      return malformed
    }
    return wrongType(field, found: found)
  }

  private func wrongType(_ field: Int, found: UnsafeBufferPointer<UInt8>) -> RejectedEvent.Reason {
    let text = String(decoding: found.prefix(80), as: UTF8.self)
    return .wrongType(
      field: scanner.schema.fields[field].name, type: scanner.schema.fields[field].type,
      found: text.count > 40 ? text.prefix(40) + "…" : text)
  }

  /// A number without fraction or exponent that fits 64 bits; nil, with the position anywhere, for anything else.
  @inline(__always)
  private mutating func wholeNumber() -> Int64? {
    let isNegative = take(UInt8(ascii: "-"))
    let digits = position
    // Gathered below zero, which reaches one further than above.
    var number: Int64 = 0
    while position < end, case let digit = position.pointee &- 0x30, digit <= 9 {
      let (product, overflow) = number.multipliedReportingOverflow(by: 10)
      let (difference, borrowed) = product.subtractingReportingOverflow(Int64(digit))
      if overflow || borrowed { return nil }
      number = difference
      position += 1
    }
    // No digits, or a second one after a leading zero, or a fraction.
    if position == digits || (digits.pointee == 0x30 && position > digits + 1) { return nil }
    if position < end, case let next = position.pointee,
      next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e")
    {
      return nil
    }
    if isNegative { return number }
    return number == .min ? nil : -number
  }

  /// Any JSON number; nil, with the position anywhere, for anything else and for one beyond a double's range.
  private mutating func decimalNumber() -> Double? {
    let text = position
    guard skipNumber() else { return nil }
    let bytes = UnsafeBufferPointer(start: text, count: position - text)
    var mantissa: Int64 = 0
    var scale = 0
    var digits = 0
    var isPlain = true
    var sawPoint = false
    for byte in bytes {
      switch byte {
      case 0x30...0x39:
        digits += 1
        if digits <= 18 { mantissa = mantissa * 10 + Int64(byte - 0x30) }
        if sawPoint { scale += 1 }
      case UInt8(ascii: "."): sawPoint = true
      case UInt8(ascii: "-"): break
      default: isPlain = false
      }
    }
    // Both are exact doubles, so that one division rounds once (Clinger 1990, "How to read floating point numbers
    // accurately"): the mantissa below 2^53, the power of ten at most 10^22.
    if isPlain, digits <= 18, mantissa < 1 << 53, scale <= 22 {
      let number = Double(mantissa) / Self.powersOfTen[scale]
      return bytes.first == UInt8(ascii: "-") ? -number : number
    }
    guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else { return nil }
    return number
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// Microseconds of an ISO 8601 text. `2019-04-24T09:39:40Z` and `2019-04-24T09:39:40.000Z` take the quick way.
  @inline(__always)
  private mutating func time(_ text: UnsafePointer<UInt8>, length: Int) -> Int64? {
    if length == 20 || length == 24, text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"),
      text[16] == UInt8(ascii: ":"), text[length - 1] == UInt8(ascii: "Z"),
      let hour = twoDigits(text + 11), hour < 24, let minute = twoDigits(text + 14), minute < 60,
      let second = twoDigits(text + 17), second < 60
    {
      var micros = (hour * 60 + minute) * 60_000_000 + second * 1_000_000
      if length == 24 {
        guard text[19] == UInt8(ascii: "."), text[22] &- 0x30 <= 9, let head = twoDigits(text + 20) else {
          return slowTime(text, length: length)
        }
        micros += (head * 10 + Int64(text[22] - 0x30)) * 1_000
      }
      let head = UnsafeRawPointer(text).loadUnaligned(as: UInt64.self)
      let tail = UnsafeRawPointer(text + 8).loadUnaligned(as: UInt16.self)
      if head != dateCache.head || tail != dateCache.tail {
        guard let day = Timestamp(iso8601: UnsafeBufferPointer(start: text, count: 10)) else { return nil }
        dateCache = DateCache(head: head, tail: tail, midnight: day.microseconds)
      }
      return dateCache.midnight + micros
    }
    return slowTime(text, length: length)
  }

  private func slowTime(_ text: UnsafePointer<UInt8>, length: Int) -> Int64? {
    Timestamp(iso8601: UnsafeBufferPointer(start: text, count: length))?.microseconds
  }

  @inline(__always)
  private func twoDigits(_ text: UnsafePointer<UInt8>) -> Int64? {
    let (tens, ones) = (text[0] &- 0x30, text[1] &- 0x30)
    return tens <= 9 && ones <= 9 ? Int64(tens) * 10 + Int64(ones) : nil
  }

  // MARK: Everything else

  private mutating func skipValue(depth: Int) -> RejectedEvent.Reason? {
    guard position < end else { return malformed }
    switch position.pointee {
    case UInt8(ascii: "\""):
      position += 1
      return skipText() == nil ? malformed : nil
    case UInt8(ascii: "{"): return skipMembers(depth: depth, until: UInt8(ascii: "}"), named: true)
    case UInt8(ascii: "["): return skipMembers(depth: depth, until: UInt8(ascii: "]"), named: false)
    case UInt8(ascii: "t"): return skipWord("true") ? nil : malformed
    case UInt8(ascii: "f"): return skipWord("false") ? nil : malformed
    case UInt8(ascii: "n"): return skipWord("null") ? nil : malformed
    default: return skipNumber() ? nil : malformed
    }
  }

  private mutating func skipMembers(depth: Int, until close: UInt8, named: Bool) -> RejectedEvent.Reason? {
    guard depth < JSONEventScanner.maximalDepth else { return .nestedTooDeep }
    position += 1
    skipBlanks()
    if take(close) { return nil }
    while true {
      skipBlanks()
      if named {
        guard take(UInt8(ascii: "\"")), skipText() != nil else { return malformed }
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { return malformed }
        skipBlanks()
      }
      if let reason = skipValue(depth: depth + 1) { return reason }
      skipBlanks()
      if take(UInt8(ascii: ",")) { continue }
      return take(close) ? nil : malformed
    }
  }

  /// Passes over a text after its opening quote, to behind the closing one; whether it has escapes, nil if it is none.
  @inline(__always)
  private mutating func skipText() -> Bool? {
    var isEscaped = false
    while position < end {
      let byte = position.pointee
      position += 1
      if byte == UInt8(ascii: "\"") { return isEscaped }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        guard skipEscape() else { return nil }
      } else if byte < 0x20 {
        return nil
      } else if byte >= 0x80 {
        sawBeyondASCII = true
      }
    }
    return nil
  }

  private mutating func skipEscape() -> Bool {
    guard position < end else { return false }
    let byte = position.pointee
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return true
    case UInt8(ascii: "u"):
      guard end - position >= 4 else { return false }
      for offset in 0..<4 where hexadecimalDigit(position[offset]) == nil { return false }
      position += 4
      return true
    default: return false
    }
  }

  private mutating func skipNumber() -> Bool {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")), !skipDigits() { return false }
    if take(UInt8(ascii: ".")), !skipDigits() { return false }
    if position < end, position.pointee | 0x20 == UInt8(ascii: "e") {
      position += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      return skipDigits()
    }
    return true
  }

  @inline(__always)
  private mutating func skipDigits() -> Bool {
    let first = position
    while position < end, position.pointee &- 0x30 <= 9 { position += 1 }
    return position > first
  }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard end - position >= length else { return false }
    for offset in 0..<length where position[offset] != word.utf8Start[offset] { return false }
    position += length
    return true
  }

  @inline(__always)
  private mutating func skipBlanks() {
    while position < end, case let byte = position.pointee,
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    {
      position += 1
    }
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, position.pointee == byte else { return false }
    position += 1
    return true
  }

  private var malformed: RejectedEvent.Reason { .malformed(byte: position - start) }
}
