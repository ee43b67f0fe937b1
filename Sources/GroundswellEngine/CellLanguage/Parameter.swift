/// The value of a session's parameter, as `set`, a notebook's parameters cell or `-p` gave it.
package enum Parameter: Hashable, Sendable {
  case integer(Int64)
  case double(Double)
  case boolean(Bool)
  case text(String)

  /// Reads a value as it was typed: whole numbers, decimal numbers, `true` and `false`; anything else is text.
  package init(reading text: String) {
    if let number = Int64(text), !text.hasPrefix("+") {
      self = .integer(number)
    } else if text.first.map({ $0.isNumber || $0 == "-" || $0 == "." }) == true, let number = Double(text),
      number.isFinite
    {
      self = .double(number)
    } else if text == "true" || text == "false" {
      self = .boolean(text == "true")
    } else {
      self = .text(text)
    }
  }

  /// As it stands in a command's words.
  package var word: String {
    switch self {
    case .integer(let number): String(number)
    case .double(let number): "\(number)"
    case .boolean(let flag): flag ? "true" : "false"
    case .text(let text): text
    }
  }

  /// As it stands in SQL: a number, `TRUE`, or a text in quotes, so that no value can change the statement's meaning.
  package var sqlLiteral: String {
    switch self {
    case .integer, .double: word
    case .boolean: word.uppercased()
    case .text(let text):
      "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
  }
}
