import AnomalyDetection
import JSONText
import Testing

@testable import DetectorREST

@Suite("A faulty request")
struct RefusalTests {
  /// Forty hours whose values have no pattern.
  private static let hours: [DetectionRequest.Point] = (0..<40).map { hour in
    DetectionRequest.Point(timestamp: Timestamp(seconds: 1_556_098_800 + 3_600 * hour), value: Double(hour * 7 % 11))
  }

  private static func request(_ change: (inout DetectionRequest) -> Void) -> DetectionRequest {
    var request = DetectionRequest(points: hours)
    request.granularity = .hourly
    change(&request)
    return request
  }

  @Test(
    "is refused with its code, its place and the way out",
    arguments: [
      (request { $0.points = [] }, "BadArgument", "series is empty.\nSend 12 to 8640 points."),
      (
        request { $0.points.removeLast(30) }, "InvalidSeries",
        "series has 10 points; 12 to 8640 can be judged.\nSend more history, or a finer granularity."
      ),
      (
        request { $0.customInterval = 0 }, "InvalidCustomInterval",
        "customInterval is 0.\nGive a whole number from 1 up."
      ),
      (
        request { $0.detector.period = -1 }, "InvalidPeriod",
        "period is -1.\nGive a number of points from 2 up, 0 for a series without a season, or leave it out."
      ),
      (
        request { $0.detector.period = .max }, "InvalidModelArgument",
        "period is 9223372036854775807, but the series spans 40 steps, fewer than two periods.\n"
          + "Send at least 2 * period + 1 steps, or leave period out to have it found."
      ),
      (
        request { $0.detector.significance = 0 }, "InvalidModelArgument",
        "alpha is 0.0.\nGive a probability above 0, or leave it out for 0.05."
      ),
      (
        request { $0.detector.saliencyThreshold = .nan }, "InvalidModelArgument",
        "threshold is nan.\nGive a number, or leave it out for 3.5."
      ),
      (
        request { $0.detector.maxAnomalyRatio = .nan }, "InvalidModelArgument",
        "maxAnomalyRatio is nan.\nGive a share above 0 and up to 0.49."
      ),
      (
        request { $0.detector.sensitivity = 101 }, "InvalidModelArgument",
        "sensitivity is 101.\nGive a whole number from 0 to 100."
      ),
      (
        request { $0.detector.gaps = ImputeMode.fixed.gaps(fixed: nil) }, "InvalidImputeFixedValue",
        "imputeMode is fixed, and imputeFixedValue is missing.\n"
          + "Give imputeFixedValue a number, or choose another imputeMode."
      ),
      (
        request { $0.points[5].timestamp = nil }, "BadArgument",
        "series[5] has no readable timestamp.\n"
          + "Write it as ISO 8601, as in 2019-04-24T09:00:00Z, or ask for granularity none."
      ),
      (
        request { $0.points[5].value = -.infinity }, "InvalidSeries",
        "series[5] (2019-04-24T14:40:00Z) is -inf, beyond 1e100.\n"
          + "Send the series in a larger unit, or without the point."
      ),
      (
        request { $0.points[5].value = .nan }, "BadArgument",
        "series[5] (2019-04-24T14:40:00Z) has no value.\n"
          + "Leave the point out: imputeMode says what happens to the gap."
      ),
      (
        request { $0.points.swapAt(5, 6) }, "InvalidSeries",
        "series[6] (2019-04-24T14:40:00Z) lies before series[5] (2019-04-24T15:40:00Z).\nSort the series by timestamp."
      ),
      (
        request { $0.points[5].timestamp = $0.points[4].timestamp }, "InvalidSeries",
        "series[5] (2019-04-24T13:40:00Z) has the timestamp of the point before it.\n"
          + "Send one point for each timestamp, for instance the mean."
      ),
      (
        request { $0.customInterval = 2 }, "InvalidSeries",
        "series[1] (2019-04-24T10:40:00Z) lies off the grid of 2-fold hourly steps that begins at 2019-04-24T09:40:00Z.\n"
          + "Aggregate the series to that grid, or name the granularity and customInterval that it has."
      ),
    ])
  func refused(request: DetectionRequest, code: String, message: String) {
    let refusal = #expect(throws: RequestError.self) {
      try request.checkParameters()
      try request.checkCount()
      _ = try request.detectLast()
    }
    #expect(refusal?.code.rawValue == code)
    #expect(refusal?.message == message)
  }

  @Test(
    "is refused for its first fault in the published order",
    arguments: [
      (#"{"series": []}"#, "BadArgument"), (#"{"series": 5}"#, "BadArgument"), ("{}", "RequiredSeries"),
      ("[]", "InvalidJsonFormat"),
      (#"{"series": [{"value": "x"}], "sensitivity": -1, "period": -1}"#, "InvalidPeriod"),
      (#"{"series": [{"value": "x"}], "boundaryVersion": "V9", "imputeMode": "fixed"}"#, "InvalidImputeFixedValue"),
      (#"{"series": [{"value": "x"}], "granularity": "houry", "sensitivity": -1}"#, "InvalidGranularity"),
      (#"{"series": [{"value": "x"}]}"#, "InvalidSeries"),
    ])
  func order(body: String, code: String) throws {
    let answer = ScoredLine.answer(to: ["detectMode": "last", "request": try JSON(parsing: body.utf8)])
    #expect(answer["code"]?.text == code)
  }
}
