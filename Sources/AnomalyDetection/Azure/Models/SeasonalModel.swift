/// Judges a series with a season by what its trend and its season leave over.
struct SeasonalModel {
  /// At least 2.
  let period: Int
  let maxAnomalyRatio: Double
  let significance: Double
  let mode: DetectionMode

  /// If the remainder is more than this share of the values, a decomposition of the logarithms is tried.
  private static let poorFit = 0.1
  /// If that leaves a remainder of less than this share, it is taken.
  private static let goodFit = 0.05

  /// - Parameter values: more than two periods.
  func assess(_ values: [Double]) -> Assessment {
    let parts = decomposition(of: values)
    let deseasonalized = zip(values, parts.seasonal).map { $0 - $1 }
    let remainder = zip(deseasonalized, parts.trend).map { $0 - $1 }
    let outliers = Outliers(
      of: [
        .init(values: deseasonalized.normalized, countsDistantScores: true),
        .init(values: remainder.normalized, countsDistantScores: false),
      ],
      maxAnomalyRatio: max(maxAnomalyRatio, 1 / Double(values.count)), significance: significance, mode: mode)
    let trend = parts.trend.bridged(over: outliers.places, period: period)
    let expected = zip(trend, parts.seasonal).map { $0 + $1 }
    return Assessment(
      model: outliers.hasMajority ? .seasonalWithMajority : .seasonal, expected: expected,
      directions: .of(values, expected: expected, at: outliers.places), trend: trend)
  }

  private func decomposition(of values: [Double]) -> SeasonalDecomposition {
    let plain = withoutOutliers(values) { decompose($0) }
    guard relativeRemainder(plain, values) > Self.poorFit else { return plain }
    let multiplied = withoutOutliers(values) { decomposeLogarithms($0) }
    return relativeRemainder(multiplied, values) < Self.goodFit ? multiplied : plain
  }

  /// The mean share of a value that is left over; shares of 0 in 0 do not count.
  private func relativeRemainder(_ parts: SeasonalDecomposition, _ values: [Double]) -> Double {
    let shares = zip(parts.remainder, values).map { ($0 / $1).magnitude }.filter { !$0.isNaN }
    return shares.isEmpty ? 0 : shares.mean
  }

  /// Decomposes a second time where the first time shows outliers, with their neighbours of the trendless series in their place.
  /// A phase in which more than half are outliers is not disturbed but different, and stays.
  private func withoutOutliers(
    _ values: [Double], _ decompose: ([Double]) -> SeasonalDecomposition
  ) -> SeasonalDecomposition {
    let parts = decompose(values)
    var trendless = zip(parts.remainder, parts.seasonal).map { $0 + $1 }
    let (mean, deviation) = (trendless.mean, trendless.standardDeviation)
    guard deviation > 0 else { return parts }
    var isOutlier = trendless.map { ($0 - mean).magnitude / deviation >= 3 }
    let tolerated = Int(Double(values.count) / Double(period) / 2)
    for phase in 0..<period {
      let places = stride(from: phase, to: values.count, by: period)
      if places.count(where: { isOutlier[$0] }) > tolerated { for place in places { isOutlier[place] = false } }
    }
    guard isOutlier.contains(true), let first = isOutlier.firstIndex(of: false) else { return parts }
    for place in 0..<first { trendless[place] = trendless[first] }
    for place in first..<values.count where isOutlier[place] { trendless[place] = trendless[place - 1] }
    return decompose(zip(trendless, parts.trend).map { $0 + $1 })
  }

  /// Where the last point is in question, the decomposition that leaves less of it: with or without one more point behind it, the
  /// median of its phase, which keeps the last from being the one without a right neighbour.
  private func decompose(_ values: [Double]) -> SeasonalDecomposition {
    let plain = STL.decompose(values, period: period)
    guard mode == .last else { return plain }
    let phase = stride(from: values.count - period, through: 0, by: -period).map { values[$0] }
    var extended = STL.decompose(values + [phase.median], period: period)
    let last = values.count - 1
    guard plain.remainder[last].magnitude > extended.remainder[last].magnitude else { return plain }
    extended.trend.removeLast()
    extended.seasonal.removeLast()
    extended.remainder.removeLast()
    return extended
  }

  /// A product of trend and season as a sum of logarithms; values below 1 are lifted first.
  private func decomposeLogarithms(_ values: [Double]) -> SeasonalDecomposition {
    let least = values.min() ?? 1
    let lift = least < 1 ? 1 - least : 0
    let lifted = least < 1 ? values.map { $0 - least + 1 } : values
    let parts = decompose(lifted.map(\.naturalLogarithm))
    var trend = parts.trend.map(\.exponential)
    let seasonal = values.indices.map { (parts.trend[$0] + parts.seasonal[$0]).exponential - trend[$0] }
    let remainder = values.indices.map { lifted[$0] - trend[$0] - seasonal[$0] }
    if lift > 0 { trend = trend.map { $0 - 1 + least } }
    return SeasonalDecomposition(trend: trend, seasonal: seasonal, remainder: remainder)
  }
}

extension [Double] {
  /// A trend that does not follow outliers: straight lines in their place, and a level end where they are half of its last half
  /// period.
  fileprivate func bridged(over outliers: [Int], period: Int) -> [Double] {
    guard !outliers.isEmpty else { return self }
    var isBlank = [Bool](repeating: false, count: count)
    for place in outliers { isBlank[place] = true }
    let end = period / 2
    if Double(outliers.count { $0 >= count - end }) >= 0.5 * Double(end) {
      for place in count - end..<count { isBlank[place] = true }
    }
    return interpolated(over: isBlank)
  }
}
