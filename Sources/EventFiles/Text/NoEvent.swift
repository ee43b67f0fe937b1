import Wording

/// The reason why a row, an object or a tweet makes no event.
package enum NoEvent: Hashable, Sendable, CustomStringConvertible {
  /// A text that is not a time, or that could mean several.
  case time(String)
  case number(String)
  case fieldCount(Int, header: Int)
  /// The parser's reason.
  case notJSON(String)
  case notATweet
  /// A missing member, by its name or its meaning; and the members that the object has.
  case missing(String, members: [String])

  /// The reason in one line, with long and hidden characters shortened and made visible.
  package var description: String {
    switch self {
    case .time(let text): "invalid time '\(Self.shown(text))'"
    case .number(let text): "invalid number '\(Self.shown(text))'"
    case .fieldCount(let count, let header): "\(counted(count, "field")), but the header has \(header)"
    case .notJSON(let reason): "invalid JSON: \(reason)"
    case .notATweet: "not a tweet"
    case .missing(let name, let members):
      members.isEmpty
        ? "\(name) is missing"
        : "\(name) is missing; members: \(visible(members.prefix(12).joined(separator: ", "), lineEnd: "⏎"))"
    }
  }

  private static func shown(_ text: String) -> String { visible(String(text.prefix(40)), lineEnd: "⏎") }
}
