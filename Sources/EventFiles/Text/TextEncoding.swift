/// A character encoding of text files; the raw value is the name that people give.
package enum TextEncoding: String, CaseIterable, Sendable {
  case utf8 = "utf-8"
  /// ISO 8859-1
  case latin1
  case windows1252 = "windows-1252"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case utf32LittleEndian = "utf-32le"
  case utf32BigEndian = "utf-32be"

  /// Reads a name, ignoring case and marks; also `iso-8859-1`, `cp1252` and `ansi`. Nil for an unknown name.
  package init?(named name: String) {
    let plain = name.lowercased().filter { $0.isLetter || $0.isNumber }
    let aliases: [String: TextEncoding] = ["iso88591": .latin1, "cp1252": .windows1252, "ansi": .windows1252]
    guard
      let encoding = Self.allCases.first(where: { $0.rawValue.filter { $0 != "-" } == plain }) ?? aliases[plain]
    else { return nil }
    self = encoding
  }

  /// The encoding of the byte-order mark at the beginning, and the mark's length in bytes; nil without a mark.
  static func mark(of head: [UInt8]) -> (encoding: TextEncoding, length: Int)? {
    let marks: [(TextEncoding, [UInt8])] = [
      (.utf8, [0xEF, 0xBB, 0xBF]), (.utf32LittleEndian, [0xFF, 0xFE, 0, 0]), (.utf32BigEndian, [0, 0, 0xFE, 0xFF]),
      (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF]),
    ]
    return marks.first { head.starts(with: $0.1) }.map { ($0.0, $0.1.count) }
  }

  /// UTF-16 without a mark, whose first characters are ASCII, so that every other byte is 0. Nil for anything else.
  static func guess(of head: [UInt8]) -> TextEncoding? {
    let start = head.prefix(64)
    guard start.count >= 4 else { return nil }
    let (even, odd) = (stride(from: 0, to: start.count, by: 2), stride(from: 1, to: start.count, by: 2))
    if even.allSatisfy({ start[$0] == 0 }), odd.allSatisfy({ start[$0] != 0 }) { return .utf16BigEndian }
    if odd.allSatisfy({ start[$0] == 0 }), even.allSatisfy({ start[$0] != 0 }) { return .utf16LittleEndian }
    return nil
  }

  /// The characters of windows-1252 from 0x80 to 0x9F; 0 for an unassigned byte.
  static let windowsCharacters: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178,
  ]
}
