/// Fills the gaps of a seasonal series: short ones by a spline through their neighbours, long ones from the same phase of the
/// periods around them, the rest by straight lines.
///
/// All limits and weights are observed behaviour of the open-sourced detector.
struct SeasonalFilling {
  private let grid: TimeSeries
  private let period: Int
  /// The values of all steps; NaN for steps without a value yet.
  private var values: [Double]
  private let isPresent: [Bool]

  /// A gap of more steps, or of more than a quarter of a period, is long.
  private static let longestShortGap = 6
  /// The weights of the values three periods before to three periods after a step: the nearest count most.
  private static let weights = [0.1, 0.3, 0.6, 0.6, 0.3, 0.1]
  private static let reach = 3

  /// - Returns: the value of every step; nil if there are too few points for a spline.
  static func fill(_ grid: TimeSeries, period: Int) -> [Double]? {
    guard var filling = SeasonalFilling(grid, period: period) else { return nil }
    filling.fillLongGaps()
    return filling.values.interpolated(over: filling.values.map(\.isNaN))
  }

  private init?(_ grid: TimeSeries, period: Int) {
    let known = grid.values
    guard let spline = InterpolatingSpline(places: grid.indices.map { Double($0) }, values: known),
      let least = known.min(), let greatest = known.max()
    else { return nil }
    self.grid = grid
    self.period = period
    var values = [Double](repeating: .nan, count: grid.length)
    for (index, value) in zip(grid.indices, known) { values[index] = value }
    isPresent = values.map { !$0.isNaN }
    self.values = values
    for number in grid.indices.indices.dropLast() {
      let gap = grid.indices[number] + 1..<grid.indices[number + 1]
      guard !gap.isEmpty, gap.count <= Self.longestShortGap, Double(gap.count) <= Double(period) / 4 else { continue }
      var drawn = gap.map { spline.value(at: Double($0), behind: number) }
      if Self.overshoots(drawn, neighbours: neighbours(of: gap)) {
        let (before, after) = (known[number], known[number + 1])
        drawn = (1...gap.count).map { before + (after - before) / Double(gap.count + 1) * Double($0) }
      }
      for (index, value) in zip(gap, drawn) { self.values[index] = min(max(value, least), greatest) }
    }
  }

  /// The values of the two steps on either side that have a point. Observed: the first step of all never counts.
  private func neighbours(of gap: Range<Int>) -> [Double] {
    [gap.lowerBound - 2, gap.lowerBound - 1, gap.upperBound, gap.upperBound + 1]
      .filter { $0 > 0 && $0 < grid.length && isPresent[$0] }.map { values[$0] }
  }

  /// Whether a curve leaves the range of its neighbours, if these only rise or only fall.
  private static func overshoots(_ drawn: [Double], neighbours: [Double]) -> Bool {
    guard neighbours.count > 2, let first = neighbours.first, let last = neighbours.last else { return false }
    let pairs = zip(neighbours, neighbours.dropFirst())
    guard pairs.allSatisfy({ $0 <= $1 }) || pairs.allSatisfy({ $0 >= $1 }) else { return false }
    return drawn.contains { $0 < min(first, last) || $0 > max(first, last) }
  }

  private mutating func fillLongGaps() {
    let known = values
    let gaps = Self.gaps(of: known)
    for index in known.indices where known[index].isNaN {
      let before = Self.samePhase(of: index, in: known, gaps, step: -period)
      let after = Self.samePhase(of: index, in: known, gaps, step: period)
      guard !before.isEmpty || !after.isEmpty else { continue }
      let samples = before.reversed() + after
      let weights = Self.weights[(Self.reach - before.count)..<(Self.reach + after.count)]
      values[index] = zip(samples, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
  }

  /// For each step without a value: how many steps of its gap lie before it, and how many from it on, itself counted. Zeros for
  /// the other steps.
  private static func gaps(of values: [Double]) -> [(before: Int, rest: Int)] {
    var gaps = [(before: Int, rest: Int)](repeating: (0, 0), count: values.count)
    for index in values.indices where values[index].isNaN {
      gaps[index].before = index > 0 && values[index - 1].isNaN ? gaps[index - 1].before + 1 : 0
    }
    for index in values.indices.reversed() where values[index].isNaN {
      gaps[index].rest = index + 1 < values.count ? gaps[index + 1].rest + 1 : 1
    }
    return gaps
  }

  /// The values whole periods away in one direction, nearest first, without the missing ones. Observed: three places are looked
  /// at, missing ones counted, and a long gap is left in one jump.
  private static func samePhase(
    of index: Int, in values: [Double], _ gaps: [(before: Int, rest: Int)], step: Int
  ) -> [Double] {
    let period = abs(step)
    var found: [Double] = []
    var (place, left) = (index + step, reach)
    while values.indices.contains(place), left > 0 {
      if values[place].isNaN {
        if step > 0 {
          place += Int((Double(gaps[place].rest - period) / Double(period)).rounded(.up)) * period
        } else {
          place -= gaps[place].before / period * period
        }
      } else {
        found.append(values[place])
      }
      place += step
      left -= 1
    }
    return found
  }
}
