/// Tables at older versions in a statement, as Spark writes them: `tweets VERSION AS OF 3`,
/// `tweets TIMESTAMP AS OF '2019-04-16T00:00:00Z'`, `tweets@v3`.
package struct TimeTravel: Hashable {
  package enum Point: Hashable {
    case version(Int64)
    case time(String)
  }

  package struct Reference: Hashable {
    let table: String
    let point: Point
    /// In the statement.
    fileprivate let range: Range<String.Index>
  }

  let statement: String
  package private(set) var references: [Reference] = []

  package init(_ statement: String) {
    self.statement = statement
    let tokens = Self.tokens(of: statement)
    for (index, token) in tokens.enumerated() where token.isName {
      var next = index + 1
      func word(_ place: Int) -> String { tokens.indices.contains(place) ? tokens[place].text.lowercased() : "" }
      if word(next) == "for" { next += 1 }
      guard tokens.indices.contains(next) else { break }
      let rest = tokens[next]
      if rest.text.hasPrefix("@v"), let version = Int64(rest.text.dropFirst(2)), next == index + 1 {
        references.append(
          Reference(table: token.name, point: .version(version), range: token.range.lowerBound..<rest.range.upperBound))
      } else if ["version", "timestamp"].contains(word(next)), word(next + 1) == "as", word(next + 2) == "of",
        tokens.indices.contains(next + 3)
      {
        let value = tokens[next + 3]
        let range = token.range.lowerBound..<value.range.upperBound
        if word(next) == "version", let version = Int64(value.text) {
          references.append(Reference(table: token.name, point: .version(version), range: range))
        } else if word(next) == "timestamp", value.text.first == "'" {
          references.append(Reference(table: token.name, point: .time(value.name), range: range))
        }
      }
    }
  }

  /// The statement with other names for these, in their order.
  package func naming(_ names: [String]) -> String {
    var text = statement
    for (reference, name) in zip(references, names).reversed() {
      let quoted = SQLTable.quoted(name)
      // As long as before where that can be, so that places in errors stay true.
      let room = max(0, text[reference.range].count - quoted.count)
      text.replaceSubrange(reference.range, with: quoted + String(repeating: " ", count: room))
    }
    return text
  }

  private struct Token {
    let text: String
    let range: Range<String.Index>

    var isName: Bool { text.first.map { $0.isLetter || $0 == "_" || "\"`[".contains($0) } ?? false }

    /// Without quotes around it.
    var name: String {
      guard let first = text.first, "\"`['".contains(first), text.count > 1 else { return text }
      return String(text.dropFirst().dropLast())
    }
  }

  private static func tokens(of text: String) -> [Token] {
    var tokens: [Token] = []
    var place = text.startIndex
    func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
    while place < text.endIndex {
      let (start, first) = (place, text[place])
      func skip(while holds: (Character) -> Bool) {
        while place < text.endIndex, holds(text[place]) { place = text.index(after: place) }
      }
      if first.isWhitespace {
        skip(while: \.isWhitespace)
        continue
      } else if text[place...].hasPrefix("--") {
        skip { !$0.isNewline }
        continue
      } else if text[place...].hasPrefix("/*") {
        place = text[place...].firstRange(of: "*/")?.upperBound ?? text.endIndex
        continue
      } else if "'\"`[".contains(first) {
        place = text.index(after: place)
        skip { $0 != (first == "[" ? "]" : first) }
        if place < text.endIndex { place = text.index(after: place) }
      } else if isWord(first) || first == "@" {
        place = text.index(after: place)
        skip(while: isWord)
      } else {
        place = text.index(after: place)
      }
      tokens.append(Token(text: String(text[start..<place]), range: start..<place))
    }
    return tokens
  }
}
