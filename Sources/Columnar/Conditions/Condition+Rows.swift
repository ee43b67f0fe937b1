/// For one row, whether a condition holds. The order is that of AND, which gives the least, and OR, which gives the greatest.
private enum Truth: UInt8 {
  case `false`, unknown, `true`
}

extension Condition {
  /// A mark for each row: true if the condition is true, neither false nor unknown.
  package func mask(over table: Table) -> [Bool] { truths(over: table).map { $0 == .true } }

  /// The places of the rows for which the condition is true, ascending.
  ///
  /// - Precondition: the table has fewer than 2^31 rows.
  package func rows(of table: Table) -> [Int32] {
    let truths = truths(over: table)
    return [Int32](unsafeUninitializedCapacity: truths.count) { places, count in
      // Without a branch: each row is written, and counts if it is wanted.
      for row in truths.indices {
        places[count] = Int32(truncatingIfNeeded: row)
        count += truths[row] == .true ? 1 : 0
      }
    }
  }

  private func truths(over table: Table) -> [Truth] {
    switch self {
    case .comparison(let column, let comparison, let literal):
      return table[column].map { comparison.truths(of: $0, literal) }
        ?? Array(repeating: .unknown, count: table.rowCount)
    case .isNull(let column):
      return table[column].map { column in (0..<column.count).map { column.isNull($0) ? .true : .false } }
        ?? Array(repeating: .true, count: table.rowCount)
    case .not(let condition):
      return condition.truths(over: table).map { $0 == .unknown ? .unknown : $0 == .true ? .false : .true }
    case .and(let left, let right):
      return zip(left.truths(over: table), right.truths(over: table)).map { $0.rawValue < $1.rawValue ? $0 : $1 }
    case .or(let left, let right):
      return zip(left.truths(over: table), right.truths(over: table)).map { $0.rawValue > $1.rawValue ? $0 : $1 }
    }
  }
}

extension Condition.Comparison {
  /// For each value of a column what ``Value/order(to:)`` and ``holds(order:)`` say of it. NaN is unequal to everything,
  /// as IEEE 754 has it.
  fileprivate func truths(of column: Column, _ literal: Value) -> [Truth] {
    guard var truths = comparedTruths(of: column, literal) else {
      return (0..<column.count).map { row in
        column[row].order(to: literal).map { holds(order: $0) ? .true : .false } ?? .unknown
      }
    }
    if let validity = column.validity {
      for row in truths.indices where !validity[row] { truths[row] = .unknown }
    }
    return truths
  }

  /// The same without regard to nulls, over plain numbers and bytes; nil for kinds that are compared value by value.
  private func comparedTruths(of column: Column, _ literal: Value) -> [Truth]? {
    switch (column.values, literal) {
    case (.integer(let values), .integer(let literal)):
      Int32(exactly: literal).map { compared(values, $0) } ?? compared(values.lazy.map(Int64.init), literal)
    case (.long(let values), .integer(let literal)): compared(values, literal)
    case (.timestamp(let values), .timestamp(let literal)): compared(values, literal.microseconds)
    case (.integer(let values), .double(let literal)): compared(values.lazy.map(Double.init), literal)
    case (.long(let values), .double(let literal)): compared(values.lazy.map(Double.init), literal)
    case (.double(let values), .double(let literal)): compared(values, literal)
    case (.double(let values), .integer(let literal)): compared(values, Double(literal))
    case (.string(let texts), .string(let literal)):
      // By their bytes, as SQLite and Spark compare texts, and without making any.
      compared(orders(of: texts, to: Array(literal.utf8)), 0)
    default: nil
    }
  }

  private func orders(of texts: StringValues, to wanted: [UInt8]) -> LazyMapCollection<Range<Int>, Int> {
    (0..<texts.count).lazy.map { texts.compare($0, to: wanted) }
  }

  /// One loop a comparison, so that none of them decides anything.
  @inline(__always)
  private func compared<Values: Collection>(_ values: Values, _ literal: Values.Element) -> [Truth]
  where Values.Element: Comparable {
    switch self {
    case .equal: values.map { $0 == literal ? .true : .false }
    case .notEqual: values.map { $0 != literal ? .true : .false }
    case .less: values.map { $0 < literal ? .true : .false }
    case .lessOrEqual: values.map { $0 <= literal ? .true : .false }
    case .greater: values.map { $0 > literal ? .true : .false }
    case .greaterOrEqual: values.map { $0 >= literal ? .true : .false }
    }
  }
}
