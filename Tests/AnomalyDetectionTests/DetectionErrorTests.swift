import AnomalyDetection
import Testing

@Suite("A detection error")
struct DetectionErrorTests {
  private static let hour = Timestamp(seconds: 1_556_114_400)

  @Test(
    "says what was found and what to do",
    arguments: [
      (
        DetectionError.unreadableTime("today"),
        "invalid time 'today'\nwrite it as ISO 8601, as in 2019-04-01T00:00:00Z"
      ),
      (.invalidStep(.hours(0)), "invalid step of 0 hours\ngive a step of 1 unit or more"),
      (.timeOutOfRange(index: 7), "time out of range at point 7\nbegin earlier, or choose a shorter step"),
      (
        .valueTooLarge(1e101, index: 5), "value too large at point 5: 1e+101\nuse a larger unit, or leave the point out"
      ),
      (.missingValue(index: 5), "missing value at point 5\nleave the point out; the detector fills the gap"),
      (
        .repeatedTime(hour, index: 5),
        "repeated time at point 5: 2019-04-24T14:00:00Z\ngive one point for each time, for instance the mean"
      ),
      (.unorderedTime(hour, index: 6), "unordered time at point 6: 2019-04-24T14:00:00Z\nsort the points by time"),
      (
        .offGrid(index: 1, time: hour, step: .hours(2), start: Timestamp(seconds: 1_556_110_800)),
        "point 1 (2019-04-24T14:00:00Z) is off the grid of 2 hours that begins at 2019-04-24T13:00:00Z\n"
          + "aggregate the points to that grid, or name the step that they have"
      ),
      (
        .pointCount(10, permitted: 12...8_640),
        "the series has 10 points; 12 to 8640 can be judged\ngive more history, or a shorter step"
      ),
      (
        .pointCount(9_000, permitted: 12...8_640),
        "the series has 9000 points; 12 to 8640 can be judged\ngive a shorter span, or a longer step"
      ),
      (.noSuchPoint(index: 72, count: 72), "no point 72: the series has 72\nname a point from 0 to 71"),
      (
        .periodTooLong(24, steps: 40),
        "period 24 is too long: the series spans 40 steps, fewer than two periods\n"
          + "give more than two periods, or leave the period out to have it detected"
      ),
      (
        .tooManyGaps(period: 24, points: 40, steps: 100),
        "too many gaps for a season of 24 steps: only 40 of 100 steps have a point\n"
          + "give at least half of the steps, or period 0"
      ),
      (
        .unfilledGaps(period: 24, points: 40),
        "a season of 24 steps needs more than two periods; without its gaps the series has 40 points\n"
          + "give more than two periods, fill the gaps, or set period 0"
      ),
      (.invalidSensitivity(101), "invalid sensitivity 101\ngive a whole number from 0 to 100"),
      (.invalidMaxAnomalyRatio(.nan), "invalid maxAnomalyRatio nan\ngive a share above 0 and up to 0.49"),
      (
        .invalidPeriod(-1),
        "invalid period -1\ngive 2 or more points, 0 for a series without a season, or nil to have it detected"
      ),
      (.invalidSignificance(0), "invalid significance 0.0\ngive a probability above 0"),
      (.invalidSaliencyThreshold(.nan), "invalid saliencyThreshold nan\ngive a number"),
      (.invalidFillValue(.infinity), "invalid value for gaps: inf\ngive a finite number"),
    ])
  func sentences(error: DetectionError, text: String) {
    #expect("\(error)" == text)
  }
}
