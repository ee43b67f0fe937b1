/// The days that a column may hold.
struct CalendarRange {
  /// In days since 1970-01-01.
  let days: Range<Int64>
  /// What is wrong with a day outside of the range.
  let fault: String

  /// The years 0 to 9999, for which SQL and ISO 8601 have names.
  static let all = CalendarRange(days: -719_528..<2_932_897, fault: "is beyond the years 0 to 9999")
  /// The days from 1582-10-15 on.
  static let gregorian = CalendarRange(
    days: -141_427..<2_932_897,
    fault: "is before 1582-10-15, and an old version of Spark wrote the file, whose calendar is another then")

  private static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The first row with a day outside of the range; nulls hold zeros, which are inside.
  func firstBeyond(_ days: [Int32]) -> Int? { days.firstIndex { !self.days.contains(Int64($0)) } }

  /// The first row with a time outside of the range, in microseconds since 1970.
  func firstBeyond(_ times: [Int64]) -> Int? {
    let range = days.lowerBound * Self.microsecondsPerDay..<days.upperBound * Self.microsecondsPerDay
    return times.firstIndex { !range.contains($0) }
  }
}
