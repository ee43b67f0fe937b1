import CivilTime
import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "are read from ISO 8601 and printed in UTC",
    arguments: [
      ("2019-04-24T09:39:40.000Z", "2019-04-24T09:39:40Z"),
      ("2019-04-24T09:39:40Z", "2019-04-24T09:39:40Z"),
      ("2019-04-24 09:39:40", "2019-04-24T09:39:40Z"),
      ("2019-04-24T09:39", "2019-04-24T09:39:00Z"),
      ("2019-04-24", "2019-04-24T00:00:00Z"),
      ("2019-04-24T09:39:40.25Z", "2019-04-24T09:39:40.250Z"),
      ("2019-04-24T09:39:40.000001Z", "2019-04-24T09:39:40.000001Z"),
      ("2019-04-24T09:39:40.1234567Z", "2019-04-24T09:39:40.123456Z"),
      ("2019-04-24T09:39:40+02:00", "2019-04-24T07:39:40Z"),
      ("2019-04-24T09:39:40-0530", "2019-04-24T15:09:40Z"),
      ("2019-04-24T00:30:00+01", "2019-04-23T23:30:00Z"),
      ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
      ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"),
      ("0001-01-01", "0001-01-01T00:00:00Z"),
      ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ])
  func read(text: String, printed: String) throws {
    #expect(try #require(Timestamp(text)).description == printed)
  }

  @Test(
    "refuse what is not an instant",
    arguments: [
      "", "x", "2019", "2019-04", "2019-4-24", "2019-02-29", "1900-02-29", "2019-13-01", "2019-00-10", "2019-04-31",
      "2019-04-24T24:00:00Z", "2019-04-24T09:60Z", "2019-04-24T09:39:60Z", "2019-04-24T09:39:40.Z", "2019-04-24T",
      "2019-04-24T09:39:40Zx", "2019-04-24T09:39:40+2", "1556098780", "２０１９-04-24",
    ])
  func refuse(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test("print the first and the last instant there is")
  func extremes() {
    #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
    #expect(Timestamp(microseconds: .max).description == "294247-01-10T04:00:54.775807Z")
  }

  @Test("print milliseconds where the tutorial has them")
  func milliseconds() {
    #expect(Timestamp(seconds: 1_556_098_780).iso8601(fraction: .milliseconds) == "2019-04-24T09:39:40.000Z")
  }

  @Test("and civil dates agree over every day of eight centuries")
  func everyDay() {
    var expected = CivilDate(year: 1600, month: 1, day: 1)
    for days in (-135_140)...157_000 {
      let date = CivilDate(daysSinceEpoch: days)
      guard date == expected, date.daysSinceEpoch == days else {
        Issue.record("day \(days): \(date), expected \(expected)")
        return
      }
      expected.day += 1
      if expected.day > expected.daysInMonth { (expected.day, expected.month) = (1, expected.month + 1) }
      if expected.month > 12 { (expected.month, expected.year) = (1, expected.year + 1) }
    }
  }
}
