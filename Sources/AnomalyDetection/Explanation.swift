/// Why a point is an anomaly, or is normal.
public struct Explanation: Hashable, Sendable {
  /// How a series is judged.
  public enum Method: String, Sendable {
    /// By what its trend and its season leave over.
    case seasonal
    /// By what stands out of its spectrum.
    case spectralResidual
    /// By what lies far from the bulk of the values.
    case dynamicThreshold
  }

  /// The point and the verdict on it.
  public let judgement: Judgement
  /// Whether the model takes the point for an outlier, before the band is applied.
  public let isOutlier: Bool
  /// The method, chosen by season and step.
  public let method: Method
  /// Whether most values are equal, so that any other value stands out.
  public let hasMajority: Bool
  /// Whether the settings named the period. Otherwise it was detected.
  public let isPeriodGiven: Bool
  /// How much of what the trend leaves is season, 0...1 (Wang, Smith and Hyndman 2006, "Characteristic-based clustering for
  /// time series data"): 1 − var(remainder) / var(season + remainder), without spikes. Nil without a season.
  public let seasonalStrength: Double?
  /// The nearest sensitivity, 0...100, at which the verdict changes; nil if no sensitivity changes it.
  public let flippingSensitivity: Int?
  /// The number of grid steps without a point.
  public let missingCount: Int
  /// Whether the gaps were filled for the judgement. Otherwise they were passed over.
  public let areMissingFilled: Bool

  /// An explanation, for detectors of your own.
  public init(
    of judgement: Judgement, isOutlier: Bool, method: Method, hasMajority: Bool, isPeriodGiven: Bool,
    seasonalStrength: Double?, flippingSensitivity: Int?, missingCount: Int, areMissingFilled: Bool
  ) {
    self.judgement = judgement
    self.isOutlier = isOutlier
    self.method = method
    self.hasMajority = hasMajority
    self.isPeriodGiven = isPeriodGiven
    self.seasonalStrength = seasonalStrength
    self.flippingSensitivity = flippingSensitivity
    self.missingCount = missingCount
    self.areMissingFilled = areMissingFilled
  }

  /// How far the value lies outside of the band, in widths of the band: 0 inside, infinite for a band without width.
  public var distanceInBandWidths: Double {
    let (value, lower, upper) = (judgement.value, judgement.lower, judgement.upper)
    let beyond = max(value - upper, lower - value)
    return beyond > 0 ? beyond / (upper - lower) : 0
  }
}
