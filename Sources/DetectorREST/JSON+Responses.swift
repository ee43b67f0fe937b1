import AnomalyDetection
import JSONText

extension JSON {
  /// The response of `entire/detect`, version 1.1.
  init(_ judgements: Judgements) {
    let points = judgements.points
    self = [
      "period": .integer(Int64(judgements.period)),
      "expectedValues": .array(points.map { .double($0.expected) }),
      "upperMargins": .array(points.map { .double($0.upperMargin) }),
      "lowerMargins": .array(points.map { .double($0.lowerMargin) }),
      "isAnomaly": .array(points.map { .boolean($0.isAnomaly) }),
      "isNegativeAnomaly": .array(points.map { .boolean($0.direction == .low) }),
      "isPositiveAnomaly": .array(points.map { .boolean($0.direction == .high) }),
      "severity": .array(points.map { .double($0.severity) }),
    ]
  }

  /// The response of `last/detect`, version 1.1.
  init(_ judgement: Judgement, granularity: Granularity) {
    self = [
      "period": .integer(Int64(judgement.period)),
      "suggestedWindow": .integer(Int64(granularity.suggestedWindow(period: judgement.period))),
      "expectedValue": .double(judgement.expected),
      "upperMargin": .double(judgement.upperMargin),
      "lowerMargin": .double(judgement.lowerMargin),
      "isAnomaly": .boolean(judgement.isAnomaly),
      "isNegativeAnomaly": .boolean(judgement.direction == .low),
      "isPositiveAnomaly": .boolean(judgement.direction == .high),
      "severity": .double(judgement.severity),
    ]
  }

  /// The response to a request that cannot be answered: the published code, and a message that says what to do.
  init(_ error: RequestError) {
    self = ["code": .string(error.code.rawValue), "message": .string(error.message)]
  }
}
