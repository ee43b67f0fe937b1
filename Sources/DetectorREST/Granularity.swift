package import AnomalyDetection

/// The step of a series, in REST's words.
package enum Granularity: String, CaseIterable, Sendable {
  case yearly, monthly, weekly, daily, hourly, minutely, secondly
  /// One millisecond, in spite of the name.
  case microsecond
  /// The points follow one another; their timestamps are neither needed nor looked at.
  case none

  /// The step of `interval` units; nil for ``none``.
  package func step(interval: Int = 1) -> Step? {
    switch self {
    case .yearly: .years(interval)
    case .monthly: .months(interval)
    case .weekly: .weeks(interval)
    case .daily: .days(interval)
    case .hourly: .hours(interval)
    case .minutely: .minutes(interval)
    case .secondly: .seconds(interval)
    case .microsecond: Step(interval, .milliseconds)
    case .none: nil
    }
  }

  /// How many points a caller should send so that the newest one is judged well: four periods and the point itself, or, without a
  /// period, a usual span for the granularity.
  /// - Parameter period: in points; 0 for a series without a season.
  func suggestedWindow(period: Int) -> Int {
    guard period == 0 else { return 4 * period + 1 }
    return switch self {
    case .daily: 28 + 1
    case .hourly: 168 + 1
    case .weekly, .monthly, .yearly: 12 + 1
    case .minutely, .secondly, .none: 1_440 + 1
    case .microsecond: 1_000 + 1
    }
  }
}
