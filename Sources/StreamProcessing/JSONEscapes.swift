/// The UTF-8 of a JSON text whose escapes were checked; half a surrogate pair becomes U+FFFD.
func unescaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
  Array(unsafeUninitializedCapacity: text.count) { buffer, count in
    if let first = buffer.baseAddress { count = unescape(text, into: first) }
  }
}

/// Writes what ``unescaped(_:)`` gives, which is never longer than the text; returns how many bytes it is.
///
/// - Precondition: `result` has room for the text's count.
func unescape(_ text: UnsafeBufferPointer<UInt8>, into result: UnsafeMutablePointer<UInt8>) -> Int {
  var (position, count) = (0, 0)
  func put(_ byte: UInt8) {
    result[count] = byte
    count += 1
  }
  func unit(at index: Int) -> UInt32 {
    (index..<index + 4).reduce(0) { $0 << 4 | UInt32(hexadecimalDigit(text[$1]) ?? 0) }
  }
  while position < text.count {
    guard text[position] == UInt8(ascii: "\\") else {
      put(text[position])
      position += 1
      continue
    }
    let escaped = text[position + 1]
    position += 2
    switch escaped {
    case UInt8(ascii: "n"): put(0x0A)
    case UInt8(ascii: "r"): put(0x0D)
    case UInt8(ascii: "t"): put(0x09)
    case UInt8(ascii: "b"): put(0x08)
    case UInt8(ascii: "f"): put(0x0C)
    case UInt8(ascii: "u"):
      var code = unit(at: position)
      position += 4
      if (0xD800..<0xDC00).contains(code), position + 6 <= text.count, text[position] == UInt8(ascii: "\\"),
        text[position + 1] == UInt8(ascii: "u"), case let low = unit(at: position + 2), (0xDC00..<0xE000).contains(low)
      {
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        position += 6
      }
      // Six bytes of an escape give three at most, twelve of a pair four.
      UTF8.encode(Unicode.Scalar(code) ?? "\u{FFFD}")?.forEach(put)
    default: put(escaped)
    }
  }
  return count
}

@inline(__always)
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x37
  case 0x61...0x66: byte - 0x57
  default: nil
  }
}
