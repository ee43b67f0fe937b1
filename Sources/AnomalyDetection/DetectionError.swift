public import CivilTime

/// Why a series cannot be made or judged. Points are named by their index in the series, from 0.
public enum DetectionError: Error, Hashable, Sendable {
  // MARK: Making a series

  /// The text is not a time.
  case unreadableTime(String)
  /// The step counts less than one unit.
  case invalidStep(Step)
  /// The point's time lies beyond what a `Timestamp` holds.
  case timeOutOfRange(index: Int)
  /// The value lies beyond ±1e100.
  case valueTooLarge(Double, index: Int)
  /// The value is NaN.
  case missingValue(index: Int)
  /// The point has the time of the point before it.
  case repeatedTime(Timestamp, index: Int)
  /// The point lies before the point before it.
  case unorderedTime(Timestamp, index: Int)
  /// The point is not a whole number of steps after the first one.
  case offGrid(index: Int, time: Timestamp, step: Step, start: Timestamp)

  // MARK: Judging it

  /// The series has too few points, or too many.
  case pointCount(Int, permitted: ClosedRange<Int>)
  /// The series has no point of that index.
  case noSuchPoint(index: Int, count: Int)
  /// The given period does not fit in twice: the series spans only `steps` grid steps.
  case periodTooLong(Int, steps: Int)
  /// The series has a season, but fewer than half of its grid steps have a point.
  case tooManyGaps(period: Int, points: Int, steps: Int)
  /// The series has a season, but its gaps are not filled, and without them it has fewer than two periods.
  case unfilledGaps(period: Int, points: Int)

  // MARK: The detector's settings

  /// The sensitivity is outside of 0...100.
  case invalidSensitivity(Int)
  /// The maximum share of anomalies is not above 0 and up to 0.49.
  case invalidMaxAnomalyRatio(Double)
  /// The period is negative.
  case invalidPeriod(Int)
  /// The significance level is not above 0.
  case invalidSignificance(Double)
  /// The saliency threshold is NaN.
  case invalidSaliencyThreshold(Double)
  /// The value for gaps is not finite.
  case invalidFillValue(Double)
}
