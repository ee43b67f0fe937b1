/// A rule like `CET-1CEST,M3.5.0,M10.5.0/3`, as POSIX writes a zone (RFC 8536, 3.3.1).
struct ZoneRule {
  /// Seconds east of Greenwich.
  let standard: Int64
  let daylight: Int64
  private let start: Day?
  private let end: Day?

  /// A day of each year, and the seconds from its midnight to the change, which may be negative or more than a day.
  private struct Day {
    enum Kind {
      /// 1...365; 29 February is never counted.
      case julian(Int)
      /// 0...365
      case number(Int)
      /// Month, week (5 is the last), weekday (0 is Sunday).
      case weekday(Int, Int, Int)
    }
    let kind: Kind
    let seconds: Int64
  }

  /// Whether there is daylight saving time.
  var changes: Bool { start != nil }

  init?(_ text: ArraySlice<UInt8>) {
    var reader = Reader(rest: text)
    guard reader.skipName(), let west = reader.clock(hours: 24) else { return nil }
    standard = -west
    guard !reader.rest.isEmpty else {
      (daylight, start, end) = (standard, nil, nil)
      return
    }
    guard reader.skipName() else { return nil }
    if reader.rest.first == UInt8(ascii: ",") {
      daylight = standard + 3_600
    } else {
      guard let west = reader.clock(hours: 24) else { return nil }
      daylight = -west
    }
    guard let start = reader.day(), let end = reader.day(), reader.rest.isEmpty else { return nil }
    (self.start, self.end) = (start, end)
  }

  /// When offsets change in some years, ascending: seconds since 1970 and the offset that begins.
  func transitions(from year: Int, years: Int) -> [(Int64, Int64)] {
    guard let start, let end else { return [] }
    let all = (year..<year + years).flatMap { year in
      [
        (Self.midnight(start, of: year) + start.seconds - standard, daylight),
        (Self.midnight(end, of: year) + end.seconds - daylight, standard),
      ]
    }
    return all.sorted { $0.0 < $1.0 }
  }

  private static func midnight(_ day: Day, of year: Int) -> Int64 {
    let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
    let days: Int
    switch day.kind {
    case .julian(let number):
      days = newYear + number - 1 + (number >= 60 && CivilDate.daysIn(month: 2, of: year) == 29 ? 1 : 0)
    case .number(let number): days = newYear + number
    case .weekday(let month, let week, let weekday):
      let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
      // 1970-01-01 was a Thursday.
      let firstWeekday = ((first + 4) % 7 + 7) % 7
      var place = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
      if place >= CivilDate.daysIn(month: month, of: year) { place -= 7 }
      days = first + place
    }
    return Int64(days) * 86_400
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }

    /// `CET`, `<-03>`
    mutating func skipName() -> Bool {
      if skip("<") {
        guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
        rest = rest[(close + 1)...]
        return true
      }
      let letters = rest.prefix { (0x61...0x7A).contains($0 | 0x20) }
      rest = rest.dropFirst(letters.count)
      return letters.count >= 3
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int? {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard (1...3).contains(digits.count) else { return nil }
      rest = rest.dropFirst(digits.count)
      let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return range.contains(number) ? number : nil
    }

    /// `[+-]h[:mm[:ss]]` in seconds.
    mutating func clock(hours: Int) -> Int64? {
      let isNegative = skip("-")
      if !isNegative { _ = skip("+") }
      guard let hour = number(0...hours) else { return nil }
      var seconds = hour * 3_600
      if skip(":") {
        guard let minute = number(0...59) else { return nil }
        seconds += minute * 60
        if skip(":") {
          guard let second = number(0...59) else { return nil }
          seconds += second
        }
      }
      return Int64(isNegative ? -seconds : seconds)
    }

    /// `,M3.5.0/2`
    mutating func day() -> Day? {
      guard skip(",") else { return nil }
      let kind: Day.Kind
      if skip("M") {
        guard let month = number(1...12), skip("."), let week = number(1...5), skip("."), let weekday = number(0...6)
        else { return nil }
        kind = .weekday(month, week, weekday)
      } else if skip("J") {
        guard let day = number(1...365) else { return nil }
        kind = .julian(day)
      } else {
        guard let day = number(0...365) else { return nil }
        kind = .number(day)
      }
      guard skip("/") else { return Day(kind: kind, seconds: 7_200) }
      return clock(hours: 167).map { Day(kind: kind, seconds: $0) }
    }
  }
}
