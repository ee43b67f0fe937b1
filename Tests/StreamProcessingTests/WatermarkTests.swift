import CivilTime
import StreamProcessing
import Testing

@Suite("A watermark")
struct WatermarkTests {
  @Test(
    "stands at the latest event less the delay, in whole milliseconds, rounded down",
    arguments: [
      ("2019-04-08T10:00:00Z", "1h", "2019-04-08T09:00:00Z"),
      ("2019-04-08T10:00:00.123456Z", "1ms", "2019-04-08T10:00:00.122Z"),
      ("1970-01-01T00:00:00.000001Z", "2us", "1969-12-31T23:59:59.999Z"),
    ])
  func delay(latest: String, delay: String, watermark: String) throws {
    let found = Watermark(behind: try #require(Timestamp(latest)), by: try EventTimeInterval(parsing: delay))
    #expect(found?.time.description == watermark)
    #expect(found == found.flatMap { Watermark(milliseconds: $0.milliseconds) })
  }

  @Test("is nil if no instant could hold it")
  func extremes() {
    #expect(Watermark(behind: Timestamp(microseconds: .min), by: EventTimeInterval(microseconds: 1)) == nil)
    #expect(Watermark(milliseconds: .max) == nil && Watermark(milliseconds: .min) == nil)
    let last = Int64.max / 1_000
    #expect(Watermark(milliseconds: last)?.milliseconds == last)
  }
}
