import AnomalyDetection
import DetectorREST

/// One line each, with the remedy: SQL adds where in the statement it is.
extension AnomalyDetectError: Explained {
  var problem: String { "\(AnomalyDetectFunction.name): \(reason)" }

  private var reason: String {
    switch self {
    case .invalidTime(let value): "invalid time \(value)"
    case .invalidValue(let value): "invalid number \(value)"
    case .unknownGranularity(let value):
      "unknown granularity \(value); use \(Granularity.allCases.map(\.rawValue).joined(separator: ", "))"
    case .invalidSensitivity(let value): "invalid sensitivity \(value); use a whole number from 0 to 100"
    case .invalidRatio(let value): "invalid ratio \(value); use a number above 0 and up to 0.49"
    case .unjudgeable(.pointCount(let count, let permitted), _):
      "the detector takes up to \(permitted.upperBound) points, not \(count); take the newest: WHERE time >= …"
    case .unjudgeable(.offGrid(_, let time, _, _), let granularity):
      "\(time) lies off the grid of \(granularity.rawValue) steps; name another granularity"
    case .unjudgeable(let error, _): "\(error.problem); \(error.remedy)"
    }
  }
}
