public import CivilTime

/// The distance between two neighbours on the grid of a series: five minutes, one hour, three months.
///
/// Sixty minutes and one hour are different steps: a detector chooses the seasons that it looks for by the unit.
public struct Step: Hashable, Sendable, CustomStringConvertible {
  /// The unit of a step.
  public enum Unit: String, CaseIterable, Sendable {
    case milliseconds, seconds, minutes, hours, days, weeks, months, years
  }

  /// How many units. ``TimeSeries`` refuses a step of less than 1.
  public var count: Int
  /// The unit that is counted.
  public var unit: Unit

  /// A step of `count` units.
  public init(_ count: Int, _ unit: Unit) {
    self.count = count
    self.unit = unit
  }

  /// A step of `count` seconds.
  public static func seconds(_ count: Int) -> Step { Step(count, .seconds) }
  /// A step of `count` minutes.
  public static func minutes(_ count: Int) -> Step { Step(count, .minutes) }
  /// A step of `count` hours.
  public static func hours(_ count: Int) -> Step { Step(count, .hours) }
  /// A step of `count` days of 24 hours.
  public static func days(_ count: Int) -> Step { Step(count, .days) }
  /// A step of `count` weeks.
  public static func weeks(_ count: Int) -> Step { Step(count, .weeks) }
  /// A step of `count` months of the calendar, in UTC.
  public static func months(_ count: Int) -> Step { Step(count, .months) }
  /// A step of `count` years of the calendar, in UTC.
  public static func years(_ count: Int) -> Step { Step(count, .years) }

  /// `1 hour`, `5 minutes`.
  public var description: String { "\(count) \(count == 1 ? String(unit.rawValue.dropLast()) : unit.rawValue)" }

  /// The length in microseconds; nil for months and years, whose lengths differ, and for a length beyond 64 bits.
  public var microseconds: Int64? {
    guard let unit = unit.microseconds else { return nil }
    let (length, overflow) = unit.multipliedReportingOverflow(by: Int64(count))
    return overflow ? nil : length
  }

  /// The time that lies `steps` steps after `origin`; nil beyond the years that a `Timestamp` holds.
  ///
  /// Months and years keep the day and the time of day. If the month lacks that day, its last day takes the place.
  public func time(_ steps: Int, after origin: Timestamp) -> Timestamp? {
    let (count, overflow) = count.multipliedReportingOverflow(by: steps)
    guard !overflow else { return nil }
    if let unit = unit.microseconds {
      let (distance, tooFar) = unit.multipliedReportingOverflow(by: Int64(count))
      let (time, tooLate) = origin.microseconds.addingReportingOverflow(distance)
      return tooFar || tooLate ? nil : Timestamp(microseconds: time)
    }
    // A timestamp holds fewer than 600,000 years.
    guard count.magnitude < 12 * 600_000 else { return nil }
    return origin.adding(months: unit == .years ? 12 * count : count)
  }

  /// How many steps lie between two times; nil if the later one is off the grid that begins at `origin`.
  func steps(from origin: Timestamp, to time: Timestamp) -> Int? {
    switch unit {
    case .years:
      let span = CalendarSpan(from: origin.date, to: time.date)
      guard span.months == 0, span.days == 0, span.years % count == 0 else { return nil }
      return span.years / count
    case .months:
      let span = CalendarSpan(from: origin.date, to: time.date)
      let months = 12 * span.years + span.months
      guard span.days == 0, months % count == 0 else { return nil }
      return months / count
    case .milliseconds:
      let milliseconds = Int(time.seconds * 1_000) - Int(origin.seconds * 1_000)
      return milliseconds % count == 0 ? milliseconds / count : nil
    case .weeks, .days, .hours, .minutes, .seconds:
      guard let unit = unit.microseconds else { return nil }
      return Int(exactly: (time.seconds - origin.seconds) / (Double(unit / 1_000_000) * Double(count)))
    }
  }
}

extension Step.Unit {
  /// Nil where the calendar decides.
  fileprivate var microseconds: Int64? {
    switch self {
    case .milliseconds: 1_000
    case .seconds: 1_000_000
    case .minutes: 60_000_000
    case .hours: 3_600_000_000
    case .days: 86_400_000_000
    case .weeks: 604_800_000_000
    case .months, .years: nil
    }
  }
}

extension Timestamp {
  /// Seconds since 1970 as a double. The retired service computed with doubles, so a fraction of a second may be off the grid by
  /// rounding.
  fileprivate var seconds: Double { Double(microseconds) / 1e6 }

  fileprivate func adding(months: Int) -> Timestamp? {
    let ofDay = microseconds - Int64(date.daysSinceEpoch) * 86_400_000_000
    let month = 12 * date.year + date.month - 1 + months
    let year = (month - (month % 12 + 12) % 12) / 12
    var day = CivilDate(year: year, month: month - 12 * year + 1, day: 1)
    day.day = min(date.day, day.daysInMonth)
    let (midnight, overflow) = Int64(day.daysSinceEpoch).multipliedReportingOverflow(by: 86_400_000_000)
    let (time, tooLate) = midnight.addingReportingOverflow(ofDay)
    return overflow || tooLate ? nil : Timestamp(microseconds: time)
  }
}
