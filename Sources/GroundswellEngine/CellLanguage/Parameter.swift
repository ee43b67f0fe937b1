/// The value of a session's parameter, as `set`, a notebook's parameters cell or `-p` gave it.
package struct Parameter: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    case text(String)
  }

  /// The text as it was typed; stands for the parameter in commands.
  package let word: String
  /// The typed value, for SQL.
  package let value: Value

  /// Reads a value: whole numbers, decimal numbers, `true` and `false`; anything else is text.
  package init(reading text: String) {
    word = text
    if let number = Int64(text), !text.hasPrefix("+") {
      value = .integer(number)
    } else if text.first.map({ $0.isNumber || $0 == "-" || $0 == "." }) == true, let number = Double(text),
      number.isFinite
    {
      value = .double(number)
    } else if text == "true" || text == "false" {
      value = .boolean(text == "true")
    } else {
      value = .text(text)
    }
  }

  /// The literal for SQL: a number, `TRUE`, or a quoted text, so that no value changes the meaning of a statement.
  package var sqlLiteral: String {
    switch value {
    case .integer(let number): String(number)
    case .double(let number): "\(number)"
    case .boolean(let flag): flag ? "TRUE" : "FALSE"
    case .text(let text):
      "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
  }
}
