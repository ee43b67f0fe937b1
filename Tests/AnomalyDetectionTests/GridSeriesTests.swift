import CivilTime
import Testing

@testable import AnomalyDetection

@Suite("A calendar span")
struct GridSeriesTests {
  @Test(
    "lets the last day of a month stand for the days that the month lacks",
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

  @Test("of gaps is filled as asked")
  func filled() throws {
    let start = try #require(Timestamp("2023-01-01"))
    let points = [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14].map { hour in
      Point(timestamp: Timestamp(microseconds: start.microseconds + hour * 3_600_000_000), value: Double(hour))
    }
    var series = try GridSeries(DetectionRequest(series: points, granularity: .hourly))
    #expect(series.length == 15)
    #expect(series.missingRatio == 0.2)
    #expect(series.filled(\.previous)[3...7] == [3, 3, 3, 3, 7])
    #expect(series.filled(\.linear) == (0...14).map(Double.init))
    series = try GridSeries(DetectionRequest(series: points, granularity: .none))
    #expect(!series.hasGaps(mode: .linear))
  }
}
