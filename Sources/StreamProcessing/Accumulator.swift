import Columnar

/// The running values of one aggregate, one a window slot. Each case loops over plain numbers.
enum Accumulator: Hashable, Sendable {
  case count([Int64])
  /// Exact: 64-bit values in a 128-bit sum cannot overflow before 2^64 of them.
  case wholeSum(sums: [Int128], counts: [Int64], isMean: Bool)
  /// Neumaier's compensated sum (1974), so that the order of large and small values hardly matters.
  case doubleSum(sums: [Double], compensations: [Double], counts: [Int64], isMean: Bool)
  case wholeExtreme([Int64], counts: [Int64], isMaximum: Bool)
  case doubleExtreme([Double], counts: [Int64], isMaximum: Bool)
  /// How often each value occurred: exact, and as large as the number of distinct values in the window.
  case wholeMedian([[Int64: Int64]])
  case doubleMedian([[Double: Int64]])

  init(_ function: AggregateFunction, over type: DataType?) {
    let isDouble = type == .double
    switch function {
    case .count: self = .count([])
    case .sum, .avg:
      let isMean = function == .avg
      self =
        isDouble
        ? .doubleSum(sums: [], compensations: [], counts: [], isMean: isMean)
        : .wholeSum(sums: [], counts: [], isMean: isMean)
    case .min, .max:
      let isMaximum = function == .max
      self =
        isDouble
        ? .doubleExtreme([], counts: [], isMaximum: isMaximum) : .wholeExtreme([], counts: [], isMaximum: isMaximum)
    case .median: self = isDouble ? .doubleMedian([]) : .wholeMedian([])
    }
  }

  /// Adds the rows of a column, except those with slot -1 and those without a value.
  ///
  /// - Parameter column: nil for a count of rows.
  mutating func add(_ column: Column?, slots: [Int32], slotCount: Int) {
    let validity = column?.validity
    switch self {
    case .count(var counts):
      self = .count([])
      counts.grow(to: slotCount)
      for (row, slot) in slots.enumerated() where slot >= 0 && validity?[row] ?? true { counts[Int(slot)] += 1 }
      self = .count(counts)
    case .wholeSum(var sums, var counts, let isMean):
      self = .count([])
      sums.grow(to: slotCount)
      counts.grow(to: slotCount)
      column?.forEachWhole(slots: slots) { slot, value in
        sums[slot] += Int128(value)
        counts[slot] += 1
      }
      self = .wholeSum(sums: sums, counts: counts, isMean: isMean)
    case .doubleSum(var sums, var compensations, var counts, let isMean):
      self = .count([])
      sums.grow(to: slotCount)
      compensations.grow(to: slotCount)
      counts.grow(to: slotCount)
      column?.forEachDouble(slots: slots) { slot, value in
        let sum = sums[slot] + value
        compensations[slot] += abs(sums[slot]) >= abs(value) ? (sums[slot] - sum) + value : (value - sum) + sums[slot]
        sums[slot] = sum
        counts[slot] += 1
      }
      self = .doubleSum(sums: sums, compensations: compensations, counts: counts, isMean: isMean)
    case .wholeExtreme(var values, var counts, let isMaximum):
      self = .count([])
      values.grow(to: slotCount)
      counts.grow(to: slotCount)
      column?.forEachWhole(slots: slots) { slot, value in
        if counts[slot] == 0 || (isMaximum ? value > values[slot] : value < values[slot]) { values[slot] = value }
        counts[slot] += 1
      }
      self = .wholeExtreme(values, counts: counts, isMaximum: isMaximum)
    case .doubleExtreme(var values, var counts, let isMaximum):
      self = .count([])
      values.grow(to: slotCount)
      counts.grow(to: slotCount)
      column?.forEachDouble(slots: slots) { slot, value in
        if counts[slot] == 0 || (isMaximum ? value > values[slot] : value < values[slot]) { values[slot] = value }
        counts[slot] += 1
      }
      self = .doubleExtreme(values, counts: counts, isMaximum: isMaximum)
    case .wholeMedian(var values):
      self = .count([])
      values.append(contentsOf: repeatElement([:], count: max(0, slotCount - values.count)))
      column?.forEachWhole(slots: slots) { slot, value in values[slot][value, default: 0] += 1 }
      self = .wholeMedian(values)
    case .doubleMedian(var values):
      self = .count([])
      values.append(contentsOf: repeatElement([:], count: max(0, slotCount - values.count)))
      column?.forEachDouble(slots: slots) { slot, value in values[slot][value, default: 0] += 1 }
      self = .doubleMedian(values)
    }
  }

