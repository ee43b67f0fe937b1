/// Markdown for a terminal: as it is written, with its paragraphs broken between words when a line is full.
package func wrapped(_ markdown: String, to columns: Int) -> String {
  var lines: [String] = []
  var paragraph: [Substring] = []
  var isFenced = false
  func flush() {
    var line = ""
    for word in paragraph.flatMap({ $0.split(separator: " ") }) {
      if !line.isEmpty, displayWidth(line) + 1 + displayWidth(String(word)) > columns {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(line) }
    paragraph = []
  }
  for line in markdown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
    let first = line.first
    if line.hasPrefix("```") { isFenced.toggle() }
    // Headings, lists, quotes, tables and code keep their lines.
    let isProse = !isFenced && first.map { $0.isLetter || $0.isNumber || "*_`\"([".contains($0) } ?? false
    if isProse, !line.hasPrefix("* "), !line.hasPrefix("```") {
      paragraph.append(line)
      // Two blanks end a line.
      if line.hasSuffix("  ") { flush() }
    } else {
      flush()
      lines.append(String(line))
    }
  }
  flush()
  return lines.joined(separator: "\n")
}
