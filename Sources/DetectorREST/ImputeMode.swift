package import AnomalyDetection

/// How gaps are filled, in REST's words.
package enum ImputeMode: String, CaseIterable, Sendable {
  case auto, previous, linear, fixed, zero, notFill

  /// Reads REST's names, and the two older ones that the service accepted.
  init?(name: String) {
    switch name {
    case "last": self = .previous
    case "no": self = .notFill
    default: self.init(rawValue: name)
    }
  }

  /// - Parameter fixed: the value that goes with ``fixed``; NaN if it is missing, which a detector refuses.
  package func gaps(fixed: Double?) -> GapFilling {
    switch self {
    case .auto: .automatic
    case .previous: .previous
    case .linear: .linear
    case .fixed: .constant(fixed ?? .nan)
    case .zero: .constant(0)
    case .notFill: .passOver
    }
  }
}
