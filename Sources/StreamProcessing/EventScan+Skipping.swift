/// Skipping JSON, which is checked on the way.
extension EventScan {
  /// - Parameter depth: how many objects and arrays the value stands in.
  mutating func skipValue(depth: Int) -> RejectedEvent.Reason? {
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
    default:
      let number = position
      guard skipNumber() else { return malformed }
      guard isInRange(UnsafeBufferPointer(start: number, count: position - number)) else {
        position = number
        return malformed
      }
      return nil
    }
  }

  mutating func skipMembers(depth: Int, until close: UInt8, named: Bool) -> RejectedEvent.Reason? {
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

  /// Skips a text after its opening quote, and the closing one.
  ///
  /// - Returns: whether it has escapes; nil for a malformed text.
  @inline(__always)
  mutating func skipText() -> Bool? {
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

  mutating func skipEscape() -> Bool {
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

  mutating func skipNumber() -> Bool {
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

  /// Whether a double holds the number, as the strict reader of JSON wants it.
  private func isInRange(_ number: UnsafeBufferPointer<UInt8>) -> Bool {
    guard number.count > 308 || number.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else { return true }
    return Double(String(decoding: number, as: UTF8.self))?.isFinite ?? false
  }

  @inline(__always)
  mutating func skipDigits() -> Bool {
    let first = position
    while position < end, position.pointee &- 0x30 <= 9 { position += 1 }
    return position > first
  }

  mutating func skipWord(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard end - position >= length else { return false }
    for offset in 0..<length where position[offset] != word.utf8Start[offset] { return false }
    position += length
    return true
  }

  @inline(__always)
  mutating func skipBlanks() {
    while position < end, case let byte = position.pointee,
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    {
      position += 1
    }
  }

  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, position.pointee == byte else { return false }
    position += 1
    return true
  }

  var malformed: RejectedEvent.Reason { .malformed(byte: position - start) }
}
