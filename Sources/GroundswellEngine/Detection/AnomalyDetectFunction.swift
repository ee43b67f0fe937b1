import AnomalyDetection
import Columnar
import DetectorREST

/// The tutorial's aggregate function, `anomalydetect(time, value)`: whether the newest point is an anomaly.
///
/// Further arguments, in order: granularity ('hourly'), sensitivity (95), max anomaly ratio (0.25). Like the tutorial's, it gives
/// NULL for 12 points or fewer. A detection that fails is an error; the tutorial's gave NULL.
struct AnomalyDetectFunction {
  static let name = "anomalydetect"
  static let arguments = 2...5

  let detectors: DetectorSource

  /// The verdict on the rows of one group, each a row of arguments.
  ///
  /// - Returns: `true` or `false` as text, since SQLite has no booleans; or null.
  /// - Throws: ``AnomalyDetectError``.
  func evaluate(_ rows: [[Value]]) throws -> Value {
    let points = try Self.points(rows)
    guard points.count > 12, let first = rows.first else { return .null }
    let granularity = try Self.granularity(first)
    let detector = detectors.detector(try Self.settings(first))
    do throws(DetectionError) {
      let step = granularity.step()
      let series = if let step { try TimeSeries(points, every: step) } else { try TimeSeries(points) }
      return .string(try detector.judgeLast(series).isAnomaly ? "true" : "false")
    } catch {
      throw AnomalyDetectError.unjudgeable(error, granularity)
    }
  }

  /// In ascending order of time. Of two points at the same time the later row counts, as in the tutorial.
  private static func points(_ rows: [[Value]]) throws(AnomalyDetectError) -> [TimeSeries.Point] {
    var points: [Timestamp: Double] = [:]
    for row in rows where row[0] != .null && row[1] != .null {
      guard case .string(let text) = row[0], let time = Timestamp(text) else { throw .invalidTime(row[0]) }
      guard let value = row[1].number else { throw .invalidValue(row[1]) }
      points[time] = value
    }
    return points.sorted { $0.key < $1.key }.map { TimeSeries.Point(time: $0.key, value: $0.value) }
  }

  private static func granularity(_ arguments: [Value]) throws(AnomalyDetectError) -> Granularity {
    guard arguments.count > 2 else { return .hourly }
    guard case .string(let name) = arguments[2], let granularity = Granularity(rawValue: name) else {
      throw .unknownGranularity(arguments[2])
    }
    return granularity
  }

  private static func settings(_ arguments: [Value]) throws(AnomalyDetectError) -> DetectionSettings {
    var settings = DetectionSettings()
    if arguments.count > 3 {
      guard let sensitivity = arguments[3].wholeNumber else { throw .invalidSensitivity(arguments[3]) }
      settings.sensitivity = Int(sensitivity)
    }
    if arguments.count > 4 {
      guard let ratio = arguments[4].number else { throw .invalidRatio(arguments[4]) }
      settings.maxAnomalyRatio = ratio
    }
    return settings
  }
}

/// Why `anomalydetect` gives no verdict.
enum AnomalyDetectError: Error {
  case invalidTime(Value)
  case invalidValue(Value)
  case unknownGranularity(Value)
  case invalidSensitivity(Value)
  case invalidRatio(Value)
  case unjudgeable(DetectionError, Granularity)
}
