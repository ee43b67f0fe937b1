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

  private let seasonalWindow: Int
  private let trendWindow: Int
  private let lowPassWindow: Int
  private let count: Int

  private init(period: Int, count: Int) {
    self.period = period
    self.count = count
    seasonalWindow = 10 * count + 1
    trendWindow = Self.oddNotBelow((1.5 * Double(period) / (1 - 1.5 / Double(seasonalWindow))).rounded(.up))
    lowPassWindow = Self.oddNotBelow(Double(period))
  }

  private static func oddNotBelow(_ number: Double) -> Int {
    let whole = max(3, Int(number))
    return whole % 2 == 1 ? whole : whole + 1
  }

  private static func jump(_ window: Int) -> Int { (window + 9) / 10 }

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
    let low = Loess(window: lowPassWindow, degree: .linear, jump: Self.jump(lowPassWindow)).smooth(filtered)
    for index in seasonal.indices { seasonal[index] = cycles[index + period] - low[index] }
    let deseasonalized = zip(values, seasonal).map { $0 - $1 }
    trend = Loess(window: trendWindow, degree: .linear, jump: Self.jump(trendWindow))
      .smooth(deseasonalized, weights: weights)
  }

  /// Each phase smoothed on its own and carried on by one value at both ends: two periods longer than the series.
  private func smoothedPhases(_ values: [Double], weights: [Double]?) -> [Double] {
    var result = [Double](repeating: 0, count: count + 2 * period)
    let loess = Loess(window: seasonalWindow, degree: .constant, jump: Self.jump(seasonalWindow))
    for phase in 0..<period {
      let places = stride(from: phase, to: count, by: period)
      let subseries = places.map { values[$0] }
      let smooth = loess.smooth(
        subseries, weights: weights.map { weights in places.map { weights[$0] } }, extending: true)
      for (cycle, value) in smooth.enumerated() {
        result[phase + cycle * period] = value
      }
    }
    return result
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
