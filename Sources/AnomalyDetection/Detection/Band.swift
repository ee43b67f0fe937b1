/// The distances from the expected value within which a value is normal.
struct Band {
  private(set) var upper: [Double]
  private(set) var lower: [Double]

  /// Draws the band and, where band and model disagree about a point, settles it: an anomaly inside the band loses its
  /// flag, and the band is widened to a normal point outside it.
  ///
  /// - Parameters:
  ///   - sensitivity: 0...100. At 100 an anomaly inside the band keeps its flag, and has no band.
  ///   - values: one for each of the assessment's.
  init(around assessment: inout Assessment, of values: [Double], sensitivity: Int) {
    let expected = assessment.expected
    let raw = Self.margins(of: assessment, values, insensitivity: Double(100 - sensitivity) / 100)
    var bounds = zip(expected, raw).map { (lower: $0 - $1, upper: $0 + $1) }
    Self.tighten(&bounds, values, expected)
    upper = zip(bounds, expected).map { $0.upper - $1 }
    lower = zip(bounds, expected).map { $1 - $0.lower }
    for index in values.indices {
      let (value, bound) = (values[index], bounds[index])
      if assessment.deviations[index].isAnomaly {
        guard bound.lower <= value, value <= bound.upper else { continue }
        if sensitivity == 100 {
          upper[index] = 0
          lower[index] = 0
        } else {
          assessment.deviations[index] = .none
        }
      } else if value > bound.upper || value < bound.lower {
        let distance = value > bound.upper ? value - expected[index] : expected[index] - value
        upper[index] = 1.01 * distance
        lower[index] = 1.01 * distance
      }
    }
  }

  private static func margins(of assessment: Assessment, _ values: [Double], insensitivity: Double) -> [Double] {
    guard assessment.model == .spectralResidual else {
      return assessment.expected.map { $0.magnitude * insensitivity }
    }
    let isNormal = assessment.scores.map { $0 <= 1e-8 }
    let normal = zip(values, isNormal).filter(\.1).map(\.0)
    let range = (normal.max() ?? 0) - (normal.min() ?? 0)
    return values.indices.map { index in
      isNormal[index]
        ? 0.01 * range
        : (values[index] - assessment.expected[index]).magnitude / assessment.scores[index] * insensitivity
    }
  }

  /// No bound lies beyond what was ever seen or expected. Observed: lower bounds are also kept below the greatest raw one, which
  /// lifts none, but lowers all where every raw one lies below what was seen.
  private static func tighten(
    _ bounds: inout [(lower: Double, upper: Double)], _ values: [Double], _ expected: [Double]
  ) {
    guard let highest = (values + expected).max(), let lowest = (values + expected).min(),
      let greatestLower = bounds.map(\.lower).max()
    else { return }
    for index in bounds.indices {
      bounds[index].upper = min(bounds[index].upper, highest)
      bounds[index].lower = min(max(bounds[index].lower, lowest), greatestLower)
    }
  }
}

/// How bad an anomaly is: its distance from the expected value in units of that value, at most 1; 0 for a normal point.
func severity(of value: Double, expected: Double, _ deviation: Deviation) -> Double {
  guard deviation.isAnomaly else { return 0 }
  let unit = expected.magnitude <= 1e-8 ? 0.3 : expected.magnitude
  return min((value - expected).magnitude / unit, 1)
}
