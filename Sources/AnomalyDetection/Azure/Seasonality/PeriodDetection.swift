/// Finds the length of a series' season: the calendar's where it fits, else what the autocorrelation suggests.
///
/// Thresholds without another origin are observed behaviour of the open-sourced detector.
enum PeriodDetection {
  /// - Parameter values: at least 12.
  /// - Returns: in points; 0 for a series without a season.
  static func period(of values: [Double], every step: Step?) -> Int {
    let values = values.normalized
    return CalendarPeriod.of(values, every: step) ?? spectral(values)
  }

  /// A period of the series, times one of the series that takes every such step, and so on until there is none.
  private static func spectral(_ values: [Double]) -> Int {
    var period = shortestPeriod(of: values)
    guard period > 0 else { return 0 }
    var (rest, step) = (values, period)
    while true {
      rest = stride(from: 0, to: rest.count, by: step).map { rest[$0] }
      step = shortestPeriod(of: rest)
      guard step > 0 else { return period }
      period *= step
    }
  }

  /// Among the lags at which the series resembles itself, the one whose season leaves the least error; 0 without one.
  private static func shortestPeriod(of values: [Double]) -> Int {
    guard values.count >= 12 else { return 0 }
    let smooth = values.withoutSpikes
    let trendless = zip(smooth, Trend.of(smooth, period: nil)).map { $0 - $1 }
    let variance = trendless.variance
    guard variance > negligible else { return 0 }
    var best: (period: Int, misfit: Float)?
    for period in likelyPeriods(of: trendless) {
      let misfit = SeasonalFit.misfit(of: trendless, period: period)
      if best.map({ misfit < $0.misfit }) ?? true { best = (period, misfit) }
    }
    guard let best, best.misfit == 0 || 1 - Double(best.misfit) / variance >= 0.2 else { return 0 }
    return Double(values.count) / Double(best.period) + 1 <= 3 ? 0 : best.period
  }

  /// The normal quantile of 0.95.
  private static let normalQuantile = 1.6448536269514722

  /// Lags whose autocorrelation lies above what white noise shows in one of twenty series (Bartlett 1946, "On the
  /// theoretical specification and sampling properties of autocorrelated time-series"), greatest first.
  private static func likelyPeriods(of values: [Double]) -> [Int] {
    let length = Double(values.count)
    let longest = Int(min(length / 3, 5_760))
    let correlations = Autocorrelation.biased(values, lags: longest)
    var reach = [0.0, normalQuantile * (1 / length).squareRoot()]
    var squares = 0.0
    for lag in 2..<max(3, longest + 1) where lag <= longest {
      squares += correlations[lag - 1] * correlations[lag - 1]
      reach.append(normalQuantile * ((1 + 2 * squares) / length).squareRoot())
    }
    let ordered = (1...longest).sorted { correlations[$0] > correlations[$1] }
    let outstanding = ordered.prefix { correlations[$0] >= reach[$0] && correlations[$0] >= 0.1 }
    return outstanding.filter { $0 > 4 && $0 < longest }
  }
}
