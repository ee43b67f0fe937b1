import CivilTime
import Columnar

/// Values of the fields that the schema names.
extension EventScan {
  /// Reads the value of a field into the current row.
  ///
  /// - Returns: why it does not fit; nil if it does.
  @inline(__always)
  mutating func value(of field: Int, into rows: inout EventRows) -> RejectedEvent.Reason? {
    guard position < end else { return malformed }
    if position.pointee == UInt8(ascii: "n") {
      guard skipWord("null") else { return malformed }
      rows.setNull(field)
      return nil
    }
    let type = scanner.schema.fields[field].type
    if case .string = type { return text(of: field, into: &rows) }
    let start = position
    guard let bits = bits(of: type) else { return misfit(field, at: start) }
    rows.set(field, bits)
    return nil
  }

  /// A flag's, number's or time's bits; nil, with the position anywhere, for anything else.
  @inline(__always)
  private mutating func bits(of type: DataType) -> Int64? {
    switch type {
    case .timestamp:
      guard take(UInt8(ascii: "\"")) else { return numericTime() }
      let text = position
      guard let isEscaped = skipText() else { return nil }
      let length = position - text - 1
      return isEscaped ? escapedTime(text, length: length) : time(text, length: length)
    case .integer: return wholeNumber().flatMap { Int32(exactly: $0) }.map { Int64($0) }
    case .long: return wholeNumber()
    case .double: return doubleNumber().map { Int64(bitPattern: $0.bitPattern) }
    case .boolean: return skipWord("true") ? 1 : skipWord("false") ? 0 : nil
    // Texts have no bits; a stream's schema has none of the others.
    case .string, .date, .decimal: return nil
    }
  }

  /// Reads a text, or the JSON text of any other value.
  @inline(__always)
  private mutating func text(of field: Int, into rows: inout EventRows) -> RejectedEvent.Reason? {
    let isText = take(UInt8(ascii: "\""))
    let start = position
    if isText {
      guard let isEscaped = skipText() else { return malformed }
      rows.setText(field, start: start - base, length: position - start - 1, isEscaped: isEscaped)
    } else {
      if let reason = skipValue(depth: depth) { return reason }
      rows.setText(field, start: start - base, length: position - start, isEscaped: false)
    }
    return nil
  }

  /// Why a value does not fit its field: it is malformed, or well-formed and of another type. Numbers beyond all ranges are
  /// of another type.
  private mutating func misfit(_ field: Int, at start: UnsafePointer<UInt8>) -> RejectedEvent.Reason {
    position = start
    if !skipNumber() {
      position = start
      if let reason = skipValue(depth: depth) { return reason }
    }
    let found = UnsafeBufferPointer(start: start, count: position - start)
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
  private mutating func doubleNumber() -> Double? {
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

  /// Microseconds of a time's text. `2019-04-24T09:39:40Z` and `2019-04-24T09:39:40.000Z` are read without the general reader.
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
        guard let day = Timestamp(iso8601: UnsafeBufferPointer(start: text, count: 10)) else {
          return slowTime(text, length: length)
        }
        dateCache = DateCache(head: head, tail: tail, midnight: day.microseconds)
      }
      return dateCache.midnight + micros
    }
    return slowTime(text, length: length)
  }

  private func slowTime(_ text: UnsafePointer<UInt8>, length: Int) -> Int64? {
    let bytes = UnsafeBufferPointer(start: text, count: length)
    return Timestamp(written: bytes, format: scanner.timeFormat)?.microseconds
  }

  /// .NET writes `+` as `\u002B`. No time is longer than this.
  private func escapedTime(_ text: UnsafePointer<UInt8>, length: Int) -> Int64? {
    guard length <= 512 else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { room in
      guard let first = room.baseAddress else { return nil }
      return slowTime(first, length: unescape(UnsafeBufferPointer(start: text, count: length), into: first))
    }
  }

  /// Microseconds of a number since 1970, in the stream's unit, or in the unit that the count of digits implies.
  private mutating func numericTime() -> Int64? {
    let text = position
    guard skipNumber() else { return nil }
    let bytes = UnsafeBufferPointer(start: text, count: position - text)
    let unit = scanner.timeFormat ?? TimeFormat.unit(digits: bytes.count)
    // The usual case: whole numbers.
    if let perSecond = unit?.unitsPerSecond, perSecond <= 1_000_000, bytes.count <= 18,
      bytes.allSatisfy({ $0 &- 0x30 <= 9 })
    {
      let number = bytes.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
      let (micros, overflow) = number.multipliedReportingOverflow(by: 1_000_000 / perSecond)
      return overflow ? nil : micros
    }
    return Timestamp(number: bytes, format: scanner.timeFormat)?.microseconds
  }

  @inline(__always)
  private func twoDigits(_ text: UnsafePointer<UInt8>) -> Int64? {
    let (tens, ones) = (text[0] &- 0x30, text[1] &- 0x30)
    return tens <= 9 && ones <= 9 ? Int64(tens) * 10 + Int64(ones) : nil
  }
}
