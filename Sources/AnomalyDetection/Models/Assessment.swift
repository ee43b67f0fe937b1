/// What a model makes of a series: a value of each array for each point.
struct Assessment {
  var model: Model
  var expected: [Double]
  var deviations: [Deviation]
  /// How far the point stands out, 0...1; only ``Model/spectralResidual`` has it.
  var scores: [Double] = []
}

/// Which way a point is an anomaly, if it is one.
enum Deviation {
  case none, negative, positive

  var isAnomaly: Bool { self != .none }
}

/// The models under the names that the open-sourced detector gives them.
package enum Model: String, Sendable {
  case spectralResidual = "SpectralResidual"
  /// Spectral residual overruled, since the last value is close to the mean.
  case spectralResidualZScore = "SpectralResidual_ZScore"
}

/// Which points are in question. The models differ in more than the points they report.
enum DetectionMode {
  case entire, last
}
