/// The text of a post's HTML, as Mastodon gives it: line ends for lines and paragraphs, no tags, references as characters.
///
/// Tags are as the server's own sanitizer leaves them: in `<` and `>`, without `>` within.
func postText(html: String) -> String {
  var (text, rest, hasTags) = ("".unicodeScalars, html.unicodeScalars[...], true)
  while let mark = rest.firstIndex(where: { $0 == "<" || $0 == "&" }) {
    text += rest[..<mark]
    rest = rest[mark...]
    if hasTags, rest.first == "<", let end = rest.firstIndex(of: ">") {
      let tag = String(rest[..<end].dropFirst().prefix { !$0.properties.isWhitespace })
      let lineEnds = text.suffix(2).reversed().prefix { $0 == "\n" }.count
      let wanted =
        switch tag {
        case "br", "br/": lineEnds + 1
        case "/li": 1
        case "/p", "/pre", "/blockquote", "/ul", "/ol": 2
        default: 0
        }
      text.append(contentsOf: repeatElement("\n", count: max(0, wanted - lineEnds)))
      rest = rest[end...].dropFirst()
    } else if rest.first == "&", let end = rest.prefix(10).firstIndex(of: ";"),
      let character = character(reference: String(rest[..<end].dropFirst()))
    {
      text.append(character)
      rest = rest[end...].dropFirst()
    } else {
      // If one tag has no end, the ones after it have none either.
      hasTags = hasTags && rest.first != "<"
      text.append(rest.removeFirst())
    }
  }
  text += rest
  while text.last == "\n" { text.removeLast() }
  return String(text)
}

/// The character of a reference such as `amp`, `#39` or `#x27`; nil for one that posts do not have.
private func character(reference: String) -> Unicode.Scalar? {
  switch reference {
  case "amp": "&"
  case "lt": "<"
  case "gt": ">"
  case "quot": "\""
  case "apos": "'"
  case "nbsp": "\u{A0}"
  case let number where number.hasPrefix("#x"): UInt32(number.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
  case let number where number.hasPrefix("#"): UInt32(number.dropFirst()).flatMap(Unicode.Scalar.init)
  default: nil
  }
}
