/// The generalised extreme Studentized deviate test (Rosner 1983, "Percentage points for a generalized ESD many-outlier
/// procedure"), one-sided, with the median and the median distance from it in place of mean and deviation, and then with
/// these as well.
///
/// In single precision, as the open-sourced detector computes it.
struct ExtremeDeviates {
  let maximalCount: Int
  let mode: DetectionMode
  var significance: Double = 0.05

  /// The places of the outliers at one end, most extreme first.
  ///
  /// What is more extreme than an outlier is one as well, be its own test passed or not: several may hide one another.
  func outliers(in ranked: RankedSeries, from direction: RankedSeries.Direction) -> [Int] {
    var places = ranked.places(from: direction)
    var values = direction == .lower ? ranked.values : ranked.values.reversed()
    // Where most values are equal, they and what lies beyond them on this side are the whole sample.
    if let majority = ranked.majority, let last = values.lastIndex(where: { ($0 - majority).magnitude < negligible }) {
      places.removeSubrange((last + 1)...)
      values.removeSubrange((last + 1)...)
    }
    let count = values.count
    var first = 0
    if mode == .last {
      guard let place = places.firstIndex(of: ranked.values.count - 1) else { return [] }
      first = place
    }
    let sample = Sample(values.map { Float($0) }, direction)
    var outermost: Int?
    for candidate in first..<max(first, min(maximalCount, count)) {
      let critical = CriticalDeviate.of(count - candidate, significance: significance)
      guard sample.isExtreme(candidate, beyond: critical) else { continue }
      outermost = candidate
      if mode == .last { break }
    }
    return outermost.map { Array(places[...$0]) } ?? []
  }
}

/// The values in order of extremity.
private struct Sample {
  private let values: [Float]
  private let sign: Float

  init(_ values: [Float], _ direction: RankedSeries.Direction) {
    self.values = values
    sign = direction == .upper ? 1 : -1
  }

  /// Whether a value lies further from the centre of those that are not more extreme than so many of their spreads.
  func isExtreme(_ candidate: Int, beyond critical: Float) -> Bool {
    let rest = values[candidate...]
    let median = rest.medianOfSorted
    let spread = medianDistance(of: rest, from: median) / Float(normalQuartile)
    if sign * (values[candidate] - median) / max(spread, 1e-8) > critical { return true }
    let mean = rest.mean
    return sign * (values[candidate] - mean) / max(rest.standardDeviation, 1e-8) > critical
  }

  /// The median of the distances. Those below and those above the centre are in order, and are merged up to the middle.
  private func medianDistance(of rest: ArraySlice<Float>, from center: Float) -> Float {
    var distances = rest.map { ($0 - center).magnitude }
    return distances.takeMedian()
  }
}

/// From which deviate on the most extreme of so many values is an outlier.
enum CriticalDeviate {
  /// Rosner's λ for one value in question among `count`: t (m − 1) / √((m − 2 + t²) m), with Student's quantile t of
  /// m − 2 degrees of freedom that the greatest of m exceeds with the probability `significance`.
  static func of(_ count: Int, significance: Double) -> Float {
    guard count > 2 else { return 0 }
    let m = Double(count)
    let t = StudentDistribution(degreesOfFreedom: m - 2).quantile(upperTail: Double(Float(significance)) / m)
    return Float(t * (m - 1) / ((m - 2 + t * t) * m).squareRoot())
  }
}
