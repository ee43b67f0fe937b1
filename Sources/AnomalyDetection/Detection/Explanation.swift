/// Why a point is an anomaly, or is none: what the service knew and never told.
public struct Explanation: Hashable, Sendable {
  /// How a series is judged.
  public enum Method: String, Sendable {
    /// By what its trend and its season leave over.
    case seasonal
    /// By what stands out of its spectrum.
    case spectralResidual
    /// By what lies far from the bulk of it.
    case dynamicThreshold
  }

  /// The point's place in the series.
  public let index: Int
  /// As the series has it.
  public let value: Double
  /// What the model expects in its place.
  public let expectedValue: Double
  /// The band's ends: the expected value less and plus the margins.
  public let lowerBound: Double
  /// Likewise above.
  public let upperBound: Double
  /// The verdict, at the sensitivity that was asked for.
  public let isAnomaly: Bool
  /// Whether the model holds the point for an outlier, whatever the band says.
  public let isOutlier: Bool
  /// Chosen by season and granularity.
  public let method: Method
  /// Whether most values are equal, so that whatever differs stands out.
  public let hasMajority: Bool
  /// In points; 0 or 1 for no season.
  public let period: Int
  /// Whether the request named the period.
  public let isPeriodGiven: Bool
  /// How much of what the trend leaves is season, 0...1 (Wang, Smith and Hyndman 2006, "Characteristic-based clustering for
  /// time series data"): 1 − var(remainder) / var(season + remainder), without spikes. Nil without a season.
  public let seasonalStrength: Double?
  /// The nearest sensitivity, 0...100, at which the verdict is the other one; nil where there is none.
  public let flippingSensitivity: Int?
  /// Steps of the grid without a point.
  public let missingCount: Int
  /// Whether these were filled for the judgement; else they were passed over.
  public let areMissingFilled: Bool

  /// How far the value lies outside of the band, in widths of the band: 0 inside, infinite for a band without width.
  public var distanceInBandWidths: Double {
    let beyond = max(value - upperBound, lowerBound - value)
    return beyond > 0 ? beyond / (upperBound - lowerBound) : 0
  }
}

extension DetectionRequest {
  /// Explains the verdict on a point.
  ///
  /// - Parameter index: nil is the last point, judged in the light of those before it, as ``detectLast()`` does; any other is
  ///   judged in the light of all, as ``detectEntire()`` does.
  /// - Throws: what is wrong with the request, under the published code, naming the point.
  public func explain(at index: Int? = nil) throws(DetectionError) -> Explanation {
    let analysis = try Analysis(of: self, mode: index == nil ? .last : .entire)
    let place = index ?? analysis.values.count - 1
    guard analysis.values.indices.contains(place) else {
      throw DetectionError(
        .badArgument, "There is no point \(place): the series has \(analysis.values.count).",
        remedy: "Name one from 0 to \(analysis.values.count - 1).")
    }
    let (judgement, expected) = (analysis.judgement, analysis.assessment.expected[place])
    let isAnomaly = analysis.assessment.deviations[place].isAnomaly
    let model = judgement.model
    return Explanation(
      index: place, value: analysis.values[place], expectedValue: expected,
      lowerBound: expected - analysis.band.lower[place], upperBound: expected + analysis.band.upper[place],
      isAnomaly: isAnomaly, isOutlier: judgement.deviations[place].isAnomaly, method: model.method,
      hasMajority: model == .seasonalWithMajority || model == .dynamicThresholdWithMajority, period: analysis.period,
      isPeriodGiven: period != nil,
      seasonalStrength: analysis.seasonalStrength,
      flippingSensitivity: analysis.flippingSensitivity(at: place, from: sensitivity, version: boundaryVersion),
      missingCount: analysis.missing.count, areMissingFilled: analysis.missing.areFilled)
  }
}

extension Analysis {
  fileprivate var seasonalStrength: Double? {
    guard period > 1 else { return nil }
    let remainder = zip(values, assessment.expected).map { $0 - $1 }.withoutSpikes
    let season = zip(assessment.expected, assessment.trend).map { $0 - $1 }
    let both = zip(season, remainder).map { $0 + $1 }.variance
    return both > 0 ? max(0, 1 - remainder.variance / both) : 0
  }

  /// The sensitivity nearest to the one asked for at which the point's verdict changes. Only the band depends on it.
  fileprivate func flippingSensitivity(at place: Int, from asked: Int, version: BoundaryVersion) -> Int? {
    let verdict = assessment.deviations[place].isAnomaly
    return (0...100).sorted { abs($0 - asked) < abs($1 - asked) }.first { sensitivity in
      var tried = judgement
      _ = Band(around: &tried, of: values, sensitivity: sensitivity, version: version)
      return tried.deviations[place].isAnomaly != verdict
    }
  }
}

extension Model {
  fileprivate var method: Explanation.Method {
    switch self {
    case .seasonal, .seasonalWithMajority: .seasonal
    case .spectralResidual, .spectralResidualZScore: .spectralResidual
    case .dynamicThreshold, .dynamicThresholdWithMajority: .dynamicThreshold
    }
  }
}
