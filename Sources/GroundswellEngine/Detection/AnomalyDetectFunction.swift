import AnomalyDetection
import CivilTime
import Columnar
import Wording

/// The tutorial's aggregate function, `anomalydetect(time, value)`: whether the newest point is an anomaly.
///
/// Further arguments, in order: granularity ('hourly'), sensitivity (95), max anomaly ratio (0.25). As the tutorial's,
/// it needs more than 12 points and answers NULL below; a detection that fails is an error, not NULL.
struct AnomalyDetectFunction {
  static let name = "anomalydetect"
  static let arguments = 2...5

  struct BadArgument: Error, CustomStringConvertible {
    let description: String
  }

  /// - Returns: `true` or `false` as text, since SQLite knows no booleans, or null.
  static func evaluate(_ rows: [[Value]]) throws -> Value {
    // As in the tutorial, of two points at the same time the later row counts.
    var points: [Timestamp: Double] = [:]
    for row in rows where row[0] != .null && row[1] != .null {
      guard case .string(let text) = row[0], let time = Timestamp(text) else {
        throw BadArgument(description: "anomalydetect: \(row[0]) is no time")
      }
      guard let value = row[1].number else { throw BadArgument(description: "anomalydetect: \(row[1]) is no number") }
      points[time] = value
    }
    guard points.count > 12, let first = rows.first else { return .null }
    var request = DetectionRequest(
      series: points.sorted { $0.key < $1.key }.map { Point(timestamp: $0.key, value: $0.value) },
      granularity: .hourly, maxAnomalyRatio: 0.25, sensitivity: 95)
    if first.count > 2 {
      guard case .string(let name) = first[2], let granularity = Granularity(rawValue: name) else {
        let names = Granularity.allCases.map(\.rawValue).joined(separator: ", ")
        throw BadArgument(description: "anomalydetect: \(first[2]) is no granularity; there are \(names)")
      }
      request.granularity = granularity
    }
    if first.count > 3 {
      guard let sensitivity = first[3].wholeNumber else {
        throw BadArgument(description: "anomalydetect: the sensitivity \(first[3]) is no whole number")
      }
      request.sensitivity = Int(sensitivity)
    }
    if first.count > 4 {
      guard let ratio = first[4].number else {
        throw BadArgument(description: "anomalydetect: the ratio \(first[4]) is no number")
      }
      request.maxAnomalyRatio = ratio
    }
    do { return .string(try request.detectLast().isAnomaly ? "true" : "false") } catch {
      let problem =
        switch error.fact {
        case .count:
          "there are \(counted(points.count, "point")); up to 8640 can be judged: take the newest, WHERE time >= …"
        case .offGrid(let point):
          "\(request.series[point].timestamp?.description ?? "a point") lies off the grid of \(request.granularity.rawValue) steps: name another granularity"
        default: "\(error.message.split(separator: "\n").first ?? "")"
        }
      throw BadArgument(description: "anomalydetect: \(problem)")
    }
  }
}
