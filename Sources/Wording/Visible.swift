/// A text without characters that would steer a terminal or hide in it: control characters become Unicode's pictures of them;
/// marks of direction, blanks without width and the like become `<U+202E>`.
///
/// - Parameter lineEnd: replaces the end of a line.
package func visible(_ text: String, lineEnd: String) -> String { shown(text, lineEnd: lineEnd, tab: nil) }

/// A text that cannot steer a terminal, whatever values it holds: line ends and tabs stay; other characters become pictures as in
/// ``visible(_:lineEnd:)``.
package func harmless(_ text: String) -> String { shown(text, lineEnd: nil, tab: "\t") }

/// - Parameters:
///   - lineEnd: replaces a line's end; nil leaves it, and shows lone carriage returns.
///   - tab: replaces a tab; nil is its picture.
private func shown(_ text: String, lineEnd: String?, tab: Unicode.Scalar?) -> String {
  // Most texts are of plain characters, told by their bytes.
  var text = text
  let isPlain = text.withUTF8 { bytes in bytes.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A && lineEnd == nil }
  }
  if isPlain { return text }
  var shown = String.UnicodeScalarView()
  var before: Unicode.Scalar?
  let scalars = text.unicodeScalars
  var index = scalars.startIndex
  while index < scalars.endIndex {
    let scalar = scalars[index]
    let next = scalars.index(after: index)
    let after = next < scalars.endIndex ? scalars[next] : nil
    switch scalar {
    case "\r" where after == "\n": break
    case "\n", "\r":
      if let lineEnd {
        shown.append(contentsOf: lineEnd.unicodeScalars)
      } else {
        shown.append(scalar == "\n" ? scalar : "\u{240D}")
      }
    case "\t": shown.append(tab ?? "\u{2409}")
    default:
      if let picture = picture(of: scalar, between: before, and: after) {
        shown.append(contentsOf: picture.unicodeScalars)
      } else {
        shown.append(scalar)
      }
    }
    before = scalar
    index = next
  }
  return String(shown)
}

/// The replacement for a character that steers or hides; nil for every other.
private func picture(
  of scalar: Unicode.Scalar, between before: Unicode.Scalar?, and after: Unicode.Scalar?
) -> String? {
  switch scalar.value {
  case 0..<0x20: return Unicode.Scalar(0x2400 + scalar.value).map { String($0) }
  case 0x20..<0x7F: return nil
  case 0x7F: return "\u{2421}"
  case 0x80..<0xA0, 0x2028, 0x2029, 0xFFF9...0xFFFB: return code(of: scalar)
  default: break
  }
  guard scalar.properties.isDefaultIgnorableCodePoint else { return nil }
  switch scalar.value {
  // Between letters of scripts that join, and within emoji sequences, joiners are visible.
  case 0x200C, 0x200D: return [before, after].allSatisfy { $0.map(isJoined) ?? false } ? nil : code(of: scalar)
  // After the character whose form they choose.
  case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180D: return before.map(isBase) ?? false ? nil : code(of: scalar)
  // Flags of regions are spelt with tags.
  case 0xE0020...0xE007F:
    return before.map { $0.value == 0x1F3F4 || (0xE0020...0xE007F).contains($0.value) } ?? false
      ? nil : code(of: scalar)
  default: return code(of: scalar)
  }
}

private func isJoined(_ scalar: Unicode.Scalar) -> Bool {
  guard !scalar.isASCII else { return false }
  return scalar.value == 0xFE0F || isBase(scalar)
    || [.nonspacingMark, .spacingMark].contains(scalar.properties.generalCategory)
}

/// Whether the character is visible by itself.
private func isBase(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.properties.isDefaultIgnorableCodePoint { return false }
  switch scalar.properties.generalCategory {
  case .control, .format, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator, .spaceSeparator:
    return false
  default: return true
  }
}

private func code(of scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
}

/// A text's beginning, followed by `…` if the text is longer.
///
/// - Parameter limit: in Unicode scalars.
package func shortened(_ text: String, to limit: Int) -> String {
  // No scalar takes less than a byte.
  guard text.utf8.count > limit else { return text }
  let kept = text.unicodeScalars.prefix(limit)
  return kept.endIndex == text.endIndex ? text : String(kept) + "…"
}
