import CivilTime
package import Columnar

/// Counts and bounds of a column's values.
package struct ColumnStatistics: Hashable, Sendable {
  /// How many values are null.
  package let nullCount: Int
  /// The minimum and maximum; nil without values, with a NaN among them, and for texts
  /// of more than ``maximalTextLength`` bytes.
  package let bounds: (minimum: Value, maximum: Value)?

  /// In bytes. Longer bounds cost more in the footer than they save in reading.
  static let maximalTextLength = 64

  /// The statistics of some rows of a column.
  package init(of column: Column, rows: Range<Int>) {
    let validity = column.validity
    nullCount = validity.map { $0[rows].count { !$0 } } ?? 0
    func extremes<Element: Comparable>(_ values: [Element]) -> (Element, Element)? {
      var found: (least: Element, greatest: Element)?
      for row in rows where validity?[row] ?? true {
        guard let current = found else {
          found = (values[row], values[row])
          continue
        }
        if values[row] < current.least { found?.least = values[row] }
        if values[row] > current.greatest { found?.greatest = values[row] }
      }
      return found.map { ($0.least, $0.greatest) }
    }
    switch column.values {
    case .boolean(let values):
      bounds = extremes(values.map { $0 ? 1 : 0 }).map { (.boolean($0 == 1), .boolean($1 == 1)) }
    case .integer(let values): bounds = extremes(values).map { (.integer(Int64($0)), .integer(Int64($1))) }
    case .long(let values): bounds = extremes(values).map { (.integer($0), .integer($1)) }
    case .date(let values):
      bounds = extremes(values).map { low, high in
        (.date(CivilDate(daysSinceEpoch: Int(low))), .date(CivilDate(daysSinceEpoch: Int(high))))
      }
    case .decimal(let values, _, let scale):
      bounds = extremes(values).map { low, high in
        (.decimal(DecimalNumber(digits: low, scale: scale)), .decimal(DecimalNumber(digits: high, scale: scale)))
      }
    case .timestamp(let values):
      bounds = extremes(values).map { (.timestamp(.init(microseconds: $0)), .timestamp(.init(microseconds: $1))) }
    case .double(let values):
      let hasNaN = rows.contains { (validity?[$0] ?? true) && values[$0].isNaN }
      // Zeros of both signs are equal, so the bounds must include both.
      bounds =
        hasNaN
        ? nil : extremes(values).map { (.double($0 == 0 ? -0.0 : $0), .double($1 == 0 ? 0.0 : $1)) }
    case .string(let texts): bounds = Self.bounds(of: texts, rows: rows, validity: validity)
    }
  }

  private static func bounds(
    of texts: StringValues, rows: Range<Int>, validity: [Bool]?
  ) -> (minimum: Value, maximum: Value)? {
    var (least, greatest): (Int?, Int?) = (nil, nil)
    func precedes(_ left: Int, _ right: Int) -> Bool {
      texts.bytes[texts.range(left)].lexicographicallyPrecedes(texts.bytes[texts.range(right)])
    }
    for row in rows where validity?[row] ?? true {
      if texts.range(row).count > maximalTextLength { return nil }
      if least.map({ precedes(row, $0) }) ?? true { least = row }
      if greatest.map({ precedes($0, row) }) ?? true { greatest = row }
    }
    guard let least, let greatest else { return nil }
    return (.string(texts[least]), .string(texts[greatest]))
  }

  package static func == (left: ColumnStatistics, right: ColumnStatistics) -> Bool {
    left.nullCount == right.nullCount && left.bounds?.minimum == right.bounds?.minimum
      && left.bounds?.maximum == right.bounds?.maximum
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(nullCount)
    hasher.combine(bounds?.minimum)
    hasher.combine(bounds?.maximum)
  }
}
