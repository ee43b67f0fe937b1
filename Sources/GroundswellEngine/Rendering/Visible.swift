/// A text without characters that would steer a terminal: control characters stand as Unicode's pictures of them.
///
/// - Parameter lineEnd: what stands for the end of a line.
func visible(_ text: String, lineEnd: String) -> String {
  guard text.unicodeScalars.contains(where: { picture(of: $0) != nil }) else { return text }
  var shown = ""
  for character in text {
    guard let scalar = character.unicodeScalars.first, let picture = picture(of: scalar) else {
      shown.append(character)
      continue
    }
    if scalar == "\n" || scalar == "\r" {
      shown += lineEnd
    } else {
      shown.unicodeScalars.append(picture)
    }
  }
  return shown
}

/// A text that cannot steer a terminal, whatever values it holds: line ends and tabs stay, other control characters stand as
/// pictures.
package func harmless(_ text: String) -> String {
  func isSteering(_ scalar: Unicode.Scalar) -> Bool { scalar != "\n" && scalar != "\t" && picture(of: scalar) != nil }
  guard text.unicodeScalars.contains(where: isSteering) else { return text }
  var harmless = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { harmless.append(isSteering(scalar) ? picture(of: scalar) ?? scalar : scalar) }
  return String(harmless)
}

/// Unicode's picture of a control character; nil for every other.
private func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
  switch scalar.value {
  case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value)
  case 0x7F..<0xA0: "\u{2421}"
  default: nil
  }
}
