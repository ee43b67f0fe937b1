/// How far a cell's work is.
package struct Progress: Hashable, Sendable {
  /// What is counted: `events sent`.
  package let what: String
  package let done: Int64
  /// Nil where the end is not known.
  package let total: Int64?

  init(_ what: String, done: Int64, of total: Int64? = nil) {
    self.what = what
    self.done = done
    self.total = total
  }
}
