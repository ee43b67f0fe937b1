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
      ("2019-01-31 23:32 +0000", "2019-01-31T23:32:00Z"), ("2019-04-24t09:39:40z", "2019-04-24T09:39:40Z"),
      ("2019-04-24T09:39:40.0000000 +02:00", "2019-04-24T07:39:40Z"),
      ("2019-04-24 09:39:40.123456789 UTC", "2019-04-24T09:39:40.123456Z"),
      ("2019-04-24T09:39:40+02:00[Europe/Berlin]", "2019-04-24T07:39:40Z"),
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
      "2019-04-24T09:39:40Zx", "2019-04-24T09:39:40+2", "1556098780",
      "2019-04-24T09:39 ", "2019-04-24 09:39 CET",
      "2019-04-24T09:39[Europe/Berlin]", "２０１９-04-24",
    ])
  func refuse(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(
    "are read from every form that means one instant",
    arguments: [
      ("2019-04-24T09:39:40Z", "2019-04-24T09:39:40Z"), ("  2019-04-24 09:39  ", "2019-04-24T09:39:00Z"),
      ("20190424T093940Z", "2019-04-24T09:39:40Z"), ("20190424T0939+0200", "2019-04-24T07:39:00Z"),
      ("2019/04/24 09:39:40.5", "2019-04-24T09:39:40.500Z"), ("2019/4/24", "2019-04-24T00:00:00Z"),
      ("24.04.2019 09:39", "2019-04-24T09:39:00Z"), ("24.4.2019, 9:39:40", "2019-04-24T09:39:40Z"),
      ("Wed Aug 27 13:08:45 +0000 2008", "2008-08-27T13:08:45Z"),
      ("Wed Aug 27 13:08:45 -0330 2008", "2008-08-27T16:38:45Z"),
      ("Wed Aug 27 13:08:45 2008", "2008-08-27T13:08:45Z"), ("Wed Aug 27 13:08:45 UTC 2008", "2008-08-27T13:08:45Z"),
      ("Wed, 27 Aug 2008 13:08:45 GMT", "2008-08-27T13:08:45Z"),
      ("27 August 2008 13:08 +0200 (CEST)", "2008-08-27T11:08:00Z"),
      ("Wed Aug 27 2008 13:08:45 GMT+0200 (Central European Summer Time)", "2008-08-27T11:08:45Z"),
      ("Tue, Mar 10, 2026", "2026-03-10T00:00:00Z"), ("Mon, Mar 9, 2026", "2026-03-09T00:00:00Z"),
      ("March 10, 2026 9:39 PM", "2026-03-10T21:39:00Z"), ("Mar 10, 2026, 12:05:09 am", "2026-03-10T00:05:09Z"),
      ("10-Mar-2026", "2026-03-10T00:00:00Z"), ("10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z"),
      ("Sept 1, 2019", "2019-09-01T00:00:00Z"), ("Sep. 1, 2019", "2019-09-01T00:00:00Z"),
      ("1556098780", "2019-04-24T09:39:40Z"), ("1556098780123", "2019-04-24T09:39:40.123Z"),
      ("1556098780123456", "2019-04-24T09:39:40.123456Z"), ("1556098780123456789", "2019-04-24T09:39:40.123456Z"),
      ("1556098780.25", "2019-04-24T09:39:40.250Z"), ("1.55609878E9", "2019-04-24T09:39:40Z"),
      ("1.55609878025e+12", "2019-04-24T09:39:40.250Z"), ("1556098780123.5", "2019-04-24T09:39:40.123500Z"),
    ])
  func written(text: String, printed: String) throws {
    #expect(try #require(Timestamp(written: text)).description == printed)
  }

  @Test(
    "are not read from what means several instants, or none",
    arguments: [
      "", " ", "04/24/2019", "24/04/2019", "4-24-2019", "01.13.2019", "24.04.19", "Mon, Mar 10, 2026", "Mar 2026",
      "10 March", "30 Feb 2019", "10 Mar 2026 25:00", "10 Mar 2026 13:00 PM", "Mar 10, 2026 9:39 CET",
      "Mar Apr 10 2026",
      "0", "43579.4", "20190424", "577791580", "16094592000", "636916991800000000", "131999001801234567", "-1556098780",
      "1556098780x", "1e400", "NaN", "yesterday", "Wed", "Wed Aug 27",
      "0.00000000000000000000000001e-18", "9999999999999999999.99999999999e18", "20190424T2539", "+1556098780",
    ])
  func unwritten(text: String) {
    #expect(Timestamp(written: text) == nil)
  }

  @Test(
    "are read from doubtful forms as a person says",
    arguments: [
      ("04/24/2019 09:39", TimeFormat.monthFirst, "2019-04-24T09:39:00Z"),
      ("24/04/2019", .dayFirst, "2019-04-24T00:00:00Z"), ("4-3-2019", .dayFirst, "2019-03-04T00:00:00Z"),
      ("4/3/2019 9:39 PM", .monthFirst, "2019-04-03T21:39:00Z"), ("0", .seconds, "1970-01-01T00:00:00Z"),
      ("-1", .seconds, "1969-12-31T23:59:59Z"), ("-0.0000001", .seconds, "1969-12-31T23:59:59.999999Z"),
      ("577791580", .seconds, "1988-04-23T09:39:40Z"), ("577791580", .milliseconds, "1970-01-07T16:29:51.580Z"),
      ("1", .microseconds, "1970-01-01T00:00:00.000001Z"), ("1999", .nanoseconds, "1970-01-01T00:00:00.000001Z"),
      ("-1", .nanoseconds, "1969-12-31T23:59:59.999999Z"), ("1e3", .seconds, "1970-01-01T00:16:40Z"),
      ("2019-04-24", .seconds, "2019-04-24T00:00:00Z"), ("1556098780123", .dayFirst, "2019-04-24T09:39:40.123Z"),
    ])
  func told(text: String, format: TimeFormat, printed: String) throws {
    #expect(try #require(Timestamp(written: text, format: format)).description == printed)
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
