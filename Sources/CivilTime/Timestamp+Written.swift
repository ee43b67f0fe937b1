extension Timestamp {
  /// Reads the forms of a time in people's files that mean one instant.
  ///
  /// - ISO 8601 and its kin, as ``init(iso8601:)`` reads them; also `20190424T093940Z` and `2019/04/24 09:39`.
  /// - A month by name, in any order: `Wed Aug 27 13:08:45 +0000 2008` (X's API v1.1), `Tue, 10 Mar 2026 09:39:40 GMT` (mail,
  ///   HTTP), `Tue, Mar 10, 2026` (X's exports), `March 10, 2026 9:39 PM`, `10-Mar-2026`, `10/Oct/2000:13:55:36 -0700` (Apache).
  ///   The weekday must be the date's.
  /// - Points: `24.04.2019 09:39`, where the day always comes first.
  /// - Slashes or hyphens, `04/24/2019`, only if `format` says what comes first.
  /// - Digits alone, as ``init(number:format:)`` reads them: of 10, 13, 16 or 19 digits, or of the format's unit.
  ///
  /// Without a zone the time is in UTC. Blanks around the text are skipped. Years have four digits. Allocates nothing.
  ///
  /// - Parameters:
  ///   - text: UTF-8
  ///   - format: how to read ambiguous forms; nil refuses them.
  /// - Returns: nil for anything else; ``writtenForms`` lists the forms for a message.
  package init?(written text: some Collection<UInt8>, format: TimeFormat? = nil) {
    guard let time = text.withBytes({ Timestamp(writtenBytes: $0, format: format) }) else { return nil }
    self = time
  }

  private init?(writtenBytes text: UnsafeBufferPointer<UInt8>, format: TimeFormat?) {
    var (start, end) = (0, text.count)
    while start < end, text[start] == UInt8(ascii: " ") { start += 1 }
    while start < end, text[end - 1] == UInt8(ascii: " ") { end -= 1 }
    let text = UnsafeBufferPointer(rebasing: text[start..<end])
    if let time = Timestamp(iso8601Bytes: text) ?? Timestamp(numberBytes: text, format: format) {
      self = time
      return
    }
    var (numeric, named) = (WrittenTime(text), WrittenTime(text))
    guard let time = numeric.numeric(format) ?? named.rest() else { return nil }
    self = time
  }

  /// Reads the forms that ``init(written:format:)`` reads from bytes.
  package init?(written text: String, format: TimeFormat? = nil) {
    self.init(written: text.utf8, format: format)
  }
}

/// Takes apart a time that is not in ISO 8601.
private struct WrittenTime {
  private var scanner: DigitScanner
  private var year: Int?
  private var month: Int?
  private var day: Int?
  private var weekday: Int?
  /// Microseconds since midnight.
  private var ofDay: Int64?
  private var isTwelveHours = false
  /// Microseconds east of Greenwich.
  private var offset: Int64?

  init(_ text: UnsafeBufferPointer<UInt8>) { scanner = DigitScanner(text) }

  // MARK: Months by number

  /// `20190424T093940Z`, `2019/04/24 …`, `24.04.2019 …`; `04/24/2019 …` if the format says so.
  mutating func numeric(_ format: TimeFormat?) -> Timestamp? {
    guard let first = scanner.digits(), let separator = scanner.peek else { return nil }
    if first.count == 8, separator | 0x20 == UInt8(ascii: "t") { return compact(Int(first.number)) }
    let mark = Unicode.Scalar(separator)
    guard ["/", ".", "-"].contains(mark), scanner.skip(mark), let second = scanner.digits(), second.count <= 2,
      scanner.skip(mark), let third = scanner.digits()
    else { return nil }
    switch (first.count, third.count, mark) {
    case (4, 1...2, "/"): (year, month, day) = (Int(first.number), Int(second.number), Int(third.number))
    case (1...2, 4, "."): (day, month, year) = (Int(first.number), Int(second.number), Int(third.number))
    case (1...2, 4, _) where format == .dayFirst:
      (day, month, year) = (Int(first.number), Int(second.number), Int(third.number))
    case (1...2, 4, _) where format == .monthFirst:
      (month, day, year) = (Int(first.number), Int(second.number), Int(third.number))
    default: return nil
    }
    _ = scanner.skip(",") || scanner.skip("T")
    return rest()
  }

