extension DetectionError: CustomStringConvertible {
  /// What was found, and on a second line what to do about it.
  public var description: String { problem + "\n" + remedy }

  /// What was found, on one line.
  package var problem: String {
    switch self {
    case .unreadableTime(let text): "invalid time '\(text)'"
    case .invalidStep(let step): "invalid step of \(step)"
    case .timeOutOfRange(let index): "time out of range at point \(index)"
    case .valueTooLarge(let value, let index): "value too large at point \(index): \(value)"
    case .missingValue(let index): "missing value at point \(index)"
    case .repeatedTime(let time, let index): "repeated time at point \(index): \(time)"
    case .unorderedTime(let time, let index): "unordered time at point \(index): \(time)"
    case .offGrid(let index, let time, let step, let start):
      "point \(index) (\(time)) is off the grid of \(step) that begins at \(start)"
    case .pointCount(let count, let permitted):
      "the series has \(count) points; \(permitted.lowerBound) to \(permitted.upperBound) can be judged"
    case .noSuchPoint(let index, let count): "no point \(index): the series has \(count)"
    case .periodTooLong(let period, let steps):
      "period \(period) is too long: the series spans \(steps) steps, fewer than two periods"
    case .tooManyGaps(let period, let points, let steps):
      "too many gaps for a season of \(period) steps: only \(points) of \(steps) steps have a point"
    case .unfilledGaps(let period, let points):
      "a season of \(period) steps needs more than two periods; without its gaps the series has \(points) points"
    case .invalidSensitivity(let sensitivity): "invalid sensitivity \(sensitivity)"
    case .invalidMaxAnomalyRatio(let ratio): "invalid maxAnomalyRatio \(ratio)"
    case .invalidPeriod(let period): "invalid period \(period)"
    case .invalidSignificance(let significance): "invalid significance \(significance)"
    case .invalidSaliencyThreshold(let threshold): "invalid saliencyThreshold \(threshold)"
    case .invalidFillValue(let value): "invalid value for gaps: \(value)"
    }
  }

  /// What to do about it, on one line.
  package var remedy: String {
    switch self {
    case .unreadableTime: "write it as ISO 8601, as in 2019-04-01T00:00:00Z"
    case .invalidStep: "give a step of 1 unit or more"
    case .timeOutOfRange: "begin earlier, or choose a shorter step"
    case .valueTooLarge: "use a larger unit, or leave the point out"
    case .missingValue: "leave the point out; the detector fills the gap"
    case .repeatedTime: "give one point for each time, for instance the mean"
    case .unorderedTime: "sort the points by time"
    case .offGrid: "aggregate the points to that grid, or name the step that they have"
    case .pointCount(let count, let permitted):
      count < permitted.lowerBound
        ? "give more history, or a shorter step" : "give a shorter span, or a longer step"
    case .noSuchPoint(_, let count): "name a point from 0 to \(count - 1)"
    case .periodTooLong: "give more than two periods, or leave the period out to have it detected"
    case .tooManyGaps: "give at least half of the steps, or period 0"
    case .unfilledGaps: "give more than two periods, fill the gaps, or set period 0"
    case .invalidSensitivity: "give a whole number from 0 to 100"
    case .invalidMaxAnomalyRatio: "give a share above 0 and up to 0.49"
    case .invalidPeriod: "give 2 or more points, 0 for a series without a season, or nil to have it detected"
    case .invalidSignificance: "give a probability above 0"
    case .invalidSaliencyThreshold: "give a number"
    case .invalidFillValue: "give a finite number"
    }
  }
}
