/// The UTF-8 of a JSON text whose escapes were checked; half a surrogate pair becomes U+FFFD.
func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
  var result: [UInt8] = []
  var position = text.startIndex
  func unit(at index: Int) -> UInt32 {
    text[index..<index + 4].reduce(0) { $0 << 4 | UInt32(hexadecimalDigit($1) ?? 0) }
  }
  while position < text.endIndex {
    guard text[position] == UInt8(ascii: "\\") else {
      result.append(text[position])
      position += 1
      continue
    }
    let escaped = text[position + 1]
    position += 2
    switch escaped {
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "u"):
      var code = unit(at: position)
      position += 4
      if (0xD800..<0xDC00).contains(code), position + 6 <= text.endIndex, text[position] == UInt8(ascii: "\\"),
        text[position + 1] == UInt8(ascii: "u"), case let low = unit(at: position + 2), (0xDC00..<0xE000).contains(low)
      {
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        position += 6
      }
      result.append(contentsOf: Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8))
    default: result.append(escaped)
    }
  }
  return result
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
