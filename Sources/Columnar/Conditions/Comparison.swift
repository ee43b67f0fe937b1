extension Condition {
  /// How two values are compared, as SQL writes it.
  package enum Comparison: String, Hashable, Sendable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Whether it holds for two values of which the first comes before (below 0), with (0) or behind (above 0) the second.
    package func holds(order: Int) -> Bool {
      switch self {
      case .equal: order == 0
      case .notEqual: order != 0
      case .less: order < 0
      case .lessOrEqual: order <= 0
      case .greater: order > 0
      case .greaterOrEqual: order >= 0
      }
    }

    /// Whether it may hold for some value between these and the literal; true if they have no order.
    func mayHold(between minimum: Value, and maximum: Value, _ literal: Value) -> Bool {
      guard let low = minimum.order(to: literal), let high = maximum.order(to: literal) else { return true }
      return switch self {
      case .equal: low <= 0 && high >= 0
      case .notEqual: low != 0 || high != 0
      case .less, .lessOrEqual: holds(order: low)
      case .greater, .greaterOrEqual: holds(order: high)
      }
    }
  }
}

extension Value {
  /// Below, at or above 0 if the value comes before, with or behind the other; nil if they have no order: null, NaN, and
  /// values of different kinds. Numbers of all types have one order, and texts that of their bytes.
  package func order(to other: Value) -> Int? {
    func order<Element: Comparable>(_ left: Element, _ right: Element) -> Int {
      left == right ? 0 : left < right ? -1 : 1
    }
    switch (self, other) {
    case (.boolean(let left), .boolean(let right)): return order(left ? 1 : 0, right ? 1 : 0)
    case (.integer(let left), .integer(let right)): return order(left, right)
    case (.timestamp(let left), .timestamp(let right)): return order(left, right)
    case (.date(let left), .date(let right)): return order(left.daysSinceEpoch, right.daysSinceEpoch)
    case (.string(let left), .string(let right)):
      // Byte by byte: texts of equal characters may have different bytes.
      return left.utf8.elementsEqual(right.utf8) ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    default:
      guard let left = number, let right = other.number, !left.isNaN, !right.isNaN else { return nil }
      return order(left, right)
    }
  }
}
