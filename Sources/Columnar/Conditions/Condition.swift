/// A condition on rows: comparisons of columns with literals, joined by AND, OR and NOT, in SQL's three-valued logic.
///
///     let condition = Condition.and(.comparison("favorite", .greater, .integer(10)), .isNull("lang"))
///     condition.rows(of: events)  // the rows for which it is true, neither false nor unknown
///
/// Columns are named, so that one condition serves a stream's events, a table's files and a table's rows; a name is looked
/// up ignoring case.
package indirect enum Condition: Hashable, Sendable {
  /// Unknown if the value is null, or of a kind that has no order with the literal.
  case comparison(String, Comparison, Value)
  case isNull(String)
  case not(Condition)
  case and(Condition, Condition)
  case or(Condition, Condition)

  /// What is known of a column's values before they are read.
  package enum Bounds: Hashable, Sendable {
    case unknown
    case allNull
    /// Each value is null or lies between these, ends included.
    case between(Value, Value)
  }

  /// The columns that it looks at, in order of appearance; a column that is named twice comes twice.
  package var columns: [String] {
    switch self {
    case .comparison(let column, _, _), .isNull(let column): [column]
    case .not(let condition): condition.columns
    case .and(let left, let right), .or(let left, let right): left.columns + right.columns
    }
  }

  /// False only if the condition is true for no row whose values lie within the bounds.
  ///
  /// - Parameter bounds: gives what is known of a column.
  package func mayHold(_ bounds: (String) -> Bounds) -> Bool {
    switch self {
    case .comparison(let column, let comparison, let literal):
      switch bounds(column) {
      case .unknown: true
      case .allNull: false
      case .between(let minimum, let maximum): comparison.mayHold(between: minimum, and: maximum, literal)
      }
    case .isNull, .not: true
    case .and(let left, let right): left.mayHold(bounds) && right.mayHold(bounds)
    case .or(let left, let right): left.mayHold(bounds) || right.mayHold(bounds)
    }
  }
}

extension [Condition] {
  /// One condition that is true if all are; nil without any.
  package var conjunction: Condition? {
    first.map { first in dropFirst().reduce(first) { .and($0, $1) } }
  }
}
