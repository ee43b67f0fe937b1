extension GridSeries {
  /// A longer grid is judged as if it had no gaps: twice the longest permitted series.
  private static let longestFilledGrid = 17_280

  /// Whether filling would change anything, and is not refused.
  func hasGaps(mode: ImputeMode) -> Bool {
    mode != .notFill && values.count < length && length <= Self.longestFilledGrid
  }

  /// The value of every step of the grid.
  func filled(_ rule: (Gap) -> Double) -> [Double] {
    var filled: [Double] = []
    filled.reserveCapacity(length)
    for (position, index) in indices.enumerated() {
      while filled.count < index, position > 0 {
        let before = (index: indices[position - 1], value: values[position - 1])
        filled.append(rule(Gap(before: before, after: (index, values[position]), index: filled.count)))
      }
      filled.append(values[position])
    }
    return filled
  }

  /// A step without a point, between its nearest neighbours that have one.
  struct Gap {
    let before: (index: Int, value: Double)
    let after: (index: Int, value: Double)
    let index: Int

    var previous: Double { before.value }

    var linear: Double {
      let slope = (after.value - before.value) / Double(after.index - before.index)
      return before.value + slope * Double(index - before.index)
    }
  }
}
