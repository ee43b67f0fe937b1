extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
  /// How many digits follow the second.
  public enum Fraction: Sendable {
    /// None for a whole second, else 3 or, where they are needed, 6.
    case shortest
    /// Always 3, as the tutorial's events have them; microseconds are cut off.
    case milliseconds
  }

  /// ISO 8601 in UTC, `2019-04-24T09:39:40Z`.
  public var description: String { iso8601() }

  /// Reads what ``init(iso8601:)`` reads.
  public init?(_ description: String) {
    self.init(iso8601: description.utf8)
  }

  /// ISO 8601 in UTC: `2019-04-24T09:39:40Z`, `2019-04-24T09:39:40.250Z`, `2019-04-24T09:39:40.250001Z`.
  public func iso8601(fraction: Fraction = .shortest) -> String {
    let rest = microseconds % Self.microsecondsPerDay
    let ofDay = rest < 0 ? rest + Self.microsecondsPerDay : rest
    let (seconds, micros) = (ofDay / 1_000_000, ofDay % 1_000_000)
    var text = "\(date)T"
    text += "\(padded(Int(seconds / 3_600), 2)):\(padded(Int(seconds / 60 % 60), 2)):\(padded(Int(seconds % 60), 2))"
    switch fraction {
    case .milliseconds: text += "." + padded(Int(micros / 1_000), 3)
    case .shortest where micros == 0: break
    case .shortest where micros % 1_000 == 0: text += "." + padded(Int(micros / 1_000), 3)
    case .shortest: text += "." + padded(Int(micros), 6)
    }
    return text + "Z"
  }

  /// Reads `2019-04-24`, `2019-04-24T09:39`, `2019-04-24 09:39:40.25Z`, `…+02:00`, `…-0530`, `… +0000`, `… UTC`,
  /// `…+02:00[Europe/Berlin]`.
  ///
  /// Without a zone the time is in UTC. Digits after the microsecond are cut off. Nil for anything else,
  /// for a day that does not exist, and for a leap second. ``init(written:format:)`` reads other forms too.
  public init?(iso8601 text: some Collection<UInt8>) {
    guard let time = text.withBytes({ Timestamp(iso8601Bytes: $0) }) else { return nil }
    self = time
  }

  init?(iso8601Bytes text: UnsafeBufferPointer<UInt8>) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(digits: 4), scanner.skip("-"),
      let month = scanner.number(digits: 2), scanner.skip("-"),
      let day = scanner.number(digits: 2)
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard date.exists else { return nil }
    var micros = Int64(date.daysSinceEpoch) * Self.microsecondsPerDay
    if !scanner.isAtEnd {
      guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let time = scanner.timeOfDay(),
        let offset = scanner.zoneOffset()
      else { return nil }
      // Java writes the zone's name behind an offset that says as much.
      _ = scanner.skipToEnd(after: "[", before: "]")
      guard scanner.isAtEnd else { return nil }
      micros += time - offset
    }
    self.init(microseconds: micros)
  }
}

extension CivilDate: CustomStringConvertible {
  /// ISO 8601: `2019-04-24`.
  public var description: String {
    "\(year < 0 ? "-" + padded(-year, 4) : padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
