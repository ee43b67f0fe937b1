/// Days that a column may hold.
struct CalendarRange {
  /// Since 1970
  let days: Range<Int64>
  /// What is the matter with another day.
  let fault: String

  /// Those of the years 0 to 9999, which SQL and ISO 8601 have names for.
  static let all = CalendarRange(days: -719_528..<2_932_897, fault: "is beyond the years 0 to 9999")
  /// Those since 1582-10-15.
  static let gregorian = CalendarRange(
    days: -141_427..<2_932_897,
    fault: "is before 1582-10-15, and an old version of Spark wrote the file, whose calendar is another then")

  private static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The first row with another day; a null's place holds a zero, which is within.
  func firstBeyond(_ days: [Int32]) -> Int? { days.firstIndex { !self.days.contains(Int64($0)) } }

  /// Likewise of microseconds since 1970.
  func firstBeyond(_ times: [Int64]) -> Int? {
    let range = days.lowerBound * Self.microsecondsPerDay..<days.upperBound * Self.microsecondsPerDay
    return times.firstIndex { !range.contains($0) }
  }
}
