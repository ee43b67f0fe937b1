@_exported public import CivilTime

/// Values over time, in ascending order, on a grid that may have gaps.
///
/// ```swift
/// let series = try TimeSeries([3, 4, 5], every: .hours(1), from: "2019-04-01T00:00:00Z")
/// print(series.points[2].time)
/// // 2019-04-01T02:00:00Z
/// ```
public struct TimeSeries: Hashable, Sendable {
  /// A value and its time.
  public struct Point: Hashable, Sendable {
    /// The time of the value. If the value covers a window, this is usually its start.
    public var time: Timestamp
    /// The value. ``TimeSeries`` refuses NaN, and values beyond ±1e100.
    public var value: Double

    /// A value and its time; nothing is checked before the series is made.
    public init(time: Timestamp, value: Double) {
      self.time = time
      self.value = value
    }
  }

  /// The points, in ascending order of time; may be empty.
  public let points: [Point]
  /// The distance between neighbours on the grid; nil for points that only follow one another.
  public let step: Step?
  /// The place of each point on the grid, ascending from 0; without a step, one after the other.
  let indices: [Int]

  /// The values of the points, in order.
  var values: [Double] { points.map(\.value) }

  /// The number of grid steps from the first point to the last, both and all gaps counted.
  var length: Int { (indices.last ?? -1) + 1 }

  /// The share of the grid without a point, 0..<1.
  var missingRatio: Double { Double(length - points.count) / Double(length) }

  /// The greatest magnitude of a value. Sums of squares of greater ones could leave the range of a double.
  private static let greatestMagnitude = 1e100

  /// A series without gaps: the first value at `start`, one more each step.
  ///
  /// - Throws: ``DetectionError`` for a step of less than 1, a time beyond what a `Timestamp` holds, or a value that is NaN or
  ///   beyond ±1e100.
  public init(_ values: [Double], every step: Step, from start: Timestamp) throws(DetectionError) {
    guard step.count >= 1 else { throw .invalidStep(step) }
    var points: [Point] = []
    points.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let time = step.time(index, after: start) else { throw .timeOutOfRange(index: index) }
      points.append(Point(time: time, value: value))
    }
    try Self.checkValues(points)
    (self.points, self.step, indices) = (points, step, Array(points.indices))
  }

  /// A series without gaps: the first value at `start`, one more each step.
  ///
  /// - Parameters:
  ///   - values: one for each step.
  ///   - step: the distance between two values.
  ///   - start: ISO 8601, as in `2019-04-01T00:00:00Z`; without a zone the time is in UTC.
  /// - Throws: ``DetectionError``, as the initializer with a `Timestamp` does; also for a text that is not a time.
  public init(_ values: [Double], every step: Step, from start: String) throws(DetectionError) {
    guard let time = Timestamp(start) else { throw .unreadableTime(start) }
    try self.init(values, every: step, from: time)
  }

  /// A series on a grid. Grid steps without a point are its gaps.
  ///
  /// - Parameters:
  ///   - points: in ascending order of time, one for each time.
  ///   - step: the distance between neighbours on the grid, which begins at the first point.
  /// - Throws: ``DetectionError`` for a step of less than 1, for values that are NaN or beyond ±1e100, for times that repeat or
  ///   descend, or for a point off the grid. It names the first point at fault.
  public init(_ points: [Point], every step: Step) throws(DetectionError) {
    guard step.count >= 1 else { throw .invalidStep(step) }
    try Self.checkValues(points)
    try Self.checkOrder(points)
    var indices: [Int] = []
    indices.reserveCapacity(points.count)
    for (index, point) in points.enumerated() {
      guard let place = step.steps(from: points[0].time, to: point.time), place > indices.last ?? -1 else {
        throw .offGrid(index: index, time: point.time, step: step, start: points[0].time)
      }
      indices.append(place)
    }
    (self.points, self.step, self.indices) = (points, step, indices)
  }

  /// A series of points that follow one another without a grid: it has no gaps, and nothing depends on the times.
  ///
  /// - Parameter points: in the order in which they are judged.
  /// - Throws: ``DetectionError`` for a value that is NaN or beyond ±1e100.
  public init(_ points: [Point]) throws(DetectionError) {
    try Self.checkValues(points)
    (self.points, step, indices) = (points, nil, Array(points.indices))
  }

  /// A series of values that follow one another, without times.
  ///
  /// Since every point has a time, their indices are given as seconds since 1970-01-01T00:00:00Z.
  /// - Throws: ``DetectionError`` for a value that is NaN or beyond ±1e100.
  public init(_ values: [Double]) throws(DetectionError) {
    try self.init(values.enumerated().map { Point(time: Timestamp(seconds: Int64($0)), value: $1) })
  }

  /// All values' magnitudes come before the first NaN, as in the retired service.
  private static func checkValues(_ points: [Point]) throws(DetectionError) {
    if let index = points.firstIndex(where: { $0.value.magnitude > greatestMagnitude }) {
      throw .valueTooLarge(points[index].value, index: index)
    }
    if let index = points.firstIndex(where: { $0.value.isNaN }) { throw .missingValue(index: index) }
  }

  private static func checkOrder(_ points: [Point]) throws(DetectionError) {
    for (index, (earlier, later)) in zip(points, points.dropFirst()).enumerated() where later.time <= earlier.time {
      throw later.time == earlier.time
        ? .repeatedTime(later.time, index: index + 1) : .unorderedTime(later.time, index: index + 1)
    }
  }
}
