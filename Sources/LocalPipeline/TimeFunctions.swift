import CivilTime
import Columnar
import Pipeline
import StreamProcessing

/// Functions of times, in UTC, named as in Spark where Spark has them. A null gives null, and so does text that cannot be read as a time.
enum TimeFunctions {
  /// - Parameter clock: gives the time now, UTC.
  static func all(clock: @escaping @Sendable () -> Timestamp) -> [SQLFunction] {
    ofTimes + [SQLFunction("now", arguments: 0...0, .scalar { _ in .timestamp(clock()) })]
  }

  private static let ofTimes: [SQLFunction] = [
    // Every form that a stream reads: to_timestamp('Wed Aug 27 13:08:45 +0000 2008'), to_timestamp(1556098780)
    function("to_timestamp", arguments: 1) { arguments in
      switch arguments[0] {
      case .string(let text): Timestamp(written: text).map(value) ?? .null
      case .integer, .double: Timestamp(written: arguments[0].description).map(value) ?? .null
      default: .null
      }
    },
    function("date_trunc", arguments: 2) { arguments in
      guard case .string(let unit) = arguments[0] else { return .null }
      return try time(arguments[1]).map { value(try truncated($0, to: unit)) } ?? .null
    },
    // The start of the window that a time lies in: window_start(groupTime, '15m')
    function("window_start", arguments: 2) { arguments in
      guard let time = time(arguments[0]), case .string(let text) = arguments[1] else { return .null }
      let window = try WindowSpecification(length: try EventTimeInterval(parsing: text))
      return window.lastStart(at: time.microseconds).map { value(Timestamp(microseconds: $0)) } ?? .null
    },
    // time_add(groupTime, '-3 days')
    function("time_add", arguments: 2) { arguments in
      guard let time = time(arguments[0]), case .string(let text) = arguments[1] else { return .null }
      let isBack = text.hasPrefix("-")
      let interval = try EventTimeInterval(parsing: isBack ? String(text.dropFirst()) : text).microseconds
      let (sum, overflow) = time.microseconds.addingReportingOverflow(isBack ? -interval : interval)
      return overflow ? .null : value(Timestamp(microseconds: sum))
    },
    part("year") { $0.date.year }, part("month") { $0.date.month }, part("day") { $0.date.day },
    part("hour") { Int(ofDay($0) / 3_600_000_000) }, part("minute") { Int(ofDay($0) / 60_000_000 % 60) },
    part("second") { Int(ofDay($0) / 1_000_000 % 60) },
    // 1 is Sunday, as in Spark; 1970-01-01 was a Thursday.
    part("dayofweek") { floorMod(Int64($0.date.daysSinceEpoch) + 4, 7) + 1 },
    part("unix_seconds") { Int(floorDiv($0.microseconds, 1_000_000)) },
    part("unix_millis") { Int(floorDiv($0.microseconds, 1_000)) },
    function("timestamp_seconds", arguments: 1) { arguments in
      guard let seconds = arguments[0].wholeNumber, abs(Double(seconds)) < 9e12 else { return .null }
      return value(Timestamp(seconds: seconds))
    },
    function("timestamp_millis", arguments: 1) { arguments in
      guard let millis = arguments[0].wholeNumber, abs(Double(millis)) < 9e15 else { return .null }
      return value(Timestamp(microseconds: millis * 1_000))
    },
  ]

  private static func function(
    _ name: String, arguments: Int, _ evaluate: @escaping @Sendable ([Value]) throws -> Value
  ) -> SQLFunction {
    SQLFunction(name, arguments: arguments...arguments, .scalar(evaluate))
  }

  private static func part(_ name: String, _ number: @escaping @Sendable (Timestamp) -> Int) -> SQLFunction {
    function(name, arguments: 1) { time($0[0]).map { .integer(Int64(number($0))) } ?? .null }
  }

  private static func time(_ value: Value) -> Timestamp? {
    if case .string(let text) = value { Timestamp(text) } else { nil }
  }

  private static func value(_ time: Timestamp) -> Value { .timestamp(time) }

  private static func truncated(_ time: Timestamp, to unit: String) throws(UnknownTimeUnit) -> Timestamp {
    let date = time.date
    func day(_ days: Int) -> Timestamp { Timestamp(seconds: Int64(days) * 86_400) }
    func first(month: Int) -> Timestamp { day(CivilDate(year: date.year, month: month, day: 1).daysSinceEpoch) }
    switch unit.lowercased() {
    case "year": return first(month: 1)
    case "quarter": return first(month: (date.month - 1) / 3 * 3 + 1)
    case "month": return first(month: date.month)
    // From Monday on, as ISO 8601 and Spark count.
    case "week": return day(date.daysSinceEpoch - floorMod(Int64(date.daysSinceEpoch) + 3, 7))
    case "day": return day(date.daysSinceEpoch)
    case "hour": return Timestamp(microseconds: time.microseconds - Int64(floorMod(time.microseconds, 3_600_000_000)))
    case "minute": return Timestamp(microseconds: time.microseconds - Int64(floorMod(time.microseconds, 60_000_000)))
    case "second": return Timestamp(microseconds: time.microseconds - Int64(floorMod(time.microseconds, 1_000_000)))
    default:
      throw UnknownTimeUnit(
        function: "date_trunc", unit: unit,
        known: ["year", "quarter", "month", "week", "day", "hour", "minute", "second"])
    }
  }

  /// Microseconds since midnight.
  private static func ofDay(_ time: Timestamp) -> Int64 { Int64(floorMod(time.microseconds, 86_400_000_000)) }

  private static func floorMod(_ number: Int64, _ divisor: Int64) -> Int {
    let rest = number % divisor
    return Int(rest < 0 ? rest + divisor : rest)
  }

  private static func floorDiv(_ number: Int64, _ divisor: Int64) -> Int64 {
    number / divisor - (number % divisor < 0 ? 1 : 0)
  }
}
