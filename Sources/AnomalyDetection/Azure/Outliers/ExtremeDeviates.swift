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
  /// A value more extreme than an outlier is an outlier too, whether or not it passes its own test: several may hide one another.
  func outliers(in ranked: RankedSeries, from end: RankedSeries.End) -> [Int] {
    var places = ranked.places(from: end)
    var values = end == .lower ? ranked.values : ranked.values.reversed()
    // If most values are equal, the sample is these and the values beyond them on this side.
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
    let sample = Sample(values.map { end == .upper ? Float($0) : -Float($0) })
    var outermost: Int?
    for candidate in first..<max(first, min(maximalCount, count)) {
      let critical = CriticalDeviate(count: count - candidate, significance: significance)
      guard sample.isExtreme(candidate, beyond: critical) else { continue }
      outermost = candidate
      if mode == .last { break }
    }
    return outermost.map { Array(places[...$0]) } ?? []
  }
}

/// Values in descending order, with sums that answer most questions without a pass over all values.
private struct Sample {
  private let values: [Float]
  /// The sums of the values, and of their squares, from each place to the end; one more than there are values.
  private var sums: [Double]
  private var squares: [Double]

  init(_ values: [Float]) {
    self.values = values
    sums = Array(repeating: 0, count: values.count + 1)
    squares = sums
    for place in values.indices.reversed() {
      let value = Double(values[place])
      sums[place] = sums[place + 1] + value
      squares[place] = squares[place + 1] + value * value
    }
  }

  /// Whether a value lies further than `critical` spreads from the centre of the values that are not more extreme: from their
  /// median, or else from their mean.
  func isExtreme(_ candidate: Int, beyond critical: CriticalDeviate) -> Bool {
    let rest = values[candidate...]
    let median = rest.medianOfSorted
    let spread = max(medianDistance(from: candidate, center: median) / Float(normalQuartile), 1e-8)
    if critical.isBelow(values[candidate] - median, unit: spread) { return true }
    if let answer = roughAnswer(candidate, critical) { return answer }
    let mean = rest.mean
    return (values[candidate] - mean) / max(rest.standardDeviation, 1e-8) > critical.exact
  }

  /// The answer for mean and standard deviation; nil if rounding to single precision might change it.
  private func roughAnswer(_ candidate: Int, _ critical: CriticalDeviate) -> Bool? {
    let count = Double(values.count - candidate)
    let mean = sums[candidate] / count
    let variance = squares[candidate] / count - mean * mean
    // Below, the difference of the squares is rounding.
    guard variance > 1e-10 * max(1, mean * mean) else { return nil }
    let (distance, reach) = (Double(values[candidate]) - mean, critical.rough * variance.squareRoot())
    let doubt = 1e-3 * reach + 1e-5 * max(mean.magnitude, Double(values[candidate].magnitude))
    return (distance - reach).magnitude > doubt ? distance > reach : nil
  }

  /// The median distance from a centre, of the values from a place on. Distances grow to both sides of the centre, so halving
  /// finds the middle ones, as in two sorted lists.
  private func medianDistance(from first: Int, center: Float) -> Float {
    // The first value below the centre.
    var (low, high) = (first, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < center { high = middle } else { low = middle + 1 }
    }
    let (split, count) = (low, values.count - first)
    let upper = distance(rank: count / 2, first, split, center)
    return count % 2 == 1 ? upper : (distance(rank: count / 2 - 1, first, split, center) + upper) / 2
  }

  /// The distance with the given rank, from 0 for the least.
  private func distance(rank: Int, _ first: Int, _ split: Int, _ center: Float) -> Float {
    func above(_ index: Int) -> Float { (values[split - 1 - index] - center).magnitude }
    func below(_ index: Int) -> Float { (values[split + index] - center).magnitude }
    let (aboveCount, belowCount) = (split - first, values.count - split)
    // How many of the rank + 1 least distances lie above the centre.
    var (low, high) = (max(0, rank + 1 - belowCount), min(rank + 1, aboveCount))
    while low < high {
      let taken = (low + high) / 2
      if above(taken) < below(rank - taken) { low = taken + 1 } else { high = taken }
    }
    let (fromAbove, fromBelow) = (low, rank + 1 - low)
    let greatestAbove = fromAbove > 0 ? above(fromAbove - 1) : -1
    let greatestBelow = fromBelow > 0 ? below(fromBelow - 1) : -1
    return max(greatestAbove, greatestBelow)
  }
}

/// The deviate from which the most extreme of `count` values is an outlier.
struct CriticalDeviate {
  private let count: Int
  private let significance: Double
  /// An estimate with a relative error below 10⁻⁴.
  let rough: Double

  init(count: Int, significance: Double) {
    self.count = count
    self.significance = significance
    guard count > 2 else {
      rough = 0
      return
    }
    let m = Double(count)
    let student = StudentDistribution(degreesOfFreedom: m - 2)
    let t = student.roughQuantile(upperTail: Double(Float(significance)) / m)
    rough = t * (m - 1) / ((m - 2 + t * t) * m).squareRoot()
  }

  /// Rosner's λ for one value in question among `count`: t (m − 1) / √((m − 2 + t²) m), with Student's quantile t of
  /// m − 2 degrees of freedom that the greatest of m exceeds with the probability `significance`.
  var exact: Float {
    guard count > 2 else { return 0 }
    let m = Double(count)
    let t = StudentDistribution(degreesOfFreedom: m - 2).quantile(upperTail: Double(Float(significance)) / m)
    return Float(t * (m - 1) / ((m - 2 + t * t) * m).squareRoot())
  }

  /// Whether a deviation, in units, lies beyond the critical deviate. Computes the exact quantile only if the estimate does not
  /// decide.
  func isBelow(_ deviation: Float, unit: Float) -> Bool {
    let deviate = deviation / unit
    if (Double(deviate) - rough).magnitude > 1e-3 * rough { return Double(deviate) > rough }
    return deviate > exact
  }
}
