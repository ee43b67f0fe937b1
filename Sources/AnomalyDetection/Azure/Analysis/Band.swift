/// The distances from the expected value within which a value is normal.
struct Band {
  private(set) var upper: [Double]
  private(set) var lower: [Double]
  /// How bad an anomaly is, up to 1; 0 for a normal point.
  let severities: [Double]

  /// Draws the band and, where band and model disagree about a point, settles it: an anomaly inside the band loses its
  /// flag, and the band is widened to a normal point outside it.
  ///
  /// - Parameters:
  ///   - sensitivity: 0...100. At 100 an anomaly inside the band keeps its flag, and has no band.
  ///   - values: one for each of the assessment's.
  init(
    around assessment: inout Assessment, of values: [Double], sensitivity: Int, style: BandStyle
  ) {
    self =
      style == .shareOfExpected
      ? Band(around: &assessment, of: values, sensitivity: sensitivity)
      : Band(unitsAround: &assessment, of: values, sensitivity: sensitivity)
  }

  private init(around assessment: inout Assessment, of values: [Double], sensitivity: Int) {
    let expected = assessment.expected
    let raw = Self.margins(of: assessment, values, insensitivity: Double(100 - sensitivity) / 100)
    var bounds = zip(expected, raw).map { (lower: $0 - $1, upper: $0 + $1) }
    Self.tighten(&bounds, values, expected)
    upper = zip(bounds, expected).map { $0.upper - $1 }
    lower = zip(bounds, expected).map { $1 - $0.lower }
    for index in values.indices {
      let (value, bound) = (values[index], bounds[index])
      if assessment.directions[index].isAnomaly {
        guard bound.lower <= value, value <= bound.upper else { continue }
        if sensitivity == 100 {
          upper[index] = 0
          lower[index] = 0
        } else {
          assessment.directions[index] = .none
        }
      } else if value > bound.upper || value < bound.lower {
        let distance = value > bound.upper ? value - expected[index] : expected[index] - value
        upper[index] = 1.01 * distance
        lower[index] = 1.01 * distance
      }
    }
    severities = values.indices.map { index in
      Self.severity(of: values[index], expected: expected[index], assessment.directions[index])
    }
  }

  /// An anomaly's distance from the expected value in units of that value, at most 1.
  private static func severity(of value: Double, expected: Double, _ deviation: Direction) -> Double {
    guard deviation.isAnomaly else { return 0 }
    let unit = expected.magnitude <= negligible ? Self.smallestUnit : expected.magnitude
    return min((value - expected).magnitude / unit, 1)
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

/// Bands in units that follow the trend: boundary versions 2 and 3. All constants are observed behaviour of the open-sourced
/// detector.
extension Band {
  /// No unit is smaller, since the distance from 0 cannot be measured in shares of 0.
  private static let smallestUnit = 0.3

  /// Draws the band, and takes the flags of anomalies inside it.
  ///
  /// - Parameters:
  ///   - sensitivity: 0...100.
  ///   - values: one for each of the assessment's.
  fileprivate init(unitsAround assessment: inout Assessment, of values: [Double], sensitivity: Int) {
    let expected = assessment.expected
    let trend = assessment.trend.isEmpty ? Trend.of(expected, period: nil) : assessment.trend
    let units = Self.units(along: trend, assessment.directions)
    let factors = (0...100).map(Self.factor)
    upper = []
    lower = []
    var severities: [Double] = []
    for index in values.indices {
      let (value, expected, width) = (values[index], expected[index], units[index] * factors[sensitivity])
      let distance = (expected - value).magnitude
      if assessment.directions[index].isAnomaly {
        let isCloseCall = sensitivity == 99 && distance > 1e-4 * width && distance < width
        upper.append(isCloseCall ? distance / 2 : width)
        lower.append(isCloseCall ? distance / 2 : width)
        let (isAbove, isBelow) = (value > expected + upper[index], value < expected - lower[index])
        assessment.directions[index] = isAbove ? .high : isBelow ? .low : .none
      } else {
        let reach = distance + width / 2
        upper.append(value > expected ? reach : reach / 3)
        lower.append(value > expected ? reach / 3 : reach)
      }
      let isAnomaly = assessment.directions[index].isAnomaly
      severities.append(isAnomaly ? Self.severity(distance / units[index], factors: factors) : 0)
    }
    self.severities = severities
  }

  /// Half the size of the trend at a point and half its mean size where nothing is wrong.
  private static func units(along trend: [Double], _ directions: [Direction]) -> [Double] {
    let normal = zip(trend, directions).filter { !$1.isAnomaly }.map { $0.0.magnitude }
    guard normal.contains(where: { $0 >= negligible }) else { return trend.map { _ in smallestUnit } }
    let mean = normal.mean
    return trend.map { max(smallestUnit, 0.5 * $0.magnitude + 0.5 * mean) }
  }

  /// The width of the band in units, by sensitivity.
  private static func factor(_ sensitivity: Int) -> Double {
    let s = Double(sensitivity)
    return switch sensitivity {
    case ..<25: 0.8 * (s - 25) * (s - 25) + 32
    case 25...45: 30 - 1.25 * (s - 25)
    case 46...55: 4.6 - 0.4 * (s - 46)
    case 56...65: 0.96 - 0.04 * (s - 56)
    case 66...75: 0.57 - 0.03 * (s - 66)
    case 76...85: 0.285 - 0.015 * (s - 76)
    case 86...92: 0.152 / 1.1 - 0.013 / 1.1 * (s - 86)
    case 93: 0.048 / 1.1
    case 94: 0.012
    case 95: 0.008
    case 96...99: 0.006075 - 0.001925 * (s - 96)
    default: 0
    }
  }

  /// The sensitivity, in hundredths, below which a distance would not be an anomaly: between the two whose bands lie around it.
  private static func severity(_ distance: Double, factors: [Double]) -> Double {
    let widths: [Double] = factors.reversed()
    guard let above = widths.firstIndex(where: { $0 >= distance }), above < 100 else { return 1 }
    guard above > 0 else { return 0 }
    let share = (distance - widths[above - 1]) / (widths[above] - widths[above - 1])
    return (Double(above - 1) + share) / 100
  }
}
