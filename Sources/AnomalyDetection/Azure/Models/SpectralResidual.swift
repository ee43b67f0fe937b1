/// Spectral residual: what stands out from a smoothed spectrum stands out from the series
/// (Ren et al. 2019, "Time-Series Anomaly Detection Service at Microsoft"; after Hou and Zhang 2007,
/// "Saliency Detection: A Spectral Residual Approach").
///
/// The paper's three steps are kept: amplitudes over their running mean, in logarithms; saliency over its running mean; a
/// few predicted points behind the end, since the newest point is the one that is asked for and has no right neighbours.
/// Constants without another origin are observed behaviour of the open-sourced detector.
struct SpectralResidual {
  let maxAnomalyRatio: Double
  /// A saliency this many times its local mean (above it) makes an anomaly; 3.5 where nothing else is asked for.
  let threshold: Double
  let mode: DetectionMode

  /// A saliency so close to its local mean makes an ordinary point, one from which others are expected.
  private static let ordinary = 1.0
  /// From here on, points before the last one count as disturbed, and are left out when the last one is judged.
  private static let disturbed = 1.5
  /// The paper's κ, how many points are predicted behind the end.
  private static let predictedCount = 5
  /// The paper's m, from how many points they are predicted.
  private static let predictorCount = 6
  /// The paper's z, over how many points saliency is averaged.
  private static let saliencyWindow = 100
  /// The paper's q, over how many amplitudes the spectrum is averaged.
  private static let spectrumWindow = 3

  /// - Parameter values: at least 12.
  func assess(_ values: [Double]) -> Assessment {
    let maximalCount = max(Int(Double(values.count) * maxAnomalyRatio), 1)
    var model = Model.spectralResidual
    var outstanding: [Double]
    let expected: [Double]
    switch mode {
    case .entire:
      outstanding = Self.scores(of: values, predictors: Self.inlyingTail(of: values))
      expected = Self.expectedOfEach(values, outstanding)
    case .last:
      outstanding = Self.scoresForLast(of: values, maximalCount: maximalCount)
      if Self.isNearMean(values) {
        outstanding[values.count - 1] = 0
        model = .spectralResidualZScore
      }
      expected = Self.expectedOfLast(values, outstanding)
    }
    var directions = Array(repeating: Direction.none, count: values.count)
    let candidates = values.indices.filter { outstanding[$0] >= threshold }
    for index in candidates.sorted(by: { outstanding[$0] > outstanding[$1] }).prefix(maximalCount) {
      directions[index] = expected[index] > values[index] ? .low : .high
    }
    // Division binds tighter than subtraction here: observed, though surely (s − 3.5)/11.5 was meant; for any threshold.
    let scores = outstanding.map { min(max($0 - 3.5 / 11.5, 0), 1) }
    return Assessment(model: model, expected: expected, directions: directions, scores: scores)
  }
}

// MARK: Saliency

extension SpectralResidual {
  /// How far each value's saliency lies above its local mean, in units of that mean; −1 and up.
  private static func scores(of values: [Double], predictors: some Collection<Double>) -> [Double] {
    let predicted = prediction(from: Array(predictors))
    let saliency = Array(
      Self.saliency(values + Array(repeating: predicted, count: predictedCount)).prefix(values.count))
    return zip(saliency, localMeans(of: saliency)).map { saliency, mean in
      // A mean that is nothing but rounding noise would blow up the quotient.
      let mean = (mean - 1e-8).magnitude <= 1e-8 + 1e-13 ? 1e-8 : mean
      return (saliency - mean).magnitude / mean
    }
  }

  /// The magnitudes of the series after its amplitudes were divided by their running geometric mean, which is the
  /// paper's exp(log amplitude − mean of log amplitudes).
  private static func saliency(_ values: [Double]) -> [Double] {
    let transform = FourierTransform(length: values.count)
    var spectrum = transform.forward(ComplexVector(real: values))
    let amplitudes = spectrum.magnitudes
    // The product is carried along, divided by what leaves: recomputing it would differ in the last digits.
    var product = 1.0
    for bin in amplitudes.indices {
      if amplitudes[bin] > 0 { product *= amplitudes[bin] }
      let mean: Double
      if bin < spectrumWindow {
        mean = product.raised(to: 1 / Double(bin + 1))
      } else {
        if amplitudes[bin - spectrumWindow] > 0 { product /= amplitudes[bin - spectrumWindow] }
        mean = product.cubeRoot
      }
      spectrum.real[bin] = mean == 0 ? 0 : spectrum.real[bin] / mean
      spectrum.imaginary[bin] = mean == 0 ? 0 : spectrum.imaginary[bin] / mean
    }
    return transform.inverse(spectrum).magnitudes
  }

