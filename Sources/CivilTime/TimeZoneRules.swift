/// A time zone of the tz database: its offsets from UTC, and when they change.
public struct TimeZoneRules: Hashable, Sendable {
  /// The name in the database: `Europe/Berlin`.
  public let name: String
  /// Seconds since 1970, ascending: when a new offset begins.
  private let transitions: [Int64]
  /// Seconds east of Greenwich: `offsets[i]` holds before `transitions[i]`, the last one after all.
  private let offsets: [Int64]
  /// From here on, in seconds since 1970, everything is as it was 400 years before: the calendar and its weekdays repeat.
  private let repeatsFrom: Int64?

  /// Consecutive instants with one offset from UTC.
  public struct Span: Hashable, Sendable {
    /// Microseconds since 1970. An open end reaches to the end of all representable instants.
    public let range: Range<Int64>
    /// Microseconds east of Greenwich.
    public let offset: Int64
  }

  private static let cycle: Int64 = 146_097 * 86_400

  /// Reads a compiled zone (RFC 8536, TZif, of any version); after its last transition the rule in its footer holds.
  ///
  /// - Returns: nil for anything else, and for zones that count leap seconds.
  public init?(name: String, tzif bytes: [UInt8]) {
    guard let file = ZoneFile(bytes) else { return nil }
    self.name = name
    var transitions = file.transitions
    var offsets = file.offsets
    var repeatsFrom: Int64?
    if let rule = file.rule, rule.changes {
      let last = transitions.last ?? .min
      let firstYear = Timestamp(seconds: transitions.last ?? 0).date.year
      for (time, offset) in rule.transitions(from: firstYear, years: 402) where time > last {
        transitions.append(time)
        offsets.append(offset)
      }
      repeatsFrom = Int64(CivilDate(year: firstYear + 401, month: 1, day: 1).daysSinceEpoch) * 86_400
    }
    // Names and daylight saving change without the offset, too.
    var kept: (transitions: [Int64], offsets: [Int64]) = ([], [offsets[0]])
    for (time, offset) in zip(transitions, offsets.dropFirst()) where offset != kept.offsets.last {
      kept.transitions.append(time)
      kept.offsets.append(offset)
    }
    (self.transitions, self.offsets, self.repeatsFrom) = (kept.transitions, kept.offsets, repeatsFrom)
  }

  /// Whether a text has the form of a zone's name, `America/Argentina/Buenos_Aires`: safe to be looked up in a folder.
  public static func isName(_ name: String) -> Bool {
    name.utf8.count <= 64
      && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
        part.first?.isLetter == true
          && part.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
              || $0 == 0x2B || $0 == 0x2D
          }
      }
  }

  /// The instants around a time, in microseconds since 1970, that have its offset.
  ///
  /// - Complexity: O(log n) in the zone's transitions; keep the span while times lie in it.
  public func span(at time: Int64) -> Span {
    var seconds = floorDivide(time, 1_000_000)
    var shift: Int64 = 0
    if let repeatsFrom, seconds >= repeatsFrom {
      shift = ((seconds - repeatsFrom) / Self.cycle + 1) * Self.cycle
      seconds -= shift
    }
    // The first transition after the time.
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    let start = low == 0 ? nil : transitions[low - 1] + shift
    let end = low == transitions.count ? nil : transitions[low] + shift
    return Span(
      range: Self.microseconds(start, or: .min)..<Self.microseconds(end, or: .max), offset: offsets[low] * 1_000_000)
  }

  private static func microseconds(_ seconds: Int64?, or end: Int64) -> Int64 {
    guard let seconds, case let (micros, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000), !overflow
    else {
      return end
    }
    return micros
  }
}
