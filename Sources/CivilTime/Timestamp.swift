/// An instant, in microseconds since 1970-01-01T00:00:00Z. Every time in Groundswell is one of these, in UTC.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z, without leap seconds; negative before.
  public var microseconds: Int64

  /// The instant `microseconds` after 1970-01-01T00:00:00Z; before it if negative.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// The instant `seconds` after 1970-01-01T00:00:00Z; before it if negative.
  public init(seconds: Int64) {
    self.microseconds = seconds &* 1_000_000
  }

  /// Whether the left instant comes before the right.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The day, in UTC, on which the instant lies.
  public var date: CivilDate {
    CivilDate(daysSinceEpoch: Int(floorDivide(microseconds, Self.microsecondsPerDay)))
  }

  static let microsecondsPerDay: Int64 = 86_400_000_000
}

/// Division that rounds towards negative infinity, so that times before 1970 fall into the right day.
func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}
