package import AnomalyDetection
package import JSONText

extension JSON {
  /// The response of `entire/detect`, version 1.1.
  package init(_ detection: EntireDetection) {
    self = [
      "period": .integer(Int64(detection.period)),
      "expectedValues": .array(detection.expectedValues.map(JSON.double)),
      "upperMargins": .array(detection.upperMargins.map(JSON.double)),
      "lowerMargins": .array(detection.lowerMargins.map(JSON.double)),
      "isAnomaly": .array(detection.isAnomaly.map(JSON.boolean)),
      "isNegativeAnomaly": .array(detection.isNegativeAnomaly.map(JSON.boolean)),
      "isPositiveAnomaly": .array(detection.isPositiveAnomaly.map(JSON.boolean)),
      "severity": .array(detection.severity.map(JSON.double)),
    ]
  }

  /// The response of `last/detect`, version 1.1.
  package init(_ detection: LastDetection) {
    self = [
      "period": .integer(Int64(detection.period)),
      "suggestedWindow": .integer(Int64(detection.suggestedWindow)),
      "expectedValue": .double(detection.expectedValue),
      "upperMargin": .double(detection.upperMargin),
      "lowerMargin": .double(detection.lowerMargin),
      "isAnomaly": .boolean(detection.isAnomaly),
      "isNegativeAnomaly": .boolean(detection.isNegativeAnomaly),
      "isPositiveAnomaly": .boolean(detection.isPositiveAnomaly),
      "severity": .double(detection.severity),
    ]
  }
}

extension JSON {
  /// The response to a request that cannot be answered: the published code, and a message with the way out.
  package init(_ error: DetectionError) {
    self = ["code": .string(error.code.rawValue), "message": .string(error.message)]
  }
}
