/// Judges the points of a series: which ones are anomalies, and what was expected in their place.
///
/// A detector is a value that holds its settings. It keeps nothing between calls: the same series always gets the same
/// judgements.
public protocol Detector: Sendable {
  /// The judgement of every point, each in the light of all others.
  ///
  /// - Returns: one judgement for each point, in the order of the series.
  /// - Throws: ``DetectionError`` if the settings are invalid, or if the series is too short, too long or has too many gaps.
  func judge(_ series: TimeSeries) throws(DetectionError) -> Judgements

  /// The judgement of the last point, in the light of those before it.
  ///
  /// It may differ from the last judgement of ``judge(_:)``: a detector may weigh the newest point, which has no neighbour to its
  /// right, in another way.
  /// - Throws: ``DetectionError``, as ``judge(_:)`` does.
  func judgeLast(_ series: TimeSeries) throws(DetectionError) -> Judgement

  /// Why a point is an anomaly or is normal.
  ///
  /// - Parameters:
  ///   - index: the point, from 0, judged as ``judge(_:)`` judges it; nil is the last point, judged as ``judgeLast(_:)`` judges
  ///     it.
  ///   - series: the series that has the point.
  /// - Throws: ``DetectionError``, as ``judge(_:)`` does; also if the series has no such point.
  func explain(_ index: Int?, of series: TimeSeries) throws(DetectionError) -> Explanation
}
