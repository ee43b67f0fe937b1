public import CivilTime

/// One value of a series.
public struct Point: Hashable, Sendable {
  /// May be missing where the granularity is ``Granularity/none``.
  public var timestamp: Timestamp?
  /// A NaN stands for a value that is missing, and is refused with its place.
  public var value: Double

  /// A value, and its time where the granularity has one.
  public init(timestamp: Timestamp? = nil, value: Double) {
    self.timestamp = timestamp
    self.value = value
  }
}

/// What stands at a place of the grid for which the series has no point.
public enum ImputeMode: String, CaseIterable, Sendable {
  /// A seasonal series is filled from its neighbours and its other periods; any other is judged as if it had no gaps.
  case auto
  /// The last value before the gap.
  case previous
  /// A straight line between the values on both sides.
  case linear
  /// ``DetectionRequest/imputeFixedValue``.
  case fixed
  case zero
  /// Nothing: the series is judged as if it had no gaps.
  case notFill
}

/// How the band around the expected values is drawn.
public enum BoundaryVersion: String, CaseIterable, Sendable {
  /// By a share of the expected value.
  case v1 = "V1"
  /// By units that follow the trend, and a table of sensitivities.
  case v2 = "V2"
  /// The same as ``v2``.
  case v3 = "V3"
}

/// A series, and how to look for anomalies in it.
///
/// The vocabulary, the defaults and the answers are those of the Anomaly Detector's REST interface, version 1.1.
///
/// ```swift
/// let values = [1, 2, 1, 3, 2, 1, 2, 1, 90, 2, 1, 3.0]
/// let verdict = try DetectionRequest(series: values.map { Point(value: $0) }).detectEntire()
/// verdict.isPositiveAnomaly[8]  // true
/// ```
public struct DetectionRequest: Sendable {
  /// 12...8640 points, in ascending order of time.
  public var series: [Point]
  /// How far apart the points lie.
  public var granularity: Granularity
  /// How many units of the granularity lie between two points: minutely and 5 are five minutes. At least 1.
  public var customInterval: Int
  /// Points in a season; 0 for a series without one; nil to have it found.
  public var period: Int?
  /// The greatest share of the points that may be anomalies, above 0 and at most 0.49.
  public var maxAnomalyRatio: Double
  /// 0...100. The higher, the narrower the band inside which a value is normal.
  public var sensitivity: Int
  /// What stands in gaps.
  public var imputeMode: ImputeMode
  /// Goes with ``ImputeMode/fixed``.
  public var imputeFixedValue: Double?
  /// The probability of a false alarm in the outlier tests, above 0. Not in the REST description, as the next two are not.
  public var alpha = 0.05
  /// How many times its surroundings a point's saliency must be; where the model is spectral residual.
  public var threshold = 3.5
  /// How the band is drawn.
  public var boundaryVersion = BoundaryVersion.v1

  /// A request with the defaults of the REST interface; nothing is checked before it is answered.
  public init(
    series: [Point], granularity: Granularity = .none, customInterval: Int = 1, period: Int? = nil,
    maxAnomalyRatio: Double = 0.25, sensitivity: Int = 99, imputeMode: ImputeMode = .auto,
    imputeFixedValue: Double? = nil
  ) {
    self.series = series
    self.granularity = granularity
    self.customInterval = customInterval
    self.period = period
    self.maxAnomalyRatio = maxAnomalyRatio
    self.sensitivity = sensitivity
    self.imputeMode = imputeMode
    self.imputeFixedValue = imputeFixedValue
  }
}
