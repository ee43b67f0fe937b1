import Wording

/// A name that stands for nothing: a table, a column, a command, a cell.
package struct UnknownName: Explained, Hashable {
  /// `stream`, `table`.
  let kind: String
  let name: String
  /// The names that there are.
  let known: [String]
  /// How to make one; nil if only the known ones can be meant.
  let advice: String?
  /// Whether the known names are few enough to be listed.
  let listsKnown: Bool

  init(kind: String, name: String, known: [String], remedy advice: String? = nil, listsKnown: Bool = true) {
    (self.kind, self.name, self.known, self.advice, self.listsKnown) = (kind, name, known, advice, listsKnown)
  }

  package var problem: String { "there is no \(kind) '\(name)'" }
  package var wordAtFault: String? { name }

  package var remedy: String? { Suggestion.remedy(for: name, in: known, listing: listsKnown, or: advice) }
}

extension Suggestion {
  /// What to do about an unknown word: the nearest known one, else the known ones, else the advice; nil without any of them.
  ///
  /// - Parameter listsKnown: whether the known words are few enough to be listed.
  static func remedy(
    for word: String, in known: [String], listing listsKnown: Bool = true, or advice: String? = nil
  ) -> String? {
    if let closest = closest(to: word, in: known) { return "did you mean '\(closest)'?" }
    guard listsKnown, !known.isEmpty else { return advice }
    return "there are \(known.sorted().joined(separator: ", "))" + (advice.map { "; or: \($0)" } ?? "")
  }
}

/// A value that is not among those to choose from.
package struct UnknownChoice: Explained, Hashable {
  /// What takes the value: `--granularity`, `the setting format`; nil for a word without a name.
  let taker: String?
  let value: String
  let values: [String]

  package var problem: String { taker.map { "\($0) does not take '\(value)'" } ?? "unknown word '\(value)'" }
  package var wordAtFault: String? { value }

  package var remedy: String? {
    Suggestion.closest(to: value, in: values).map { "did you mean '\($0)'?" }
      ?? "choose one of \(values.joined(separator: ", "))"
  }
}
