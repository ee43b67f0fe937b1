/// An error that a person reads: the problem, then what to do next.
///
/// Libraries below the engine hold the facts; the extensions in this folder make sentences and remedies of them, in the terms of
/// the cell language.
package protocol Explained: Error {
  /// What was tried, on what, and what was found: one line.
  var problem: String { get }
  /// What to do next, as an imperative: one line; nil if the problem says it.
  var remedy: String? { get }
  /// The word of the statement that is wrong, as it was typed; nil if the fault lies elsewhere.
  var wordAtFault: String? { get }
}

extension Explained {
  package var remedy: String? { nil }
  package var wordAtFault: String? { nil }
  /// The problem and the remedy, a line each.
  package var sentences: String { remedy.map { "\(problem)\n\($0)" } ?? problem }
}

extension Explained where Self: CustomStringConvertible {
  /// What the library says of its own error.
  package var problem: String { description }
}

/// What a person reads of any error: the problem, then the remedy on a line of its own.
package func sentences(for error: any Error) -> String {
  switch error {
  case is CancellationError: "interrupted\nthe shell goes on; run the cell again for its answer"
  case let error as any Explained: error.sentences
  default: "\(error)"
  }
}

/// The first of an error's sentences: the problem, for lists and notes.
package func problem(of error: any Error) -> String {
  sentences(for: error).split(separator: "\n").first.map(String.init) ?? ""
}
