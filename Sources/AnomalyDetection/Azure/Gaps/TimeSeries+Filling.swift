extension TimeSeries {
  /// A longer grid is judged as if it had no gaps: twice the longest permitted series.
  private static let longestFilledGrid = 17_280

  /// The value of every step, or nil if there are no gaps or they are to be passed over.
  ///
  /// - Parameter period: in points; for automatic filling, which needs a season of 2 or more.
  func filled(_ gaps: GapFilling, period: Int) -> [Double]? {
    guard points.count < length, length <= Self.longestFilledGrid else { return nil }
    return switch gaps {
    case .automatic: period > 1 ? SeasonalFilling.fill(self, period: period) ?? filled(\.previous) : nil
    case .previous: filled(\.previous)
    case .linear: filled(\.linear)
    case .constant(let value): filled { _ in value }
    case .passOver: nil
    }
  }

  /// The value of every step of the grid.
  private func filled(_ rule: (Gap) -> Double) -> [Double] {
    var filled: [Double] = []
    filled.reserveCapacity(length)
    for (position, index) in indices.enumerated() {
      while filled.count < index, position > 0 {
        let before = (index: indices[position - 1], value: points[position - 1].value)
        filled.append(rule(Gap(before: before, after: (index, points[position].value), index: filled.count)))
      }
      filled.append(points[position].value)
    }
    return filled
  }

  /// A step without a point, between its nearest neighbours that have one.
  private struct Gap {
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
