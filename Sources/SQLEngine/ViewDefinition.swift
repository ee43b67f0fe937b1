/// `CREATE OR REPLACE [TEMP] VIEW name AS …`, which Spark has and SQLite does not.
struct ViewDefinition: Hashable {
  var name: String
  /// The statement without `OR REPLACE`.
  var statement: String

  /// Nil for any other statement.
  init?(replacing text: String) {
    var rest = Substring(text)
    func word() -> String {
      rest = rest.drop(while: \.isWhitespace)
      let word = rest.prefix { !$0.isWhitespace }
      rest = rest.dropFirst(word.count)
      return String(word)
    }
    guard word().lowercased() == "create", word().lowercased() == "or", word().lowercased() == "replace" else {
      return nil
    }
    var kind = word().lowercased()
    let isTemporary = kind == "temp" || kind == "temporary"
    if isTemporary { kind = word().lowercased() }
    guard kind == "view" else { return nil }
    let definition = rest
    rest = rest.drop(while: \.isWhitespace)
    if let quote = rest.first, "\"`[".contains(quote) {
      let end: Character = quote == "[" ? "]" : quote
      name = String(rest.dropFirst().prefix { $0 != end })
    } else {
      name = String(rest.prefix { !$0.isWhitespace && $0 != "(" })
    }
    // As many characters as before, so that an offset in an error is one in the typed text.
    let blanks = String(repeating: " ", count: " OR REPLACE".count)
    statement = "CREATE\(blanks) \(isTemporary ? "TEMP " : "")VIEW" + definition
  }
}
