import Testing

@testable import AnomalyDetection

@Suite("A time series")
struct TimeSeriesTests {
  /// Points at whole hours after 2023-01-01, each with its hour as value.
  private static func points(_ hours: [Int]) -> [TimeSeries.Point] {
    hours.map { TimeSeries.Point(time: Timestamp(seconds: 1_672_531_200 + 3_600 * Int64($0)), value: Double($0)) }
  }

  private static var withGap: TimeSeries {
    get throws { try TimeSeries(points([0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14]), every: .hours(1)) }
  }

  @Test("begins at its start and goes on in steps")
  func steps() throws {
    let series = try TimeSeries([1, 2, 3], every: .months(1), from: "2023-01-31T06:00")
    #expect(
      series.points.map(\.time.description) == ["2023-01-31T06:00:00Z", "2023-02-28T06:00:00Z", "2023-03-31T06:00:00Z"])
    #expect(series.points.map(\.value) == [1, 2, 3])
    #expect(series == (try TimeSeries(series.points, every: .months(1))))
    #expect(try TimeSeries([], every: .hours(1), from: "2023-01-01").points == [])
  }

  @Test("without times counts seconds")
  func untimed() throws {
    let series = try TimeSeries([4, 5])
    #expect(series.points.map(\.time) == [Timestamp(seconds: 0), Timestamp(seconds: 1)])
    #expect(series.step == nil)
  }

  @Test(
    "fills its gaps as asked",
    arguments: [
      (GapFilling.previous, [3.0, 3, 3, 3, 7]), (.linear, [3, 4, 5, 6, 7]), (.constant(-1), [3, -1, -1, -1, 7]),
    ])
  func filled(gaps: GapFilling, expected: [Double]) throws {
    let series = try Self.withGap
    #expect(series.length == 15)
    #expect(series.missingRatio == 0.2)
    #expect(series.filled(gaps, period: 0).map { Array($0[3...7]) } == expected)
  }

  @Test("is left with its gaps if it has no season or is to be", arguments: [GapFilling.automatic, .passOver])
  func unfilled(gaps: GapFilling) throws {
    #expect(try Self.withGap.filled(gaps, period: 0) == nil)
  }

  @Test("without a grid has no gaps")
  func gridless() throws {
    let series = try TimeSeries(Self.points([0, 7, 3, 3]))
    #expect(series.length == 4)
    #expect(series.filled(.linear, period: 0) == nil)
  }

  @Test("is refused for its first fault, with the point's index")
  func refused() throws {
    let good = Self.points(Array(0..<9))
    func refusal(_ step: Step = .hours(1), _ change: (inout [TimeSeries.Point]) -> Void) -> DetectionError? {
      var points = good
      change(&points)
      do throws(DetectionError) { _ = try TimeSeries(points, every: step) } catch { return error }
      return nil
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal(.hours(0)) { _ in } == .invalidStep(.hours(0)))
    #expect(refusal { $0[5].value = -.infinity } == .valueTooLarge(-.infinity, index: 5))
    #expect(
      refusal {
        $0[5].value = 1e101; $0[4].value = .nan
      } == .valueTooLarge(1e101, index: 5))
    #expect(refusal { $0[5].value = .nan } == .missingValue(index: 5))
    #expect(refusal { $0.swapAt(5, 6) } == .unorderedTime(good[5].time, index: 6))
    #expect(refusal { $0[5].time = good[4].time } == .repeatedTime(good[4].time, index: 5))
    #expect(
      refusal(.hours(2)) { _ in }
        == .offGrid(index: 1, time: good[1].time, step: .hours(2), start: good[0].time))
    #expect(throws: DetectionError.unreadableTime("yesterday")) {
      try TimeSeries([1], every: .hours(1), from: "yesterday")
    }
    #expect(throws: DetectionError.timeOutOfRange(index: 2)) {
      try TimeSeries([1, 2, 3], every: .years(200_000), from: "2023-01-01")
    }
    #expect(throws: DetectionError.missingValue(index: 1)) { try TimeSeries([1, .nan]) }
  }
}
