/// A text for a terminal with ASCII only: the program's own characters become the nearest plain ones. Other characters, which are
/// the user's, stay.
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

/// The plain characters for the lines of tables and axes.
let plainFrame: [Character: Character] = [
  "│": "|", "┤": "|", "─": "-", "┌": "+", "┬": "+", "┐": "+", "├": "+", "┼": "+", "└": "+", "┴": "+", "┘": "+",
  "⋮": ":",
]
