public import CivilTime

/// Which way a value is an anomaly, if it is one.
public enum Direction: String, Hashable, Sendable {
  /// Normal.
  case none
  /// Lower than the band around the expected value.
  case low
  /// Higher than the band around the expected value.
  case high

  /// Whether the value is an anomaly, in either direction.
  public var isAnomaly: Bool { self != .none }
}

/// What a detector says of one point.
public struct Judgement: Hashable, Sendable {
  /// The point's index in the series, from 0.
  public let index: Int
  /// The point's time, UTC.
  public let time: Timestamp
  /// The value, as the series has it.
  public let value: Double
  /// What the model expects in place of the value.
  public let expected: Double
  /// How far below the expected value a normal value may lie; 0 or more.
  public let lowerMargin: Double
  /// How far above the expected value a normal value may lie; 0 or more.
  public let upperMargin: Double
  /// Which way the value is an anomaly, if it is one.
  public let direction: Direction
  /// How far the point stands out: 0 for a normal point, up to 1 for an anomaly.
  public let severity: Double
  /// The length of the season by which the point was judged, in points; 0 for a series without a season.
  public let period: Int

  /// Whether the point is an anomaly, in either direction.
  public var isAnomaly: Bool { direction.isAnomaly }
  /// The lower end of the band.
  public var lower: Double { expected - lowerMargin }
  /// The upper end of the band.
  public var upper: Double { expected + upperMargin }

  /// A judgement, for detectors of your own.
  public init(
    index: Int, point: TimeSeries.Point, expected: Double, lowerMargin: Double, upperMargin: Double,
    direction: Direction, severity: Double, period: Int
  ) {
    self.index = index
    time = point.time
    value = point.value
    self.expected = expected
    self.lowerMargin = lowerMargin
    self.upperMargin = upperMargin
    self.direction = direction
    self.severity = severity
    self.period = period
  }
}

/// What a detector says of all points of a series.
public struct Judgements: Hashable, Sendable {
  /// One judgement for each point, in the order of the series.
  public let points: [Judgement]

  /// The judgements of a whole series, in its order.
  public init(_ points: [Judgement]) { self.points = points }

  /// The points that are anomalies, in order of time.
  public var anomalies: [Judgement] { points.filter(\.isAnomaly) }
  /// The length of the season, in points; 0 for a series without a season.
  public var period: Int { points.first?.period ?? 0 }
}
