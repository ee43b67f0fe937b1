/// How far apart the points of a series lie, as the detector's requests name it.
public enum Granularity: String, CaseIterable, Sendable {
  case yearly, monthly, weekly, daily, hourly, minutely, secondly
  /// Its unit is the millisecond, in spite of the name.
  case microsecond
  /// The points follow one another; their timestamps are neither needed nor looked at.
  case none

  /// Seconds from one point to the next; nil where the calendar or nothing decides it.
  public var secondsPerStep: Double? {
    switch self {
    case .weekly: 604_800
    case .daily: 86_400
    case .hourly: 3_600
    case .minutely: 60
    case .secondly: 1
    case .microsecond: 0.001
    case .yearly, .monthly, .none: nil
    }
  }

  /// How many points a caller should send so that the newest one is judged well.
  ///
  /// Four periods and the point itself, or, without a period, a span that is usual for the granularity.
  /// - Parameter period: in points; 0 for a series without one.
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
