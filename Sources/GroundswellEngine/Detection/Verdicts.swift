import AnomalyDetection
import Columnar

/// What the detector said of a series, as a table: time, value, expected, lower, upper, verdict.
struct Verdicts: Sendable {
  let table: Table
  let anomalies: [Int]
  let expected: [Double]
  let lower: [Double]
  let upper: [Double]

  init(entire series: Series, options: DetectionOptions) throws {
    let detection = try series.judged(options) { request throws(DetectionError) in try request.detectEntire() }
    expected = detection.expectedValues
    lower = zip(expected, detection.lowerMargins).map { $0 - $1 }
    upper = zip(expected, detection.upperMargins).map { $0 + $1 }
    anomalies = detection.isAnomaly.indices.filter { detection.isAnomaly[$0] }
    let verdicts = detection.isAnomaly.indices.map { index in
      Self.verdict(
        isAnomaly: detection.isAnomaly[index], isPositive: detection.isPositiveAnomaly[index])
    }
    table = Self.table(
      series, points: series.points, expected: expected, lower: lower, upper: upper, verdicts: verdicts)
  }

  init(last series: Series, options: DetectionOptions) throws {
    let detection = try series.judged(options) { request throws(DetectionError) in try request.detectLast() }
    expected = [detection.expectedValue]
    lower = [detection.expectedValue - detection.lowerMargin]
    upper = [detection.expectedValue + detection.upperMargin]
    anomalies = detection.isAnomaly ? [0] : []
    table = Self.table(
      series, points: series.points.suffix(1), expected: expected, lower: lower, upper: upper,
      verdicts: [Self.verdict(isAnomaly: detection.isAnomaly, isPositive: detection.isPositiveAnomaly)])
  }

  private static func verdict(isAnomaly: Bool, isPositive: Bool) -> String {
    isAnomaly ? isPositive ? "anomaly: high" : "anomaly: low" : "normal"
  }

  private static func table(
    _ series: Series, points: some Collection<Point>, expected: [Double], lower: [Double], upper: [Double],
    verdicts: [String]
  ) -> Table {
    let schema = Schema([
      Field(series.timeName, .timestamp), Field(series.valueName, .double), Field("expected", .double),
      Field("lower", .double), Field("upper", .double), Field("verdict", .string),
    ])
    return Table(
      schema: schema,
      columns: [
        Column(.timestamp(points.map { $0.timestamp?.microseconds ?? 0 })), Column(.double(points.map(\.value))),
        Column(.double(expected.map(Self.rounded))), Column(.double(lower.map(Self.rounded))),
        Column(.double(upper.map(Self.rounded))), Column(.string(StringValues(verdicts))),
      ])
  }

  /// A number as a person reads it: six significant places.
  static func short(_ number: Double) -> String { Value.double(rounded(number)).description }

  /// Six significant places are what a person reads, and the same on machines that differ in the last bits.
  static func rounded(_ number: Double) -> Double {
    guard number.isFinite, number != 0 else { return number }
    var (scaled, shift) = (abs(number), 0)
    while scaled < 100_000, shift < 300 {
      scaled *= 10
      shift += 1
    }
    while scaled >= 1_000_000, shift > -300 {
      scaled /= 10
      shift -= 1
    }
    var result = scaled.rounded()
    while shift > 0 {
      // In steps that are exact powers of ten, divided once each.
      let step = min(shift, 22)
      result /= (0..<step).reduce(1.0) { power, _ in power * 10 }
      shift -= step
    }
    while shift < 0 {
      result *= 10
      shift += 1
    }
    return number < 0 ? -result : result
  }
}
