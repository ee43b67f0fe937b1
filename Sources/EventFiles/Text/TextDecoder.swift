/// Bytes that are not a character in the file's encoding.
package struct TextFault: Hashable, Sendable, CustomStringConvertible {
  /// The file's encoding.
  package let encoding: TextEncoding
  /// The offset of the first byte in the unpacked file, from 0.
  package let offset: Int
  /// Up to four bytes.
  package let bytes: [UInt8]

  /// Whether it is a NUL in UTF-8, which other encodings have in every character.
  package var isNull: Bool { encoding == .utf8 && bytes.first == 0 }

  /// The fault in one line.
  package var description: String {
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    return switch encoding {
    case .utf8 where isNull: "byte \(offset) of the file is 0x00, which is not text"
    case .utf8: "byte \(offset) of the file is 0x\(digits[0]), which is not UTF-8"
    default: "byte \(offset) of the file, 0x\(digits.joined()), is not a character in \(encoding.rawValue)"
    }
  }
}

/// Converts a file's bytes to UTF-8, and stops at the first that are not text.
struct TextDecoder {
  let encoding: TextEncoding
  /// The offset in the file of the next byte to decode.
  private var offset: Int
  /// The beginning of a character whose other bytes are still to come.
  private var cut: [UInt8] = []

  /// - Parameter offset: the length of the byte-order mark before the text.
  init(_ encoding: TextEncoding, offset: Int) {
    self.encoding = encoding
    self.offset = offset
  }

  /// Appends the characters of further bytes.
  ///
  /// - Parameter isEnd: whether no more follow.
  /// - Returns: the bytes that are not text, nil if all are; the text before them was appended.
  mutating func decode(_ bytes: [UInt8], isEnd: Bool, to text: inout [UInt8]) -> TextFault? {
    let bytes = cut.isEmpty ? bytes : cut + bytes
    let (count, isCut) =
      switch encoding {
      case .utf8: Self.copyValid(bytes, to: &text)
      case .latin1, .windows1252: singleBytes(bytes, to: &text)
      case .utf16LittleEndian, .utf16BigEndian: pairs(bytes, to: &text)
      case .utf32LittleEndian, .utf32BigEndian: quadruples(bytes, to: &text)
      }
    offset += count
    cut = []
    if count == bytes.count { return nil }
    if isCut, !isEnd {
      cut = Array(bytes[count...])
      return nil
    }
    return TextFault(encoding: encoding, offset: offset, bytes: Array(bytes[count...].prefix(4)))
  }

  private func singleBytes(_ bytes: [UInt8], to text: inout [UInt8]) -> (count: Int, isCut: Bool) {
    for (index, byte) in bytes.enumerated() {
      let isWindows = encoding == .windows1252 && (0x80...0x9F).contains(byte)
      let unit = isWindows ? TextEncoding.windowsCharacters[Int(byte) - 0x80] : UInt16(byte)
      guard unit != 0, let scalar = Unicode.Scalar(unit) else { return (index, false) }
      text.append(contentsOf: scalar.utf8)
    }
    return (bytes.count, false)
  }

  private func pairs(_ bytes: [UInt8], to text: inout [UInt8]) -> (count: Int, isCut: Bool) {
    func unit(_ index: Int) -> UInt32 {
      let (first, second) = (UInt32(bytes[index]), UInt32(bytes[index + 1]))
      return encoding == .utf16BigEndian ? first << 8 | second : second << 8 | first
    }
    var index = 0
    while index + 1 < bytes.count {
      var number = unit(index)
      var length = 2
      if (0xD800..<0xDC00).contains(number) {
        guard index + 3 < bytes.count else { return (index, true) }
        let low = unit(index + 2)
        guard (0xDC00..<0xE000).contains(low) else { return (index, false) }
        (number, length) = (0x10000 + (number - 0xD800) << 10 + (low - 0xDC00), 4)
      }
      guard number != 0, let scalar = Unicode.Scalar(number) else { return (index, false) }
      text.append(contentsOf: scalar.utf8)
      index += length
    }
    return (index, true)
  }

  private func quadruples(_ bytes: [UInt8], to text: inout [UInt8]) -> (count: Int, isCut: Bool) {
    var index = 0
    while index + 3 < bytes.count {
      let four = bytes[index..<index + 4]
      let number = (encoding == .utf32BigEndian ? Array(four) : four.reversed()).reduce(UInt32(0)) {
        $0 << 8 | UInt32($1)
      }
      guard number != 0, let scalar = Unicode.Scalar(number) else { return (index, false) }
      text.append(contentsOf: scalar.utf8)
      index += 4
    }
    return (index, true)
  }

  /// Appends the longest prefix that is UTF-8 (Unicode's table 3-7) without NUL.
  private static func copyValid(_ bytes: [UInt8], to text: inout [UInt8]) -> (count: Int, isCut: Bool) {
    let (count, isCut) = bytes.withUnsafeBytes(validPrefix)
    text.append(contentsOf: bytes[..<count])
    return (count, isCut)
  }

  private static func validPrefix(of bytes: UnsafeRawBufferPointer) -> (count: Int, isCut: Bool) {
    let (high, low): (UInt64, UInt64) = (0x8080_8080_8080_8080, 0x0101_0101_0101_0101)
    var index = 0
    while index < bytes.count {
      // Eight bytes at a time while all are ASCII and none is 0.
      while index + 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        guard word & high == 0, (word &- low) & ~word & high == 0 else { break }
        index += 8
      }
      guard index < bytes.count else { break }
      let lead = bytes[index]
      if lead < 0x80 {
        guard lead != 0 else { return (index, false) }
        index += 1
        continue
      }
      let (length, second): (Int, ClosedRange<UInt8>) =
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0x80...0xBF)
        }
      guard length > 0 else { return (index, false) }
      for next in 1..<length {
        guard index + next < bytes.count else { return (index, true) }
        guard (next == 1 ? second : 0x80...0xBF).contains(bytes[index + next]) else { return (index, false) }
      }
      index += length
    }
    return (index, false)
  }
}
