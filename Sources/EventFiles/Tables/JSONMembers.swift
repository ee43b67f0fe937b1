import JSONText

/// The members of a JSON object with their numbers' digits, which a parsed object no longer has.
struct JSONMembers {
  let json: [String: JSON]
  /// The values as they are written, if some are fractions.
  private var digits: [String: ArraySlice<UInt8>] = [:]

  init(_ line: ArraySlice<UInt8>) throws(ObjectFault) {
    guard let members = try Self.parsed(line).members else { throw .notAnObject }
    json = members
    let written = Self.written(line)
    guard written.count == members.count else { throw .repeatedName }
    // Half of a pair becomes U+FFFD, which may also be written itself.
    let halves = members.filter { $0.value.text?.unicodeScalars.contains("\u{FFFD}") == true }
    let isWritten =
      halves.isEmpty || line.contains([0xEF, 0xBF, 0xBD])
      || String(decoding: line, as: UTF8.self).lowercased().contains("\\ufffd")
    if !isWritten, let name = halves.keys.sorted().first {
      throw .halfCharacter(member: name)
    }
    guard members.values.contains(where: { if case .double = $0 { true } else { false } }) else { return }
    for (name, value) in written {
      if let name = try Self.parsed(name).text { digits[name] = value.filter { $0 > 0x20 }[...] }
    }
  }

  private static func parsed(_ text: ArraySlice<UInt8>) throws(ObjectFault) -> JSON {
    do { return try JSON(parsing: text) } catch { throw .notJSON("\(error)") }
  }

  /// A value as text; a number has all its digits.
  func text(of name: String, _ value: JSON) -> ArraySlice<UInt8> {
    if case .double = value, let digits = digits[name] { return digits }
    return Array((value.text ?? value.description).utf8)[...]
  }

  /// The quoted names and the values of a well-formed object.
  private static func written(_ line: ArraySlice<UInt8>) -> [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
    var members: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []
    var (depth, isText, isEscaped, begin) = (0, false, false, line.startIndex)
    var name: ArraySlice<UInt8>?
    for (index, byte) in zip(line.indices, line) {
      if isEscaped {
        isEscaped = false
      } else if isText {
        if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == UInt8(ascii: "\"") { isText = false }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          depth += 1
          if depth == 1 { begin = index + 1 }
        case UInt8(ascii: ":") where depth == 1: (name, begin) = (line[begin..<index], index + 1)
        case UInt8(ascii: ",") where depth == 1, UInt8(ascii: "}") where depth == 1:
          if let name { members.append((name, line[begin..<index])) }
          (name, begin) = (nil, index + 1)
          if byte == UInt8(ascii: "}") { depth = 0 }
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
      }
    }
    return members
  }
}
