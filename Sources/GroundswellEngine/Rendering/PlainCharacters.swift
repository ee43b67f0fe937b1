/// A text for a terminal that knows ASCII only: what we draw and write with stands as the nearest plain characters. Other
/// characters, which are the user's own, stay.
package func plainCharacters(_ text: String) -> String {
  guard text.contains(where: { !$0.isASCII }) else { return text }
  var plain = ""
  for character in text {
    switch character {
    case "…": plain += "..."
    case "→": plain += "->"
    case "≠": plain += "!="
    case "⏎": plain += "\\n"
    case "–": plain.append("-")
    default: plain.append(plainFrame[character] ?? character)
    }
  }
  return plain
}

/// The lines of tables and axes, as the plain characters that are drawn in their places.
let plainFrame: [Character: Character] = [
  "│": "|", "┤": "|", "─": "-", "┌": "+", "┬": "+", "┐": "+", "├": "+", "┼": "+", "└": "+", "┴": "+", "┘": "+",
  "⋮": ":",
]
