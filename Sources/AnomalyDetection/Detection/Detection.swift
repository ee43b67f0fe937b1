/// The verdict on every point of a series. Each array has one entry for each point of the request, in its order.
public struct EntireDetection: Hashable, Sendable {
  /// Points in a season; 0 for a series without one.
  public let period: Int
  /// What the model expects in the place of each value.
  public let expectedValues: [Double]
  /// How far above the expected value a value may lie.
  public let upperMargins: [Double]
  /// How far below the expected value a value may lie.
  public let lowerMargins: [Double]
  /// Whether each point is an anomaly, in either direction.
  public let isAnomaly: [Bool]
  /// Lower than expected.
  public let isNegativeAnomaly: [Bool]
  /// Higher than expected.
  public let isPositiveAnomaly: [Bool]
  /// 0 for a normal point, else up to 1.
  public let severity: [Double]
}

/// The verdict on the last point of a series.
public struct LastDetection: Hashable, Sendable {
  /// Points in a season; 0 for a series without one.
  public let period: Int
  /// How many points to send the next time.
  public let suggestedWindow: Int
  /// What the model expects in the place of the last value.
  public let expectedValue: Double
  /// How far above the expected value a value may lie.
  public let upperMargin: Double
  /// How far below the expected value a value may lie.
  public let lowerMargin: Double
  /// Whether the last point is an anomaly, in either direction.
  public let isAnomaly: Bool
  /// Lower than expected.
  public let isNegativeAnomaly: Bool
  /// Higher than expected.
  public let isPositiveAnomaly: Bool
  /// 0 for a normal point, else up to 1.
  public let severity: Double
}

extension DetectionRequest {
  /// Judges every point of the series, each in the light of all others.
  /// - Throws: what is wrong with the request, under the published code, naming the point.
  public func detectEntire() throws(DetectionError) -> EntireDetection {
    let analysis = try Analysis(of: self, mode: .entire)
    let deviations = analysis.assessment.deviations
    return EntireDetection(
      period: analysis.period, expectedValues: analysis.assessment.expected, upperMargins: analysis.band.upper,
      lowerMargins: analysis.band.lower, isAnomaly: deviations.map(\.isAnomaly),
      isNegativeAnomaly: deviations.map { $0 == .negative }, isPositiveAnomaly: deviations.map { $0 == .positive },
      severity: analysis.band.severities)
  }

  /// Judges the last point of the series in the light of those before it.
  /// - Throws: what is wrong with the request, under the published code, naming the point.
  public func detectLast() throws(DetectionError) -> LastDetection {
    let analysis = try Analysis(of: self, mode: .last)
    let last = analysis.values.count - 1
    let deviation = analysis.assessment.deviations[last]
    return LastDetection(
      period: analysis.period, suggestedWindow: granularity.suggestedWindow(period: analysis.period),
      expectedValue: analysis.assessment.expected[last], upperMargin: analysis.band.upper[last],
      lowerMargin: analysis.band.lower[last], isAnomaly: deviation.isAnomaly, isNegativeAnomaly: deviation == .negative,
      isPositiveAnomaly: deviation == .positive, severity: analysis.band.severities[last])
  }
}
