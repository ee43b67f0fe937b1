/// Why a line is not an object of a table.
package enum ObjectFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The parser's reason.
  case notJSON(String)
  case notAnObject
  /// Two members have the same name.
  case repeatedName
  /// A member with half of a surrogate pair.
  case halfCharacter(member: String)

  /// The fault in one line.
  package var description: String {
    switch self {
    case .notJSON(let reason): "invalid JSON: \(reason)"
    case .notAnObject: "not a JSON object"
    case .repeatedName: "two members have the same name"
    case .halfCharacter(let member): "'\(member)' has half of a surrogate pair, which is not a character"
    }
  }
}
