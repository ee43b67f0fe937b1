/// A series as the sum of a trend, a season and a remainder.
struct SeasonalDecomposition {
  var trend: [Double]
  var seasonal: [Double]
  var remainder: [Double]
}

/// STL (Cleveland, Cleveland, McRae and Terpenning 1990, "STL: A Seasonal-Trend Decomposition Procedure Based on Loess"),
/// with a season that hardly changes and robust weights.
///
/// Windows after the paper's section 3: the season's so wide that each phase is nearly constant (R's "periodic", without
/// R's last averaging); the trend's the smallest odd number from 1.5 p / (1 − 1.5 / n_s) on; the low-pass filter's from p on. Loess
/// is evaluated at every tenth of its window, and interpolated between.
struct STL {
  private let period: Int
  private static let robustPasses = 15

  private let trend: Loess
  private let lowPass: Loess
  private let count: Int
  /// By how many cycles a phase has: the weights of the distances between them, seen from the first and from one before it.
  private let kernels: [Int: (inner: [Double], outer: [Double])]

  private init(period: Int, count: Int) {
    self.period = period
    self.count = count
    func loess(_ window: Int) -> Loess { Loess(window: window, jump: (window + 9) / 10) }
    let seasonalWindow = 10 * count + 1
    trend = loess(Self.oddNotBelow((1.5 * Double(period) / (1 - 1.5 / Double(seasonalWindow))).rounded(.up)))
    lowPass = loess(Self.oddNotBelow(Double(period)))
    var kernels: [Int: (inner: [Double], outer: [Double])] = [:]
    for cycles in [count / period, count / period + 1] where cycles > 0 {
      let beyond = (seasonalWindow - cycles) / 2
      kernels[cycles] = (
        Loess.tricube(reach: cycles - 1 + beyond, upTo: cycles - 1), Loess.tricube(reach: cycles + beyond, upTo: cycles)
      )
    }
    self.kernels = kernels
  }

  private static func oddNotBelow(_ number: Double) -> Int {
    let whole = max(3, Int(number))
    return whole % 2 == 1 ? whole : whole + 1
  }

  /// - Parameter values: more than two periods.
  static func decompose(_ values: [Double], period: Int) -> SeasonalDecomposition {
    let stl = STL(period: period, count: values.count)
    var trend = [Double](repeating: 0, count: values.count)
    var seasonal = trend
    var weights: [Double]?
    for pass in 0...robustPasses {
      if pass > 0 { weights = robustWeights(values, trend, seasonal) }
      stl.pass(values, &trend, &seasonal, weights: weights)
    }
    let remainder = values.indices.map { values[$0] - trend[$0] - seasonal[$0] }
    return SeasonalDecomposition(trend: trend, seasonal: seasonal, remainder: remainder)
  }

  /// The paper's inner loop, steps 1 to 6.
  private func pass(_ values: [Double], _ trend: inout [Double], _ seasonal: inout [Double], weights: [Double]?) {
    let cycles = smoothedPhases(zip(values, trend).map { $0 - $1 }, weights: weights)
    let filtered = movingMean(movingMean(movingMean(cycles, period), period), 3)
    let low = lowPass.smooth(filtered)
    for index in seasonal.indices { seasonal[index] = cycles[index + period] - low[index] }
    let deseasonalized = zip(values, seasonal).map { $0 - $1 }
    trend = self.trend.smooth(deseasonalized, weights: weights)
  }

  /// Each phase smoothed on its own and carried on by one value at both ends: two periods longer than the series.
  ///
  /// Under a window of ten series the fits are weighted means of the whole phase, and loess makes one at its first and one at its
  /// last cycle, draws a line between, and makes one more beyond each.
  private func smoothedPhases(_ values: [Double], weights: [Double]?) -> [Double] {
    var result = [Double](repeating: 0, count: count + 2 * period)
    for phase in 0..<period {
      let cycles = (count - phase - 1) / period + 1
      guard let (inner, outer) = kernels[cycles] else { continue }
      var (first, last, before, behind) = (WeightedMean(), WeightedMean(), WeightedMean(), WeightedMean())
      for cycle in 0..<cycles {
        let place = phase + cycle * period
        let (value, weight) = (values[place], weights?[place] ?? 1)
        first.add(value, inner[cycle] * weight)
        last.add(value, inner[cycles - 1 - cycle] * weight)
        before.add(value, outer[cycle + 1] * weight)
        behind.add(value, outer[cycles - cycle] * weight)
      }
      // Where a fit has no weight at all, the raw value stands, and beyond the ends the smoothed one.
      let start = first.mean ?? values[phase]
      let end = last.mean ?? values[phase + (cycles - 1) * period]
      let slope = cycles > 1 ? (end - start) / Double(cycles - 1) : 0
      result[phase] = before.mean ?? start
      for cycle in 0..<cycles { result[phase + (cycle + 1) * period] = start + slope * Double(cycle) }
      result[phase + cycles * period] = end
      result[phase + (cycles + 1) * period] = behind.mean ?? end
    }
    return result
  }

  private struct WeightedMean {
    private var sum = 0.0
    private var weight = 0.0

    /// Nil without weight.
    var mean: Double? { weight > 0 ? sum / weight : nil }

    @inline(__always)
    mutating func add(_ value: Double, _ weight: Double) {
      sum += value * weight
      self.weight += weight
    }
  }

  private func movingMean(_ values: [Double], _ window: Int) -> [Double] {
    var sum = values[..<window].reduce(0, +)
    var means = [sum / Double(window)]
    means.reserveCapacity(values.count - window + 1)
    for index in window..<values.count {
      sum = sum + values[index] - values[index - window]
      means.append(sum / Double(window))
    }
    return means
  }

  /// The bisquare weights of the remainder in units of six times its median magnitude.
  private static func robustWeights(_ values: [Double], _ trend: [Double], _ seasonal: [Double]) -> [Double] {
    let remainder = values.indices.map { (values[$0] - trend[$0] - seasonal[$0]).magnitude }
    var scratch = remainder
    let unit = 6 * scratch.takeMedian()
    return remainder.map { distance in
      if distance <= 0.001 * unit { return 1 }
      if distance > 0.999 * unit { return 0 }
      let share = distance / unit
      return (1 - share * share) * (1 - share * share)
    }
  }
}
