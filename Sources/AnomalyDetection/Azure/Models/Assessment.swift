/// A model's verdicts on a series. Each array has one value for each point.
struct Assessment {
  var model: Model
  var expected: [Double]
  var directions: [Direction]
  /// How far the point stands out, 0...1; only ``Model/spectralResidual`` has it.
  var scores: [Double] = []
  /// The expected values without the season; empty for ``Model/spectralResidual``.
  var trend: [Double] = []
}

extension [Direction] {
  /// The direction of each outlier from its expected value; none for all other points.
  static func of(_ values: [Double], expected: [Double], at outliers: some Sequence<Int>) -> [Direction] {
    var directions = Array(repeating: Direction.none, count: values.count)
    for place in outliers { directions[place] = expected[place] > values[place] ? .low : .high }
    return directions
  }
}

/// The models under the names that the open-sourced detector gives them.
package enum Model: String, Sendable {
  case seasonal = "AnomalyDetector"
  /// Most values are equal, once the season is taken out.
  case seasonalWithMajority = "AnomalyDetectorMad"
  case spectralResidual = "SpectralResidual"
  /// Spectral residual overruled, since the last value is close to the mean.
  case spectralResidualZScore = "SpectralResidual_ZScore"
  case dynamicThreshold = "DynamicThreshold"
  case dynamicThresholdWithMajority = "DynamicThresholdMad"
}

/// Which points are in question. The models differ in more than the points they report.
enum DetectionMode {
  case entire, last
}
