extension JSON: CustomStringConvertible {
  /// One line, keys sorted, no blanks.
  public var description: String { written(indent: nil) }

  /// The value as text, keys sorted, characters beyond ASCII kept.
  ///
  /// - Parameter indent: blanks a level; nil writes one line without blanks. NaN and infinities,
  ///   which JSON has no word for, become null.
  public func written(indent: Int? = nil) -> String {
    var text = ""
    write(to: &text, indent: indent, level: 0)
    return text
  }

  private func write(to text: inout String, indent: Int?, level: Int) {
    switch self {
    case .null: text += "null"
    case .boolean(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .double(let number): text += number.isFinite ? Self.shortest(number) : "null"
    case .literal(let digits): text += digits
    case .string(let string): Self.write(string, to: &text)
    case .array(let elements):
      Self.write(elements, between: "[", and: "]", to: &text, indent: indent, level: level) { element, text in
        element.write(to: &text, indent: indent, level: level + 1)
      }
    case .object(let members):
      let sorted = members.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
      Self.write(sorted, between: "{", and: "}", to: &text, indent: indent, level: level) { member, text in
        Self.write(member.key, to: &text)
        text += indent == nil ? ":" : ": "
        member.value.write(to: &text, indent: indent, level: level + 1)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between open: String, and close: String, to text: inout String, indent: Int?, level: Int,
    each: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let indent { text += "\n" + String(repeating: " ", count: indent * (level + 1)) }
      each(element, &text)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent * level) }
    text += close
  }

  /// The shortest text that reads back as the same double, always marked as one (`1.0`, `1e+30`).
  private static func shortest(_ number: Double) -> String { "\(number)" }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\u{0}"..."\u{1F}":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
