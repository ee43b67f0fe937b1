/// How to read times that are ambiguous.
package enum TimeFormat: String, Hashable, Sendable, CaseIterable {
  /// Numbers count these since 1970-01-01T00:00:00Z.
  case seconds, milliseconds, microseconds, nanoseconds
  /// `24/04/2019`, `24-4-2019`: the day comes first.
  case dayFirst = "day-first"
  /// `04/24/2019`, `4-24-2019`: the month comes first, as in the United States.
  case monthFirst = "month-first"
}

extension TimeFormat {
  /// Units in a second; nil for the orders of a date.
  package var unitsPerSecond: Int64? {
    switch self {
    case .seconds: 1
    case .milliseconds: 1_000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    case .dayFirst, .monthFirst: nil
    }
  }

  /// The unit that a number's count of digits before the point implies: 10 digits are seconds, 13 milliseconds,
  /// 16 microseconds, 19 nanoseconds, each from 2001-09-09 to 2286 (nanoseconds to 2262). Other counts mean several things (.NET's
  /// ticks have 18 digits, Windows' file times too, Apple's seconds since 2001 have 9): nil.
  package static func unit(digits: Int) -> TimeFormat? {
    switch digits {
    case 10: .seconds
    case 13: .milliseconds
    case 16: .microseconds
    case 19: .nanoseconds
    default: nil
    }
  }
}

extension Timestamp {
  /// The forms that ``init(written:format:)`` and ``init(number:format:)`` read, for messages: one example each.
  package static let writtenForms = """
    2019-04-24T09:39:40Z, 2019-04-24 09:39 +0000, Wed Apr 24 09:39:40 +0000 2019, Wed, 24 Apr 2019 09:39:40 GMT, \
    Wed, Apr 24, 2019, 24.04.2019 09:39, and numbers of 10, 13, 16 or 19 digits (seconds to nanoseconds since 1970)
    """

  /// Reads a number since 1970-01-01T00:00:00Z: `1556098780`, `1556098780123`, `1556098780.25`, `1.55609878E9`.
  ///
  /// - Parameters:
  ///   - text: a number as JSON writes it. What lies beyond the microsecond is cut off.
  ///   - format: the unit; nil takes it from the count of digits before the point, 10, 13, 16 or 19 (``TimeFormat``).
  /// - Returns: nil for anything else, for an ambiguous count of digits, and beyond the years that a timestamp holds.
  package init?(number text: some Collection<UInt8>, format: TimeFormat? = nil) {
    guard let time = text.withBytes({ Timestamp(numberBytes: $0, format: format) }) else { return nil }
    self = time
  }

  init?(numberBytes text: UnsafeBufferPointer<UInt8>, format: TimeFormat?) {
    var scanner = DigitScanner(text)
    let isNegative = scanner.skip("-")
    guard let whole = scanner.digits() else { return nil }
    // The number is mantissa * 10^-places.
    var (mantissa, places) = (Int128(whole.number), 0)
    if scanner.skip(".") {
      guard scanner.peek.map({ (0x30...0x39).contains($0) }) ?? false else { return nil }
      while let digit = scanner.digit() {
        // 26 digits hold each nanosecond of all years; further ones are ignored.
        if mantissa < Self.power(26) { (mantissa, places) = (mantissa * 10 + Int128(digit), places + 1) }
      }
    }
    var exponent = 0
    if scanner.skip("e") || scanner.skip("E") {
      let isBelow = scanner.skip("-")
      if !isBelow { _ = scanner.skip("+") }
      guard let power = scanner.digits(), power.number <= 18 else { return nil }
      exponent = isBelow ? -Int(power.number) : Int(power.number)
    }
    guard scanner.isAtEnd else { return nil }
    let shift = places - exponent
    // No more digits fit into the powers below.
    guard shift <= 37 else { return nil }
    let unit: TimeFormat
    if let format, format.unitsPerSecond != nil {
      unit = format
    } else {
      let value = shift >= 0 ? mantissa / Self.power(shift) : mantissa * Self.power(-shift)
      guard !isNegative, value > 0, let known = TimeFormat.unit(digits: (1...).first { value < Self.power($0) } ?? 0)
      else { return nil }
      unit = known
    }
    guard let perSecond = unit.unitsPerSecond else { return nil }
    // Microseconds are mantissa * 10^-shift * 1,000,000 / perSecond.
    var (micros, overflow) = mantissa.multipliedReportingOverflow(by: 1_000_000)
    if shift < 0, !overflow { (micros, overflow) = micros.multipliedReportingOverflow(by: Self.power(-shift)) }
    if overflow { return nil }
    var (quotient, remainder) = micros.quotientAndRemainder(dividingBy: Int128(perSecond))
    if shift > 0 {
      let inner = quotient.quotientAndRemainder(dividingBy: Self.power(shift))
      (quotient, remainder) = (inner.quotient, remainder == 0 ? inner.remainder : 1)
    }
    // Downwards before 1970, as a time of day is cut off.
    guard let time = Int64(exactly: isNegative ? -quotient - (remainder == 0 ? 0 : 1) : quotient) else { return nil }
    self.init(microseconds: time)
  }

  private static func power(_ exponent: Int) -> Int128 {
    (0..<exponent).reduce(Int128(1)) { product, _ in product * 10 }
  }
}