  /// The values of `slots`, in that order.
  func picking(_ slots: [Int]) -> Accumulator {
    func pick<Element>(_ values: [Element]) -> [Element] { slots.map { values[$0] } }
    return switch self {
    case .count(let counts): .count(pick(counts))
    case .wholeSum(let sums, let counts, let isMean): .wholeSum(sums: pick(sums), counts: pick(counts), isMean: isMean)
    case .doubleSum(let sums, let compensations, let counts, let isMean):
      .doubleSum(sums: pick(sums), compensations: pick(compensations), counts: pick(counts), isMean: isMean)
    case .wholeExtreme(let values, let counts, let isMaximum):
      .wholeExtreme(pick(values), counts: pick(counts), isMaximum: isMaximum)
    case .doubleExtreme(let values, let counts, let isMaximum):
      .doubleExtreme(pick(values), counts: pick(counts), isMaximum: isMaximum)
    case .wholeMedian(let values): .wholeMedian(pick(values))
    case .doubleMedian(let values): .doubleMedian(pick(values))
    }
  }

  /// Overwrites `slots` with another accumulator's values, in order.
  mutating func replace(_ slots: [Int32], by other: Accumulator, slotCount: Int) {
    func put<Element>(_ new: [Element], into values: inout [Element], _ zero: Element) {
      values.append(contentsOf: repeatElement(zero, count: max(0, slotCount - values.count)))
      for (slot, value) in zip(slots, new) { values[Int(slot)] = value }
    }
    switch (self, other) {
    case (.count(var counts), .count(let new)):
      put(new, into: &counts, 0)
      self = .count(counts)
    case (.wholeSum(var sums, var counts, let isMean), .wholeSum(let newSums, let newCounts, _)):
      put(newSums, into: &sums, 0)
      put(newCounts, into: &counts, 0)
      self = .wholeSum(sums: sums, counts: counts, isMean: isMean)
    case (
      .doubleSum(var sums, var rests, var counts, let isMean), .doubleSum(let newSums, let newRests, let newCounts, _)
    ):
      put(newSums, into: &sums, 0)
      put(newRests, into: &rests, 0)
      put(newCounts, into: &counts, 0)
      self = .doubleSum(sums: sums, compensations: rests, counts: counts, isMean: isMean)
    case (.wholeExtreme(var values, var counts, let isMaximum), .wholeExtreme(let newValues, let newCounts, _)):
      put(newValues, into: &values, 0)
      put(newCounts, into: &counts, 0)
      self = .wholeExtreme(values, counts: counts, isMaximum: isMaximum)
    case (.doubleExtreme(var values, var counts, let isMaximum), .doubleExtreme(let newValues, let newCounts, _)):
      put(newValues, into: &values, 0)
      put(newCounts, into: &counts, 0)
      self = .doubleExtreme(values, counts: counts, isMaximum: isMaximum)
    case (.wholeMedian(var values), .wholeMedian(let new)):
      put(new, into: &values, [:])
      self = .wholeMedian(values)
    case (.doubleMedian(var values), .doubleMedian(let new)):
      put(new, into: &values, [:])
      self = .doubleMedian(values)
    // Accumulators of one plan are of one kind.
    default: break
    }
  }

