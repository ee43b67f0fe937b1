import AnomalyDetection

extension DetectionRequest {
  /// A detector's error, in REST's words.
  func refusal(for error: DetectionError) -> RequestError {
    switch error {
    case .valueTooLarge(let value, let index):
      RequestError(
        .invalidSeries, "\(place(of: index)) is \(value), beyond 1e100.",
        remedy: "Send the series in a larger unit, or without the point.")
    case .missingValue(let index):
      RequestError(
        .badArgument, "\(place(of: index)) has no value.",
        remedy: "Leave the point out: imputeMode says what happens to the gap.")
    case .repeatedTime(_, let index):
      RequestError(
        .invalidSeries, "\(place(of: index)) has the timestamp of the point before it.",
        remedy: "Send one point for each timestamp, for instance the mean.")
    case .unorderedTime(_, let index):
      RequestError(
        .invalidSeries, "\(place(of: index)) lies before \(place(of: index - 1)).",
        remedy: "Sort the series by timestamp.")
    case .offGrid(let index, _, _, let start):
      RequestError(
        .invalidSeries, "\(place(of: index)) lies off the grid of \(gridName) that begins at \(start).",
        remedy: "Aggregate the series to that grid, or name the granularity and customInterval that it has.")
    case .pointCount(let count, let permitted):
      RequestError(
        .invalidSeries, "series has \(count) points; 12 to 8640 can be judged.",
        remedy: count < permitted.lowerBound
          ? "Send more history, or a finer granularity." : "Send a shorter span, or a coarser granularity.")
    case .periodTooLong(let period, let steps):
      RequestError(
        .invalidModelArgument, "period is \(period), but the series spans \(steps) steps, fewer than two periods.",
        remedy: "Send at least 2 * period + 1 steps, or leave period out to have it found.")
    case .tooManyGaps(let period, let points, let steps):
      RequestError(
        .invalidSeries, "period is \(period), but only \(points) of \(steps) steps have a point.",
        remedy: "Send at least half of the steps, or period 0.")
    case .unfilledGaps(let period, let points):
      RequestError(
        .invalidSeries, "period is \(period), but the series has \(points) points and its gaps are not filled.",
        remedy: "Send more than two periods, choose an imputeMode that fills, or period 0.")
    default: settingRefusal(for: error)
    }
  }

  private func settingRefusal(for error: DetectionError) -> RequestError {
    switch error {
    case .invalidPeriod(let period):
      RequestError(
        .invalidPeriod, "period is \(period).",
        remedy: "Give a number of points from 2 up, 0 for a series without a season, or leave it out.")
    case .invalidSignificance(let alpha):
      RequestError(
        .invalidModelArgument, "alpha is \(alpha).", remedy: "Give a probability above 0, or leave it out for 0.05.")
    case .invalidMaxAnomalyRatio(let ratio):
      RequestError(
        .invalidModelArgument, "maxAnomalyRatio is \(ratio).", remedy: "Give a share above 0 and up to 0.49.")
    case .invalidSensitivity(let sensitivity):
      RequestError(
        .invalidModelArgument, "sensitivity is \(sensitivity).", remedy: "Give a whole number from 0 to 100.")
    case .invalidSaliencyThreshold(let threshold):
      RequestError(
        .invalidModelArgument, "threshold is \(threshold).", remedy: "Give a number, or leave it out for 3.5.")
    case .invalidFillValue:
      RequestError(
        .invalidImputeFixedValue,
        "imputeMode is fixed, and imputeFixedValue is \(imputeFixedValue.map { "\($0)" } ?? "missing").",
        remedy: "Give imputeFixedValue a number, or choose another imputeMode.")
    // A request has no text for its first time, and its interval and counts were checked before.
    default: RequestError(.badArgument, "The series cannot be judged.", remedy: error.description)
    }
  }

  private var gridName: String {
    customInterval == 1 ? "\(granularity) steps" : "\(customInterval)-fold \(granularity) steps"
  }
}