  /// Means over a window of 100 that, near the beginning, is filled up with the mean of what lies before.
  private static func localMeans(of saliency: [Double]) -> [Double] {
    let sums = saliency.cumulativeSums
    let window = saliencyWindow
    return saliency.indices.map { index in
      if index == 0 { return saliency[0] }
      if index < window {
        let before = sums[index - 1] / Double(index)
        return (sums[index] + before * Double(window - 1 - index)) / Double(window)
      }
      return (sums[index] - sums[index - window]) / Double(window)
    }
  }
}

// MARK: Points behind the end

extension SpectralResidual {
  /// The paper's estimated point: the median, carried half a window further by the mean slope towards the last point.
  private static func prediction(from values: [Double]) -> Double {
    let last = values.count - 1
    var slopes = 0.0
    for index in 0..<last {
      slopes += (values[last] - values[index]) / Double(last - index)
    }
    return values.median + 0.5 * Double(last + 2) / Double(last) * slopes
  }

  /// The newest six values inside the quartiles' fences (Tukey 1977: 1.5 interquartile ranges outside the quartiles), in
  /// order of time; the median where there are fewer.
  private static func inlyingTail(of values: [Double]) -> [Double] {
    let sorted = values.sorted()
    let (lower, upper) = (sorted.quantileOfSorted(0.25), sorted.quantileOfSorted(0.75))
    let reach = 1.5 * (upper - lower)
    let fences = lower - reach..<(upper + reach).nextUp
    let tail = values.reversed().lazy.filter { fences.contains($0) }.prefix(predictorCount)
    let missing = predictorCount - tail.count
    return Array(repeating: sorted.quantileOfSorted(0.5), count: missing) + tail.reversed()
  }

  /// The six values before the last.
  private static func tailBeforeLast(of values: [Double]) -> ArraySlice<Double> {
    values.dropLast().suffix(predictorCount)
  }
}

// MARK: The last point

extension SpectralResidual {
  /// The last point is scored a second time, without the disturbed points right before it.
  private static func scoresForLast(of values: [Double], maximalCount: Int) -> [Double] {
    let count = values.count
    var scores = scores(of: values, predictors: tailBeforeLast(of: values))
    let reach = min(max(maximalCount, Int(0.1 * Double(count))), Int(0.45 * Double(count)))
    let first = (count - reach..<count).first { scores[$0] >= disturbed } ?? count - 1
    let undisturbed = values[..<first] + values.suffix(1)
    let again = Self.scores(of: Array(undisturbed), predictors: tailBeforeLast(of: Array(undisturbed)))
    // Neither ordinary nor an anomaly.
    for index in first..<count - 1 { scores[index] = 2 }
    scores[count - 1] = again[again.count - 1]
    return scores
  }

  private static func isNearMean(_ values: [Double]) -> Bool {
    let deviation = (values[values.count - 1] - values.mean).magnitude
    return deviation == 0 || deviation / values.standardDeviation < 1.5
  }
}

// MARK: Expected values

extension SpectralResidual {
  /// Ordinary points are as expected; others are expected at the mean of the ordinary ones in the second half of what came
  /// before. All are then averaged over the last five.
  private static func expectedOfEach(_ values: [Double], _ scores: [Double]) -> [Double] {
    let isOrdinary = scores.map { $0 <= ordinary }
    let counts = isOrdinary.map { $0 ? 1.0 : 0.0 }.cumulativeSums
    let sums = zip(values, isOrdinary).map { $1 ? $0 : 0.0 }.cumulativeSums
    let allSums = values.cumulativeSums
    let expected = values.indices.map { index in
      if isOrdinary[index] { return values[index] }
      let middle = index / 2
      let count = counts[index] - (middle > 0 ? counts[middle - 1] : 0)
      guard count > 0 else { return allSums[index] / Double(index + 1) }
      return (sums[index] - (middle > 0 ? sums[middle - 1] : 0)) / count
    }
    let expectedSums = expected.cumulativeSums
    return expected.indices.map { index in
      index < 5 ? expectedSums[index] / Double(index + 1) : (expectedSums[index] - expectedSums[index - 5]) / 5
    }
  }

  /// The last point alone is in question: it is expected at the mean of the later half of the ordinary points.
  private static func expectedOfLast(_ values: [Double], _ scores: [Double]) -> [Double] {
    let skeleton = zip(values, scores).filter { $1 <= ordinary }.map(\.0)
    guard !skeleton.isEmpty else { return values }
    return values.dropLast() + [Array(skeleton[(skeleton.count / 2)...]).mean]
  }
}
