/// Text that is not JSON.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  /// From 1, in characters.
  public let column: Int
  /// What was wanted there, and what was found.
  public let reason: String

  public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSON {
  /// Reads one value from UTF-8 text (RFC 8259, strictly). Of members with the same name the last one counts.
  ///
  /// Our own reader, since Foundation's neither names the place of a fault nor tells `95` from `95.0`, which the
  /// detector's contract does.
  /// - Parameter keepingAnyNumber: whether `NaN`, `Infinity` and numbers beyond a double's range, which Python writes, are kept as
  ///   they are; otherwise they are refused.
  /// - Throws: ``JSONSyntaxError``, which names line and column.
  public init(parsing text: some Sequence<UInt8>, keepingAnyNumber: Bool = false) throws(JSONSyntaxError) {
    var parser = JSONParser(text: Array(text), keepsAnyNumber: keepingAnyNumber)
    self = try parser.document()
  }

  /// Reads one value from a text.
  ///
  /// - Throws: ``JSONSyntaxError``, which names line and column.
  public init(parsing text: String) throws(JSONSyntaxError) {
    try self.init(parsing: text.utf8)
  }
}

private struct JSONParser {
  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  /// Deeper nesting than any notebook or log has would only serve to exhaust the stack.
  private static let maximalDepth = 256

  private let keepsAnyNumber: Bool

  init(text: [UInt8], keepsAnyNumber: Bool) {
    self.text = text
    self.keepsAnyNumber = keepsAnyNumber
  }

  mutating func document() throws(JSONSyntaxError) -> JSON {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let value = try value()
    skipBlanks()
    guard position == text.count else { throw fault("the text should end here") }
    return value
  }

  private mutating func value() throws(JSONSyntaxError) -> JSON {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return try nested { parser throws(JSONSyntaxError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(JSONSyntaxError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "N") where keepsAnyNumber: return try word("NaN", .literal("NaN"))
    case UInt8(ascii: "I") where keepsAnyNumber: return try word("Infinity", .literal("Infinity"))
    case UInt8(ascii: "-")
    where keepsAnyNumber && position + 1 < text.count && text[position + 1] == UInt8(ascii: "I"):
      return try word("-Infinity", .literal("-Infinity"))
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
    default: throw fault("a value should stand here")
    }
  }

  private mutating func nested(
    _ parse: (inout JSONParser) throws(JSONSyntaxError) -> JSON
  ) throws(JSONSyntaxError) -> JSON {
    guard depth < Self.maximalDepth else { throw fault("nested more than \(Self.maximalDepth) levels deep") }
    depth += 1
    defer { depth -= 1 }
    position += 1
    return try parse(&self)
  }

  private mutating func object() throws(JSONSyntaxError) -> JSON {
    var members: [String: JSON] = [:]
    if skip("}") { return .object(members) }
    repeat {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw fault("a member's name in quotes should stand here") }
      let name = try string()
      guard skip(":") else { throw fault("':' should follow the name \"\(name)\"") }
      members[name] = try value()
    } while skip(",")
    guard skip("}") else { throw fault("',' or '}' should stand here") }
    return .object(members)
  }

  private mutating func array() throws(JSONSyntaxError) -> JSON {
    var elements: [JSON] = []
    if skip("]") { return .array(elements) }
    repeat { elements.append(try value()) } while skip(",")
    guard skip("]") else { throw fault("',' or ']' should stand here") }
    return .array(elements)
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
    let matches = word.withUTF8Buffer { text[position...].starts(with: $0) }
    guard matches else { throw fault("a value should stand here") }
    position += word.utf8CodeUnitCount
    return value
  }

  private mutating func number() throws(JSONSyntaxError) -> JSON {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") { position += 1 } else { try digits() }
    var isWhole = true
    if peek == UInt8(ascii: ".") {
      position += 1
      isWhole = false
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      isWhole = false
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let digits = String(decoding: text[start..<position], as: UTF8.self)
    if isWhole, let number = Int64(digits) { return .integer(number) }
    guard let number = Double(digits), number.isFinite else {
      if keepsAnyNumber { return .literal(digits) }
      position = start
      throw fault("\(digits) is beyond the range of a number")
    }
    // A whole number that a double would round.
    if isWhole { return .literal(digits) }
    return .double(number)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    guard let first = peek, (0x30...0x39).contains(first) else { throw fault("a digit should stand here") }
    while let digit = peek, (0x30...0x39).contains(digit) { position += 1 }
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    position += 1
    var bytes: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: bytes, as: UTF8.self) else { throw fault("this text is not UTF-8") }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        bytes.append(contentsOf: Array(String(try escaped()).utf8))
      case 0..<0x20: throw fault("a control character in a text must be escaped")
      default:
        bytes.append(byte)
        position += 1
      }
    }
    throw fault("the text in quotes does not end")
  }

  private mutating func escaped() throws(JSONSyntaxError) -> Unicode.Scalar {
    guard let byte = peek else { throw fault("the text in quotes does not end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"):
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // Half of a surrogate pair; without the other half after it, it is not a character.
      let start = position
      guard unit < 0xDC00, text[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
        return "\u{FFFD}"
      }
      position += 2
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else {
        position = start
        return "\u{FFFD}"
      }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    default:
      position -= 1
      throw fault("'\\' must be followed by one of \"\\/bfnrtu")
    }
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    var unit: UInt32 = 0
    for digit in 0..<4 {
      guard position + digit < text.count, let value = Character(Unicode.Scalar(text[position + digit])).hexDigitValue
      else { throw fault("four hexadecimal digits should stand here") }
      unit = unit << 4 | UInt32(value)
    }
    position += 4
    return unit
  }

  private var peek: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func fault(_ reason: String) -> JSONSyntaxError {
    let before = text[..<min(position, text.count)]
    let line = before.count { $0 == 0x0A } + 1
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = String(decoding: before[lineStart...], as: UTF8.self).count + 1
    let found =
      position < text.count
      ? "found \"" + String(decoding: text[position...].prefix(12), as: UTF8.self).prefix(8) + "\"" : "the text ended"
    return JSONSyntaxError(line: line, column: column, reason: "\(reason), \(found)")
  }
}