  /// The approximate size of the values in bytes.
  var byteCount: Int {
    switch self {
    case .count(let counts): counts.count * 8
    case .wholeSum(let sums, _, _): sums.count * 24
    case .doubleSum(let sums, _, _, _): sums.count * 24
    case .wholeExtreme(let values, _, _): values.count * 16
    case .doubleExtreme(let values, _, _): values.count * 16
    case .wholeMedian(let values): values.reduce(0) { $0 + 32 + $1.count * 24 }
    case .doubleMedian(let values): values.reduce(0) { $0 + 32 + $1.count * 24 }
    }
  }

  /// The aggregate of one slot; null if it has no values.
  ///
  /// - Parameter type: the result column's type.
  /// - Throws: ``AggregationOverflow`` for a sum beyond BIGINT.
  func value(_ slot: Int, type: DataType) throws(AggregationOverflow) -> Value {
    switch self {
    case .count(let counts): return .integer(counts[slot])
    case .wholeSum(let sums, let counts, let isMean):
      if counts[slot] == 0 { return .null }
      if isMean { return .double(Double(sums[slot]) / Double(counts[slot])) }
      guard let sum = Int64(exactly: sums[slot]) else { throw AggregationOverflow() }
      return .integer(sum)
    case .doubleSum(let sums, let compensations, let counts, let isMean):
      if counts[slot] == 0 { return .null }
      // Compensating an infinite sum would make it NaN.
      let sum = sums[slot].isFinite ? sums[slot] + compensations[slot] : sums[slot]
      return .double(isMean ? sum / Double(counts[slot]) : sum)
    case .wholeExtreme(let values, let counts, _):
      if counts[slot] == 0 { return .null }
      return type == .timestamp ? .timestamp(.init(microseconds: values[slot])) : .integer(values[slot])
    case .doubleExtreme(let values, let counts, _): return counts[slot] == 0 ? .null : .double(values[slot])
    case .wholeMedian(let values): return Self.median(values[slot]) { Double($0) }
    case .doubleMedian(let values): return Self.median(values[slot]) { $0 }
    }
  }

  /// The middle value, or the mean of the two middle ones.
  private static func median<Number: Comparable>(_ counts: [Number: Int64], _ double: (Number) -> Double) -> Value {
    let total = counts.values.reduce(0, +)
    guard total > 0 else { return .null }
    var below: Int64 = 0
    var lower: Number?
    for (value, count) in counts.sorted(by: { $0.key < $1.key }) {
      below += count
      if lower == nil, below > (total - 1) / 2 { lower = value }
      if let lower, below > total / 2 { return .double(double(lower) / 2 + double(value) / 2) }
    }
    return .null
  }
}

/// A sum of whole numbers that BIGINT cannot hold.
package struct AggregationOverflow: Error, Hashable, CustomStringConvertible {
  package var description: String { "a window's sum exceeds BIGINT" }
}

extension Array where Element: Numeric {
  fileprivate mutating func grow(to count: Int) {
    if count > self.count { append(contentsOf: repeatElement(0, count: count - self.count)) }
  }
}

extension Column {
  /// Calls `body` with the slot and the value of each row that has both, for whole numbers and times.
  @inline(__always)
  fileprivate func forEachWhole(slots: [Int32], _ body: (Int, Int64) -> Void) {
    switch values {
    case .integer(let values): walk(values, slots: slots) { body($0, Int64($1)) }
    case .long(let values), .timestamp(let values): walk(values, slots: slots, body)
    default: break
    }
  }

  @inline(__always)
  fileprivate func forEachDouble(slots: [Int32], _ body: (Int, Double) -> Void) {
    if case .double(let values) = values { walk(values, slots: slots, body) }
  }

  @inline(__always)
  private func walk<Element>(_ values: [Element], slots: [Int32], _ body: (Int, Element) -> Void) {
    if let validity {
      for (row, slot) in slots.enumerated() where slot >= 0 && validity[row] { body(Int(slot), values[row]) }
    } else {
      for (row, slot) in slots.enumerated() where slot >= 0 { body(Int(slot), values[row]) }
    }
  }
}
