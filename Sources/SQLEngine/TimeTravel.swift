/// Tables at older versions in a statement, as Spark writes them: `tweets VERSION AS OF 3`,
/// `tweets TIMESTAMP AS OF '2019-04-16T00:00:00Z'`, `tweets@v3`.
package struct TimeTravel: Hashable {
  /// Which version: by its number, or the newest at a time, given as a text.
  package enum Point: Hashable {
    case version(Int64)
    case time(String)
  }

  /// One table at one version.
  package struct Reference: Hashable {
    /// The table's name, without quotes.
    package let table: String
    /// The wanted version.
    package let point: Point
    /// Its place in the statement.
    fileprivate let range: Range<String.Index>
  }

  let statement: String
  /// The tables at older versions, in the statement's order; empty for most statements.
  package private(set) var references: [Reference] = []

  /// Finds the references; text in quotes and comments has none.
  package init(_ statement: String) {
    self.statement = statement
    let tokens = Self.tokens(of: statement)
    for (index, token) in tokens.enumerated() where token.isName {
      var next = index + 1
      func word(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text.lowercased() : "" }
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

  /// The statement with the given names in place of the references, in their order.
  package func naming(_ names: [String]) -> String {
    var text = statement
    for (reference, name) in zip(references, names).reversed() {
      let quoted = SQLTable.quoted(name)
      // As long as before if possible, so that offsets in errors stay true.
      let room = max(0, text[reference.range].count - quoted.count)
      text.replaceSubrange(reference.range, with: quoted + String(repeating: " ", count: room))
    }
    return text
  }

  /// The name under which a version of a table is readable while a statement runs: `tweets@v3`.
  package static func name(of table: String, version: Int64) -> String { "\(table)@v\(version)" }

  /// The table and the version of such a name; nil for another name.
  package static func version(inName name: String) -> (table: String, version: Int64)? {
    guard let mark = name.ranges(of: "@v").last, let version = Int64(name[mark.upperBound...]) else { return nil }
    return (String(name[..<mark.lowerBound]), version)
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
    var index = text.startIndex
    func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
    while index < text.endIndex {
      let (start, first) = (index, text[index])
      func skip(while holds: (Character) -> Bool) {
        while index < text.endIndex, holds(text[index]) { index = text.index(after: index) }
      }
      if first.isWhitespace {
        skip(while: \.isWhitespace)
        continue
      } else if text[index...].hasPrefix("--") {
        skip { !$0.isNewline }
        continue
      } else if text[index...].hasPrefix("/*") {
        index = text[index...].firstRange(of: "*/")?.upperBound ?? text.endIndex
        continue
      } else if "'\"`[".contains(first) {
        index = text.index(after: index)
        skip { $0 != (first == "[" ? "]" : first) }
        if index < text.endIndex { index = text.index(after: index) }
      } else if isWord(first) || first == "@" {
        index = text.index(after: index)
        skip(while: isWord)
      } else {
        index = text.index(after: index)
      }
      tokens.append(Token(text: String(text[start..<index]), range: start..<index))
    }
    return tokens
  }
}
