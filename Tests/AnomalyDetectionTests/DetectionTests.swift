import AnomalyDetection
import Testing

@Suite("A detector")
struct DetectionTests {
  /// Values without a rhythm, which would be a season.
  private static let noise: [Double] = (0..<72).map { (hour: Int) -> Double in
    let noise = hour * hour * hour * 37 % 1_009 % 11
    return Double(20 + noise)
  }

  @Test("finds the one tweet of an hour that went round the world")
  func spike() throws {
    var values = Self.noise
    values[71] = 400
    let series = try TimeSeries(values, every: .hours(1), from: "2019-04-24T08:00:00Z")
    let detector = AzureDetector(sensitivity: 95)
    let last = try detector.judgeLast(series)
    #expect(last.direction == .high)
    #expect(last.isAnomaly)
    #expect(last.severity == 1)
    #expect(last.time == Timestamp("2019-04-27T07:00:00Z"))
    let judgements = try detector.judge(series)
    #expect(judgements.anomalies.map(\.index) == [71])
    #expect(judgements.points.map(\.value) == values)
    #expect(judgements.period == 0)
  }

  @Test("explains the judgement that it gives")
  func explanation() throws {
    var values = Self.noise
    values[40] = 400
    let series = try TimeSeries(values)
    let detector = AzureDetector()
    let judgements = try detector.judge(series)
    for index in [0, 40, 71] {
      #expect(try detector.explain(index, of: series).judgement == judgements.points[index])
    }
    let newest = try detector.explain(nil, of: series)
    #expect(newest.judgement == (try detector.judgeLast(series)))
    #expect(newest.method == .dynamicThreshold)
    #expect(newest.missingCount == 0)
    #expect(throws: DetectionError.noSuchPoint(index: 72, count: 72)) { try detector.explain(72, of: series) }
  }

  @Test("finds nothing in a flat series", arguments: [0.0, 1, -5, 1e-300, 1e100])
  func flat(value: Double) throws {
    let series = try TimeSeries(Array(repeating: value, count: 40))
    let judgements = try AzureDetector(sensitivity: 99).judge(series)
    #expect(judgements.anomalies == [])
    #expect(judgements.points.allSatisfy { ($0.expected - value).magnitude <= 1e-12 * value.magnitude })
    #expect(!(try AzureDetector(sensitivity: 99).judgeLast(series).isAnomaly))
  }

  @Test(
    "refuses settings and series that it cannot judge by",
    arguments: [
      (AzureDetector(period: -1), 40, DetectionError.invalidPeriod(-1)),
      (AzureDetector(period: 20), 40, .periodTooLong(20, steps: 40)),
      (AzureDetector(period: .max), 40, .periodTooLong(.max, steps: 40)),
      (AzureDetector(maxAnomalyRatio: 0), 40, .invalidMaxAnomalyRatio(0)),
      (AzureDetector(maxAnomalyRatio: 0.5), 40, .invalidMaxAnomalyRatio(0.5)),
      (AzureDetector(sensitivity: 101), 40, .invalidSensitivity(101)),
      (AzureDetector(gaps: .constant(.infinity)), 40, .invalidFillValue(.infinity)),
      (AzureDetector(sensitivity: 101, period: -1), 10, .invalidPeriod(-1)),
      (AzureDetector(), 0, .pointCount(0, permitted: 12...8_640)),
      (AzureDetector(), 11, .pointCount(11, permitted: 12...8_640)),
      (AzureDetector(), 8_641, .pointCount(8_641, permitted: 12...8_640)),
    ])
  func refused(detector: AzureDetector, count: Int, error: DetectionError) throws {
    let series = try TimeSeries((0..<count).map { Double($0 * 7 % 11) })
    #expect(throws: error) { try detector.judge(series) }
    #expect(throws: error) { try detector.judgeLast(series) }
    #expect(throws: error) { try detector.explain(nil, of: series) }
  }

  @Test("refuses a season that gaps hide")
  func hiddenSeason() throws {
    func series(keeping isKept: (Int) -> Bool) throws -> TimeSeries {
      let kept = (0..<60).filter(isKept)
      let points = kept.map { TimeSeries.Point(time: Timestamp(seconds: 3_600 * Int64($0)), value: Double($0 % 12)) }
      return try TimeSeries(points, every: .hours(1))
    }
    let sparse = try series { $0 % 3 == 0 || $0 == 59 }
    #expect(throws: DetectionError.tooManyGaps(period: 12, points: 21, steps: 60)) {
      try AzureDetector(period: 12).judge(sparse)
    }
    let holey = try series { $0 % 2 == 0 || $0 == 59 }
    #expect(throws: DetectionError.unfilledGaps(period: 24, points: 31)) {
      try AzureDetector(period: 24, gaps: .passOver).judge(holey)
    }
    #expect(try AzureDetector(period: 24).judge(holey).points.count == 31)
  }
}
