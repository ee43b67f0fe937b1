/// The detector of Azure's retired Anomaly Detector service: its open-sourced algorithm, number for number.
///
/// A series with a season is judged by what its trend and its season leave over; one without a season by its spectrum if its steps
/// are shorter than an hour, else by what lies far from the bulk of its values.
///
/// ```swift
/// let series = try TimeSeries([1, 2, 1, 3, 2, 1, 2, 1, 2, 1, 3, 90])
/// let newest = try AzureDetector(sensitivity: 90, gaps: .linear).judgeLast(series)
/// print(newest.direction)
/// // high
/// ```
public struct AzureDetector: Detector, Hashable {
  /// How many points a series must and may have.
  public static let permittedCount = 12...8_640

  /// 0...100: the higher, the narrower the band around the expected values.
  public var sensitivity: Int
  /// The maximum share of the points that may be anomalies, above 0 and up to 0.49.
  public var maxAnomalyRatio: Double
  /// The length of a season in points; 0 for a series without a season; nil to have it detected.
  public var period: Int?
  /// How the steps of the grid that lack a point are filled.
  public var gaps: GapFilling
  /// The probability of a false alarm in the outlier tests, above 0.
  public var significance = 0.05
  /// For the spectral residual method: how many times its local mean the saliency of an anomaly is.
  public var saliencyThreshold = 3.5
  /// How the band around the expected values is drawn.
  public var band = BandStyle.shareOfExpected

  /// A detector. The settings are checked when it judges.
  ///
  /// - Parameters:
  ///   - sensitivity: 0...100; 95 is the tutorial's.
  ///   - maxAnomalyRatio: above 0 and up to 0.49.
  ///   - period: in points; 0 for no season; nil to have it detected.
  ///   - gaps: how missing points are filled.
  public init(
    sensitivity: Int = 95, maxAnomalyRatio: Double = 0.25, period: Int? = nil, gaps: GapFilling = .automatic
  ) {
    self.sensitivity = sensitivity
    self.maxAnomalyRatio = maxAnomalyRatio
    self.period = period
    self.gaps = gaps
  }

  /// The judgement of every point, each in the light of all others.
  ///
  /// - Throws: ``DetectionError`` for invalid settings, for a number of points outside of ``permittedCount``, or for a season that
  ///   gaps hide.
  public func judge(_ series: TimeSeries) throws(DetectionError) -> Judgements {
    let analysis = try Analysis(of: series, by: self, mode: .entire)
    return Judgements(series.points.indices.map { analysis.judgement(of: $0, in: series) })
  }

  /// The judgement of the last point, in the light of those before it.
  ///
  /// - Throws: ``DetectionError``, as ``judge(_:)`` does.
  public func judgeLast(_ series: TimeSeries) throws(DetectionError) -> Judgement {
    try Analysis(of: series, by: self, mode: .last).judgement(of: series.points.count - 1, in: series)
  }
}

/// What is put into the steps of a grid that lack a point.
public enum GapFilling: Hashable, Sendable {
  /// A seasonal series is filled from its neighbours and its other periods; any other is judged as if it had no gaps.
  case automatic
  /// The last value before the gap.
  case previous
  /// A straight line between the values on both sides.
  case linear
  /// One value for all gaps; must be finite.
  case constant(Double)
  /// Nothing: the series is judged as if it had no gaps.
  case passOver
}

/// How the band around the expected values is drawn.
public enum BandStyle: Hashable, Sendable {
  /// In shares of the expected value.
  case shareOfExpected
  /// In units that follow the trend, by a table of sensitivities.
  case trendUnits
}
