/// A text for a terminal that knows ASCII only: what we draw and write with stands as the nearest plain characters. Other
/// characters, which are the user's own, stay.
package func plainCharacters(_ text: String) -> String {
  guard text.contains(where: { !$0.isASCII }) else { return text }
  var plain = ""
  for character in text {
    switch character {
    case "│", "┤": plain.append("|")
    case "─": plain.append("-")
    case "┌", "┬", "┐", "├", "┼", "└", "┴", "┘": plain.append("+")
    case "⋮": plain.append(":")
    case "…": plain += "..."
    case "→": plain += "->"
    case "≠": plain += "!="
    case "⏎": plain += "\\n"
    case "–": plain.append("-")
    default: plain.append(character)
    }
  }
  return plain
}

/// A text that cannot steer a terminal, whatever values it holds: line ends and tabs stay, other control characters stand as pictures.
package func harmless(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
  var harmless = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    harmless.append(
      isControl(scalar) ? Unicode.Scalar(scalar.value < 0x20 ? 0x2400 + scalar.value : 0x2421) ?? "?" : scalar)
  }
  return String(harmless)
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09, 0x0A: false
  case 0..<0x20, 0x7F..<0xA0: true
  default: false
  }
}
