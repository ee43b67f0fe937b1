package import Columnar

/// Which events count: comparisons of fields with literals, joined by AND, OR, NOT, in SQL's three-valued logic.
package struct Predicate: Hashable, Sendable {
  /// As it was written.
  package let text: String
  let condition: Condition

  indirect enum Condition: Hashable, Sendable {
    case comparison(field: Int, Comparison, Value)
    case isNull(field: Int)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)
  }

  enum Comparison: String, Hashable, Sendable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    func holds<Element: Comparable>(_ left: Element, _ right: Element) -> Bool {
      switch self {
      case .equal: left == right
      case .notEqual: left != right
      case .less: left < right
      case .lessOrEqual: left <= right
      case .greater: left > right
      case .greaterOrEqual: left >= right
      }
    }
  }

  /// The places of the fields that it compares.
  var fields: [Int] { condition.fields }

  /// True for the rows that count: those for which the condition is true, neither false nor unknown.
  ///
  /// - Precondition: the table has the schema that the predicate was read against.
  package func mask(over table: Table) -> [Bool] {
    condition.truth(over: table).map { $0 == .true }
  }
}

private enum Truth: UInt8 {
  case `false`, unknown, `true`
}

extension Predicate.Condition {
  fileprivate var fields: [Int] {
    switch self {
    case .comparison(let field, _, _), .isNull(let field): [field]
    case .not(let condition): condition.fields
    case .and(let left, let right), .or(let left, let right): left.fields + right.fields
    }
  }

  /// For each row, whether the condition holds.
  fileprivate func truth(over table: Table) -> [Truth] {
    switch self {
    case .isNull(let field):
      return (0..<table.rowCount).map { table.columns[field].isNull($0) ? .true : .false }
    case .not(let condition):
      return condition.truth(over: table).map { $0 == .unknown ? .unknown : $0 == .true ? .false : .true }
    case .and(let left, let right):
      // The lesser of false, unknown, true; of the two the greater for OR.
      return zip(left.truth(over: table), right.truth(over: table)).map { $0.rawValue < $1.rawValue ? $0 : $1 }
    case .or(let left, let right):
      return zip(left.truth(over: table), right.truth(over: table)).map { $0.rawValue > $1.rawValue ? $0 : $1 }
    case .comparison(let field, let comparison, let literal):
      return compare(table.columns[field], comparison, literal)
    }
  }

  private func compare(_ column: Column, _ comparison: Predicate.Comparison, _ literal: Value) -> [Truth] {
    func truths<Element: Comparable>(_ values: [Element], _ literal: Element) -> [Truth] {
      var truths = values.map { comparison.holds($0, literal) ? Truth.true : .false }
      if let validity = column.validity {
        for row in truths.indices where !validity[row] { truths[row] = .unknown }
      }
      return truths
    }
    switch (column.values, literal) {
    case (.integer(let values), .integer(let literal)): return truths(values.map(Int64.init), literal)
    case (.long(let values), .integer(let literal)): return truths(values, literal)
    case (.timestamp(let values), .timestamp(let literal)): return truths(values, literal.microseconds)
    case (.integer(let values), .double(let literal)): return truths(values.map(Double.init), literal)
    case (.long(let values), .double(let literal)): return truths(values.map(Double.init), literal)
    case (.double(let values), _): return truths(values, literal.number ?? .nan)
    case (.string(let texts), .string(let literal)):
      // By their bytes, as SQLite and Spark compare texts, and without making any.
      let wanted = Array(literal.utf8)
      var truths = (0..<texts.count).map { row -> Truth in
        let order = texts.compare(row, to: wanted)
        return comparison.holds(order, 0) ? .true : .false
      }
      if let validity = column.validity {
        for row in truths.indices where !validity[row] { truths[row] = .unknown }
      }
      return truths
    case (.boolean(let values), .boolean(let literal)):
      return truths(values.map { $0 ? 1 : 0 }, literal ? 1 : 0)
    default: return Array(repeating: .unknown, count: column.count)
    }
  }
}
