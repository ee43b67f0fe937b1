/// The seasons that people live by: a day of hours, a week of days, a year of months.
///
/// All thresholds are observed behaviour of the open-sourced detector.
enum CalendarPeriod {
  /// The first of the step's seasons that the series has; nil if it has none of them.
  ///
  /// - Parameter values: normalized.
  static func of(_ values: [Double], every step: Step?) -> Int? {
    guard let step else { return nil }
    for period in candidates(step) where period >= 4 && values.count > 2 * period && isSeasonal(values, period) {
      // A week explains what a day explains.
      if let standard = standard(step), values.count > 2 * standard, standard.isMultiple(of: period) { return standard }
      return period
    }
    return nil
  }

  private static func candidates(_ step: Step) -> [Int] {
    switch step.unit {
    case .hours: [168 / step.count, 24 / step.count]
    case .days: [7]
    case .weeks: [12, 4]
    case .months: [12]
    case .minutes: [10_080 / step.count, 1_440 / step.count, 2_880 / step.count]
    case .seconds: [604_800 / step.count, 86_400 / step.count, 172_800 / step.count]
    case .milliseconds: [1_000]
    case .years: []
    }
  }

  private static func standard(_ step: Step) -> Int? {
    switch step.unit {
    case .hours: 168 / step.count
    case .days: 7
    case .weeks, .months: 12
    case .minutes: 10_080 / step.count
    case .seconds: 604_800 / step.count
    case .milliseconds, .years: nil
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
