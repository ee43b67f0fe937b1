/// Reads ASCII digits, letters and separators; allocates nothing. Must not outlive the bytes.
struct DigitScanner {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  /// The next byte; nil at the end.
  var peek: UInt8? { position < text.count ? text[position] : nil }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func digit() -> Int? {
    guard position < text.count, (0x30...0x39).contains(text[position]) else { return nil }
    defer { position += 1 }
    return Int(text[position] - 0x30)
  }

  mutating func number(digits: Int) -> Int? {
    var number = 0
    for _ in 0..<digits {
      guard let digit = digit() else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  mutating func skipBlanks() {
    while skip(" ") {}
  }

  /// A run of digits and how many they are; nil for none and for more than 19.
  mutating func digits() -> (number: UInt64, count: Int)? {
    var (number, count) = (UInt64(0), 0)
    while let digit = digit() {
      count += 1
      guard count <= 19 else { return nil }
      number = number * 10 + UInt64(digit)
    }
    return count > 0 ? (number, count) : nil
  }

  /// A run of letters, in lower case, packed into the low bytes with the first letter highest; 0 for none, and for
  /// more than 9, which no name of a time has.
  mutating func word() -> Word {
    var (letters, count) = (UInt64(0), 0)
    while let byte = peek, case let letter = byte | 0x20, (0x61...0x7A).contains(letter) {
      count += 1
      // "September" has nine letters; no two names differ in the ninth alone.
      if count <= 8 { letters = letters << 8 | UInt64(letter) }
      position += 1
    }
    return Word(letters: count <= 9 ? letters : 0, count: count)
  }

  /// Microseconds since midnight.
  ///
  /// - Parameter hourDigits: 1 in forms that write 9:39.
  mutating func timeOfDay(hourDigits: Int = 2) -> Int64? {
    guard let hour = number(digits: hourDigits), hour < 24, skip(":"), let minute = number(digits: 2), minute < 60
    else {
      return nil
    }
    let micros = Int64(hour * 60 + minute) * 60_000_000
    guard skip(":") else { return micros }
    guard let second = number(digits: 2), second < 60, let fraction = fraction() else { return nil }
    return micros + Int64(second) * 1_000_000 + fraction
  }

  /// The microseconds after a point or comma; 0 without one.
  mutating func fraction() -> Int64? {
    guard skip(".") || skip(",") else { return 0 }
    guard let first = digit() else { return nil }
    var (micros, unit) = (Int64(first) * 100_000, Int64(100_000))
    while let digit = digit() {
      unit /= 10
      micros += Int64(digit) * unit
    }
    return micros
  }

  /// Microseconds east of Greenwich; 0 for `Z`, `UTC`, `GMT` and for no zone.
  ///
  /// A blank may stand before it. Nil for other abbreviations, each of which means several zones.
  mutating func zoneOffset() -> Int64? {
    if isAtEnd { return 0 }
    skipBlanks()
    guard let first = peek else { return nil }
    if first | 0x20 >= 0x61 { return word().isUTC ? 0 : nil }
    return signedOffset()
  }

  /// `+02:00`, `-0530`, `+02` in microseconds; nil for anything else.
  mutating func signedOffset() -> Int64? {
    let sign: Int64
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hours = number(digits: 2), hours < 24 else { return nil }
    var minutes = 0
    if skip(":") || (peek.map { (0x30...0x39).contains($0) } ?? false) {
      guard let number = number(digits: 2), number < 60 else { return nil }
      minutes = number
    }
    return sign * Int64(hours * 60 + minutes) * 60_000_000
  }

  /// Skips the rest of the text if it stands in these brackets; false, with nothing skipped, if it does not.
  mutating func skipToEnd(after open: Unicode.Scalar, before close: Unicode.Scalar) -> Bool {
    guard text.last == UInt8(ascii: close), skip(open) else { return false }
    position = text.count
    return true
  }
}

/// A word of a date, compared ignoring case.
struct Word {
  let letters: UInt64
  let count: Int

  var isUTC: Bool { self == "z" || self == "utc" || self == "gmt" || self == "ut" }

  private static let months: [StaticString] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static let weekdays: [StaticString] = [
    "thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday",
  ]

  /// 1...12 for `Jan` to `December`, and `Sept`; nil for any other.
  var month: Int? { self == "sept" ? 9 : place(in: Self.months).map { $0 + 1 } }

  /// 0...6 for `Thu` to `Wednesday`: the days since a Thursday, as 1970-01-01 was.
  var weekday: Int? { place(in: Self.weekdays) }

  static func == (word: Word, name: StaticString) -> Bool {
    name.utf8CodeUnitCount == word.count && word.begins(name)
  }

  /// Which of the names it is, whole or in its first three letters.
  private func place(in names: [StaticString]) -> Int? {
    count < 3 ? nil : names.firstIndex { (count == 3 || count == $0.utf8CodeUnitCount) && begins($0) }
  }

  /// Whether the first letters of a name are these.
  private func begins(_ name: StaticString) -> Bool {
    guard count <= name.utf8CodeUnitCount else { return false }
    for place in 0..<min(count, 8)
    where UInt8(truncatingIfNeeded: letters >> UInt64(8 * (min(count, 8) - 1 - place))) != name.utf8Start[place] {
      return false
    }
    return true
  }
}

extension Collection<UInt8> {
  /// The bytes for the duration of a call; a copy if they are not contiguous.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withContiguousStorageIfAvailable(body) ?? Array(self).withUnsafeBufferPointer(body)
  }
}
