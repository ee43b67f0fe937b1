/// The seasons that people live by: a day of hours, a week of days, a year of months.
///
/// All thresholds are observed behaviour of the open-sourced detector.
enum CalendarPeriod {
  /// The first of the granularity's seasons that the series has; nil where it has none of them.
  ///
  /// - Parameter values: normalized.
  static func of(_ values: [Double], granularity: Granularity, interval: Int) -> Int? {
    let candidates = candidates(granularity, interval: interval)
    for period in candidates where period >= 4 && values.count > 2 * period && isSeasonal(values, period) {
      // A week explains what a day explains.
      if let standard = standard(granularity, interval: interval), values.count > 2 * standard,
        standard.isMultiple(of: period)
      {
        return standard
      }
      return period
    }
    return nil
  }

  private static func candidates(_ granularity: Granularity, interval: Int) -> [Int] {
    switch granularity {
    case .hourly: [168 / interval, 24 / interval]
    case .daily: [7]
    case .weekly: [12, 4]
    case .monthly: [12]
    case .minutely: [10_080 / interval, 1_440 / interval, 2_880 / interval]
    case .secondly: [604_800 / interval, 86_400 / interval, 172_800 / interval]
    case .microsecond: [1_000]
    case .yearly, .none: []
    }
  }

  private static func standard(_ granularity: Granularity, interval: Int) -> Int? {
    switch granularity {
    case .hourly: 168 / interval
    case .daily: 7
    case .weekly, .monthly: 12
    case .minutely: 10_080 / interval
    case .secondly: 604_800 / interval
    case .microsecond, .yearly, .none: nil
    }
  }

  /// Whether a season of that length explains enough of the series, or of what its running median leaves.
  private static func isSeasonal(_ values: [Double], _ period: Int) -> Bool {
    let smooth = values.withoutSpikes
    guard smooth.variance > negligible else { return false }
    let enough: (whole: Double, rest: Double) =
      period <= 24 ? (0.35, 0.35) : period <= 168 ? (0.15, 0.65) : (0.1, 0.7)
    if SeasonalFit.score(of: smooth, period: period) > enough.whole { return true }
    let medians = MovingMedian.smooth(values, window: period, ends: .shrunk)
    var rest = zip(values, medians).map { $0 - Double($1) }.withoutSpikes
    levelPhases(of: &rest, period: period)
    guard rest.variance > negligible else { return false }
    return SeasonalFit.score(of: rest, period: period) > enough.rest
  }

  /// Puts the phase's median in place of values that lie far above it. Observed: the spread is the median of signed
  /// distances, which is rounding noise around zero, so that nearly all values on one side go, the side by that noise.
  private static func levelPhases(of values: inout [Double], period: Int) {
    for phase in 0..<period {
      let places = Array(stride(from: phase, to: values.count, by: period))
      let singles = places.map { Float(values[$0]) }
      let middle = Double(singles.median)
      let spread = Double(places.map { Float(values[$0] - middle) }.median)
      let unit = 1.4826 * spread + negligible
      for place in places where (values[place] - middle) / unit >= 3 { values[place] = middle }
    }
  }
}
