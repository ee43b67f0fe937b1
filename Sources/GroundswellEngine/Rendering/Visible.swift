/// A text without characters that would steer a terminal: control characters stand as Unicode's pictures of them.
func visible(_ text: String, lineEnd: String) -> String {
  guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
  var shown = ""
  for character in text {
    guard let scalar = character.unicodeScalars.first, scalar.properties.generalCategory == .control else {
      shown.append(character)
      continue
    }
    switch scalar.value {
    case 0x0A, 0x0D: shown += lineEnd
    case 0..<0x20: shown.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
    default: shown += "\u{2421}"
    }
  }
  return shown
}
