import Wording

/// Whether a piece of HTML or SVG is safe in a page: well-formed, balanced, with only elements and attributes that display
/// something. Other markup is not repaired: reports use another representation.
struct HarmlessMarkup {
  private static let elements: Set<String> = [
    // HTML
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "p", "div", "span", "pre", "code", "b", "i", "em",
    "strong", "br", "hr", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "sub", "sup", "small",
    // SVG
    "svg", "g", "title", "desc", "text", "tspan", "line", "rect", "circle", "ellipse", "path", "polyline", "polygon",
  ]
  private static let empty: Set<String> = ["br", "hr"]
  private static let attributes: Set<String> = [
    "class", "title", "border", "align", "colspan", "rowspan", "scope", "role", "xmlns", "viewBox", "width", "height",
    "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "d", "points", "fill", "fill-opacity", "stroke",
    "stroke-width", "stroke-opacity", "stroke-linejoin", "stroke-linecap", "stroke-dasharray", "opacity", "font-family",
    "font-size", "font-weight", "text-anchor", "dominant-baseline", "transform", "preserveAspectRatio",
  ]

  static func accepts(_ text: String) -> Bool {
    var rest = text[...]
    var open: [Substring] = []
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      var tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.first == "/" {
        guard open.popLast() == tag.dropFirst().trimmed else { return false }
        continue
      }
      let closesItself = tag.last == "/"
      if closesItself { tag = tag.dropLast() }
      let name = tag.prefix { $0.isLetter || $0.isNumber }
      guard elements.contains(String(name)), hasHarmlessAttributes(tag.dropFirst(name.count)) else { return false }
      if !closesItself, !empty.contains(String(name)) { open.append(name) }
    }
    return open.isEmpty && !rest.contains("<")
  }

  /// ` name="value" …`, with known names, and values without references.
  private static func hasHarmlessAttributes(_ text: Substring) -> Bool {
    var rest = text.trimmed
    while !rest.isEmpty {
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
      rest = rest.dropFirst(name.count)
      guard attributes.contains(String(name)), rest.first == "=" else { return false }
      rest = rest.dropFirst()
      guard let quote = rest.first, quote == "\"" || quote == "'", let end = rest.dropFirst().firstIndex(of: quote)
      else {
        return false
      }
      let value = rest[rest.index(after: rest.startIndex)..<end].lowercased()
      let namesSpace = name == "xmlns" && value == "http://www.w3.org/2000/svg"
      guard namesSpace || !["url(", "javascript:", "://", "<", "&"].contains(where: value.contains) else {
        return false
      }
      rest = rest[rest.index(after: end)...].trimmed
    }
    return true
  }
}

/// A terminal's text without colours; of lines that overwrite each other, the last.
func withoutTerminalCodes(_ text: String) -> String {
  let plain = text.replacing(#/\u{1B}\[[0-9;?]*[@-~]/#, with: "")
  guard plain.unicodeScalars.contains("\r") else { return plain }
  let lines = plain.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  return lines.map { $0.split(separator: "\r").last ?? "" }.joined(separator: "\n")
}
