/// For one row, whether a condition holds. The order is that of AND, which gives the least, and OR, which gives the greatest.
private enum Truth: UInt8 {
  case `false`, unknown, `true`
}

extension Condition {
  /// A mark for each row: true if the condition is true, neither false nor unknown.
  package func mask(over table: Table) -> [Bool] { truths(over: table).map { $0 == .true } }

  /// The indices of the rows for which the condition is true, ascending.
  ///
  /// - Precondition: the table has fewer than 2^31 rows.
  package func rows(of table: Table) -> [Int32] {
    let truths = truths(over: table)
    return truths.withUnsafeBytes { bytes in
      [Int32](unsafeUninitializedCapacity: truths.count) { rows, count in
        var row = 0
        while row < bytes.count {
          // Eight rows at a time while none of them is wanted.
          if row + 8 <= bytes.count, bytes.loadUnaligned(fromByteOffset: row, as: UInt64.self) & Self.eightTrue == 0 {
            row += 8
            continue
          }
          // Without a branch: each row is written, and counts if it is wanted.
          for next in row..<min(row + 8, bytes.count) {
            rows[count] = Int32(truncatingIfNeeded: next)
            count += bytes[next] == Truth.true.rawValue ? 1 : 0
          }
          row += 8
        }
      }
    }
  }

  /// The bit of `true` in each of eight bytes; neither `false` nor `unknown` has it.
  private static let eightTrue: UInt64 = 0x0202_0202_0202_0202

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
      return Self.pairs(left.truths(over: table), right.truths(over: table)) { $0.rawValue < $1.rawValue ? $0 : $1 }
    case .or(let left, let right):
      return Self.pairs(left.truths(over: table), right.truths(over: table)) { $0.rawValue > $1.rawValue ? $0 : $1 }
    }
  }

  @inline(__always)
  private static func pairs(_ left: [Truth], _ right: [Truth], _ choose: (Truth, Truth) -> Truth) -> [Truth] {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        filled(left.count) { choose(left[$0], right[$0]) }
      }
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
      if let narrow = Int32(exactly: literal) { return compared(values, narrow) { $0 } }
      return compared(values, literal) { Int64($0) }
    case (.long(let values), .integer(let literal)): return compared(values, literal) { $0 }
    case (.timestamp(let values), .timestamp(let literal)): return compared(values, literal.microseconds) { $0 }
    case (.integer(let values), .double(let literal)): return compared(values, literal) { Double($0) }
    case (.long(let values), .double(let literal)): return compared(values, literal) { Double($0) }
    case (.double(let values), .double(let literal)): return compared(values, literal) { $0 }
    case (.double(let values), .integer(let literal)): return compared(values, Double(literal)) { $0 }
    case (.string(let texts), .string(let literal)):
      // By their bytes, as SQLite and Spark compare texts, and without making any.
      let wanted = Array(literal.utf8)
      return (0..<texts.count).map { holds(order: texts.compare($0, to: wanted)) ? .true : .false }
    default: return nil
    }
  }

  /// One loop a comparison, so that none of them decides anything.
  @inline(__always)
  private func compared<Element, Number: Comparable>(
    _ values: [Element], _ literal: Number, _ number: (Element) -> Number
  ) -> [Truth] {
    values.withUnsafeBufferPointer { values in
      switch self {
      case .equal: filled(values.count) { number(values[$0]) == literal ? .true : .false }
      case .notEqual: filled(values.count) { number(values[$0]) != literal ? .true : .false }
      case .less: filled(values.count) { number(values[$0]) < literal ? .true : .false }
      case .lessOrEqual: filled(values.count) { number(values[$0]) <= literal ? .true : .false }
      case .greater: filled(values.count) { number(values[$0]) > literal ? .true : .false }
      case .greaterOrEqual: filled(values.count) { number(values[$0]) >= literal ? .true : .false }
      }
    }
  }
}

/// What `truth` gives for each index, in a loop that the compiler makes wide.
@inline(__always)
private func filled(_ count: Int, _ truth: (Int) -> Truth) -> [Truth] {
  [Truth](unsafeUninitializedCapacity: count) { truths, filledCount in
    for index in 0..<count { truths.initializeElement(at: index, to: truth(index)) }
    filledCount = count
  }
}
