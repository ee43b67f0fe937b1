/// The number of columns that a text takes on a terminal.
///
/// By Unicode's East Asian Width (UAX 11): wide blocks and emoji take two, combining marks and joiners none.
package func displayWidth(_ text: String) -> Int {
  text.reduce(0) { width, character in width + displayWidth(character) }
}

private func displayWidth(_ character: Character) -> Int {
  guard let first = character.unicodeScalars.first else { return 0 }
  if first.isASCII { return character.isNewline ? 0 : 1 }
  // An emoji sequence is drawn as one.
  if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
  switch first.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control: return 0
  default: break
  }
  switch first.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// A text of at most `width` columns of a terminal; `…` replaces the end of a longer one.
package func clipped(_ text: String, to width: Int) -> String {
  guard displayWidth(text) > width else { return text }
  var kept = ""
  var room = width - 1
  for character in text {
    room -= displayWidth(String(character))
    if room < 0 { break }
    kept.append(character)
  }
  return kept + "…"
}
