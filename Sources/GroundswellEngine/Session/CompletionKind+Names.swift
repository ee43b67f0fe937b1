import ArgumentParser

/// A kind of name that a session knows. An argument that takes one says so: `completion: .names(.table)`.
package enum NameKind: String, CaseIterable, Sendable {
  case hub, stream, aggregate, query, cell, parameter, command
  /// Tables and views.
  case table
  /// A column of any table or view.
  case column
  /// A field of any stream.
  case field
  /// A file or folder on disk.
  case file

  /// Stands for all names of the kind in a list of words. No word that can be typed has this form.
  package var placeholder: String { "<\(rawValue)>" }
}

extension CompletionKind {
  /// Names of these kinds, and the given words.
  static func names(_ kinds: NameKind..., or words: [String] = []) -> CompletionKind {
    .list(kinds.map(\.placeholder) + words)
  }
}
