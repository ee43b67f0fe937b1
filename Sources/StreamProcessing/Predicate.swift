package import Columnar

/// Which events count: a condition on the stream's fields, and the text from which it was read.
package struct Predicate: Hashable, Sendable {
  /// As it was written: plans of other texts do not continue each other's state.
  package let text: String
  /// What the text says.
  package let condition: Condition
}
