/// A span of event time. Positive if it was read from text.
package struct EventTimeInterval: Hashable, Comparable, Sendable {
  /// The whole of it; negative spans go back.
  package var microseconds: Int64

  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  package static func < (left: EventTimeInterval, right: EventTimeInterval) -> Bool {
    left.microseconds < right.microseconds
  }
}

/// A text that cannot be read as a duration.
package struct EventTimeIntervalError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case unreadable
    /// Months and years have no one length.
    case calendarUnit
    case notPositive
    case tooLong
  }

  package let text: String
  package let fault: Fault

  /// The problem, in one line.
  package var description: String {
    switch fault {
    case .unreadable: "invalid duration '\(text)'"
    case .calendarUnit: "invalid duration '\(text)': months and years differ in length"
    case .notPositive: "invalid duration '\(text)': it must be positive"
    case .tooLong: "invalid duration '\(text)': it may be at most 292,000 years"
    }
  }
}

extension EventTimeInterval: CustomStringConvertible {
  private static let units: [(names: [String], microseconds: Int64)] = [
    (["w", "week", "weeks"], 604_800_000_000),
    (["d", "day", "days"], 86_400_000_000),
    (["h", "hour", "hours"], 3_600_000_000),
    (["m", "min", "minute", "minutes"], 60_000_000),
    (["s", "sec", "second", "seconds"], 1_000_000),
    (["ms", "millisecond", "milliseconds"], 1_000),
    (["us", "microsecond", "microseconds"], 1),
  ]

  /// Reads `1h`, `1 hour`, `30 minutes`, `90s`, `interval 1 day`, ignoring case.
  ///
  /// - Throws: ``EventTimeIntervalError`` for anything else, for months and years, and for nothing or less.
  package init(parsing text: String) throws(EventTimeIntervalError) {
    func error(_ fault: EventTimeIntervalError.Fault) -> EventTimeIntervalError {
      EventTimeIntervalError(text: text, fault: fault)
    }
    var rest = Substring(text.lowercased()).filter { !$0.isWhitespace }
    if rest.hasPrefix("interval") { rest.removeFirst("interval".count) }
    let isNegative = rest.hasPrefix("-")
    if isNegative { rest.removeFirst() }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let name = String(rest.dropFirst(digits.count))
    if ["month", "months", "mo", "year", "years", "y"].contains(name) { throw error(.calendarUnit) }
    guard !digits.isEmpty, let unit = Self.units.first(where: { $0.names.contains(name) }) else {
      throw error(.unreadable)
    }
    guard let number = Int64(digits) else { throw error(.tooLong) }
    guard number > 0, !isNegative else { throw error(.notPositive) }
    let (microseconds, overflow) = number.multipliedReportingOverflow(by: unit.microseconds)
    guard !overflow else { throw error(.tooLong) }
    self.init(microseconds: microseconds)
  }

  /// In the largest unit that divides it: `1h`, `90s`, `1d`. Reads back as the same span.
  package var description: String {
    for unit in Self.units where microseconds % unit.microseconds == 0 {
      return "\(microseconds / unit.microseconds)\(unit.names[0])"
    }
    return "\(microseconds)us"
  }
}

/// Time-outs and pauses are written as spans of event time are.
extension Duration {
  /// Reads what ``EventTimeInterval/init(parsing:)`` reads: `90s`, `10 minutes`.
  ///
  /// - Throws: ``EventTimeIntervalError`` for anything else.
  package init(parsing text: String) throws(EventTimeIntervalError) {
    self = .microseconds(try EventTimeInterval(parsing: text).microseconds)
  }

  /// In whole microseconds and the largest unit that divides it, `90s`; reads back as the same duration.
  package var written: String {
    let (seconds, attoseconds) = components
    return EventTimeInterval(microseconds: seconds * 1_000_000 + attoseconds / 1_000_000_000_000).description
  }
}
