/// Judges a series without a season: values far from the bulk are outliers, and the trend is expected.
struct DynamicThreshold {
  let maxAnomalyRatio: Double
  let significance: Double
  let mode: DetectionMode

  /// - Parameter values: at least 12.
  func assess(_ values: [Double]) -> Assessment {
    let outliers = Outliers(
      of: [.init(values: values.normalized, countsDistantScores: true)], maxAnomalyRatio: maxAnomalyRatio,
      significance: significance, mode: mode)
    let trend: [Double]
    if outliers.places.isEmpty {
      trend = Trend.of(values, period: 0)
    } else {
      var isBlank = [Bool](repeating: false, count: values.count)
      for place in outliers.places { isBlank[place] = true }
      trend = Trend.of(values.interpolated(over: isBlank), period: nil)
    }
    return Assessment(
      model: outliers.hasMajority ? .dynamicThresholdWithMajority : .dynamicThreshold, expected: trend,
      directions: .of(values, expected: trend, at: outliers.places), trend: trend)
  }
}
