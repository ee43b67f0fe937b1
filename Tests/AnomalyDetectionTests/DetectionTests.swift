import AnomalyDetection
import CivilTime
import Testing

@Suite("Detection")
struct DetectionTests {
  @Test("finds the one tweet of an hour that went round the world")
  func spike() throws {
    var points = (0..<72).map { (hour: Int) -> Point in
      // Without a rhythm, since that would be a season.
      let noise = hour * hour * hour * 37 % 1_009 % 11
      return Point(timestamp: Timestamp(seconds: 1_556_092_800 + 3_600 * Int64(hour)), value: Double(20 + noise))
    }
    points[71].value = 400
    let last = try DetectionRequest(series: points, granularity: .hourly, sensitivity: 95).detectLast()
    #expect(last.isPositiveAnomaly)
    #expect(last.isAnomaly)
    #expect(!last.isNegativeAnomaly)
    #expect(last.severity == 1)
    let entire = try DetectionRequest(series: points, granularity: .hourly, sensitivity: 95).detectEntire()
    #expect(entire.isAnomaly.indices.filter { entire.isAnomaly[$0] } == [71])
    #expect(entire.expectedValues.count == 72)
  }

  @Test("finds nothing in a flat series", arguments: [0.0, 1, -5, 1e-300, 1e100])
  func flat(value: Double) throws {
    let request = DetectionRequest(series: Array(repeating: Point(value: value), count: 40))
    let entire = try request.detectEntire()
    #expect(!entire.isAnomaly.contains(true))
    #expect(entire.expectedValues.allSatisfy { ($0 - value).magnitude <= 1e-12 * value.magnitude })
    #expect(!(try request.detectLast().isAnomaly))
  }
}