  /// `093940Z` after `20190424T`.
  private mutating func compact(_ date: Int) -> Timestamp? {
    guard scanner.skip("T") || scanner.skip("t"), let time = scanner.digits(), time.count == 4 || time.count == 6 else {
      return nil
    }
    let clock = time.count == 4 ? Int(time.number) * 100 : Int(time.number)
    guard clock / 10_000 < 24, clock / 100 % 100 < 60, clock % 100 < 60 else { return nil }
    (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
    let seconds = clock / 10_000 * 3_600 + clock / 100 % 100 * 60 + clock % 100
    guard let fraction = scanner.fraction(), let zone = scanner.zoneOffset(), scanner.isAtEnd else { return nil }
    (ofDay, offset) = (Int64(seconds) * 1_000_000 + fraction, zone)
    return timestamp
  }

  // MARK: Months by name

  /// Reads day, month, year, time and zone, those that are still missing, in any order: the month's letters, the year's
  /// four digits and the time's colon distinguish them.
  mutating func rest() -> Timestamp? {
    while true {
      while scanner.skip(" ") || scanner.skip(",") {}
      guard let next = scanner.peek else { return timestamp }
      switch next {
      case 0x30...0x39: if !number() { return nil }
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"):
        if ofDay == nil, next != UInt8(ascii: "+"), month != nil || day != nil {
          // Between the parts of a date: 10-Mar-2026.
          _ = scanner.skip("-") || scanner.skip("/")
        } else if !zone() {
          return nil
        }
      case UInt8(ascii: "(") where offset != nil:
        // JavaScript and mail repeat the zone in brackets, for people.
        guard scanner.skipToEnd(after: "(", before: ")") else { return nil }
      default: if !word() { return nil }
      }
    }
  }

  private mutating func number() -> Bool {
    let before = scanner
    guard let (number, count) = scanner.digits() else { return false }
    if count == 4, year == nil {
      year = Int(number)
      // Apache writes the time after a colon.
      _ = scanner.skip(":")
      return true
    }
    guard count <= 2 else { return false }
    if scanner.peek == UInt8(ascii: ":") {
      scanner = before
      guard ofDay == nil, let time = scanner.timeOfDay(hourDigits: count) else { return false }
      ofDay = time
      return true
    }
    guard day == nil else { return false }
    day = Int(number)
    return true
  }

  private mutating func zone() -> Bool {
    guard ofDay != nil, offset == nil, let zone = scanner.signedOffset() else { return false }
    offset = zone
    return true
  }

  private mutating func word() -> Bool {
    let word = scanner.word()
    if let number = word.month, month == nil {
      month = number
      _ = scanner.skip(".")
      return true
    }
    if let number = word.weekday, weekday == nil {
      weekday = number
      _ = scanner.skip(".")
      return true
    }
    if word.isUTC, ofDay != nil {
      // "GMT+0200" is JavaScript's: the offset follows.
      if scanner.peek == UInt8(ascii: "+") || scanner.peek == UInt8(ascii: "-") { return zone() }
      guard offset == nil else { return false }
      offset = 0
      return true
    }
    guard word == "am" || word == "pm", let time = ofDay, !isTwelveHours, case let hour = time / 3_600_000_000,
      (1...12).contains(hour)
    else { return false }
    isTwelveHours = true
    ofDay = time + (hour == 12 ? -12 : 0) * 3_600_000_000 + (word == "pm" ? 12 : 0) * 3_600_000_000
    return true
  }

  private var timestamp: Timestamp? {
    guard let year, let month, let day else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard date.exists else { return nil }
    let days = date.daysSinceEpoch
    if let weekday, (days % 7 + 7) % 7 != weekday { return nil }
    let midnight = Int64(days) * Timestamp.microsecondsPerDay
    return Timestamp(microseconds: midnight + (ofDay ?? 0) - (offset ?? 0))
  }
}
