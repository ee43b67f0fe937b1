import Testing

@testable import AnomalyDetection

@Suite("A step")
struct StepTests {
  @Test(
    "leads to the time some steps later",
    arguments: [
      (Step.minutes(5), 3, "2023-01-31T10:00:00Z", "2023-01-31T10:15:00Z"),
      (.hours(1), -11, "2023-01-31T10:00:00Z", "2023-01-30T23:00:00Z"),
      (.weeks(2), 1, "2023-01-31T10:00:00Z", "2023-02-14T10:00:00Z"),
      (.months(1), 1, "2023-01-31T10:00:00Z", "2023-02-28T10:00:00Z"),
      (.months(1), 2, "2023-01-31T10:00:00Z", "2023-03-31T10:00:00Z"),
      (.months(3), -1, "2023-01-31T10:00:00Z", "2022-10-31T10:00:00Z"),
      (.years(1), 1, "2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z"),
      (.years(100), 20, "2023-01-31T10:00:00.5Z", "4023-01-31T10:00:00.500Z"),
      (Step(250, .milliseconds), 3, "1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00.250Z"),
    ])
  func time(step: Step, count: Int, origin: String, expected: String) throws {
    let origin = try #require(Timestamp(origin))
    let time = try #require(step.time(count, after: origin))
    #expect(time.description == expected)
    #expect(step.steps(from: origin, to: time) == count)
  }

  @Test(
    "has no time beyond what a timestamp holds",
    arguments: [Step.seconds(.max), .hours(.max), .weeks(1 << 40), .months(1 << 40), .years(300_000)])
  func overflow(step: Step) {
    #expect(step.time(2, after: Timestamp(seconds: 0)) == nil)
    #expect(step.time(.max, after: Timestamp(seconds: 0)) == nil)
  }

  @Test("is named with its unit")
  func description() {
    #expect(
      [Step.hours(1), .minutes(5), .months(1), .days(0)].map(\.description) == [
        "1 hour", "5 minutes", "1 month", "0 days",
      ])
  }

  @Test(
    "of a month lets the last day of a month stand for the days that the month lacks",
    arguments: [
      ("2023-01-31", "2023-02-28", [0, 1, 0]),
      ("2023-01-30", "2023-02-28", [0, 1, 0]),
      ("2024-01-30", "2024-02-28", [0, 0, 29]),
      ("2024-02-29", "2025-02-28", [1, 0, 0]),
      ("2023-02-28", "2023-03-31", [0, 1, 0]),
      ("2023-02-28", "2023-03-28", [0, 1, 0]),
      ("2023-02-28", "2023-03-30", [0, 1, 0]),
      ("2023-03-15", "2023-03-20", [0, 0, 5]),
      ("2023-03-15", "2023-04-20", [0, 1, 5]),
      ("2022-11-15", "2023-02-14", [0, 2, 29]),
      ("2019-12-01", "2023-01-01", [3, 1, 0]),
    ])
  func span(earlier: String, later: String, expected: [Int]) throws {
    let span = CalendarSpan(
      from: try #require(Timestamp(earlier)).date, to: try #require(Timestamp(later)).date)
    #expect([span.years, span.months, span.days] == expected)
  }
}
