package import Columnar

/// A function that SQL statements may call. What it throws becomes the statement's error.
package struct SQLFunction: Sendable {
  package enum Evaluation: Sendable {
    /// Of the arguments of one row.
    case scalar(@Sendable ([Value]) throws -> Value)
    /// Of the arguments of all rows of a group, in no promised order.
    case aggregate(@Sendable ([[Value]]) throws -> Value)
  }

  package let name: String
  /// How many arguments it takes.
  package let arguments: ClosedRange<Int>
  package let evaluation: Evaluation

  package init(_ name: String, arguments: ClosedRange<Int>, _ evaluation: Evaluation) {
    self.name = name
    self.arguments = arguments
    self.evaluation = evaluation
  }
}

/// A unit of time that a function does not know.
package struct UnknownTimeUnit: Error, Hashable {
  package let function: String
  package let unit: String
  package let known: [String]

  package init(function: String, unit: String, known: [String]) {
    self.function = function
    self.unit = unit
    self.known = known
  }
}
