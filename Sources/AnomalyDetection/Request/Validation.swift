import CivilTime

extension DetectionRequest {
  /// How many points a request may have.
  package static let permittedCount = 12...8_640

  /// The first fault, in the order in which the service looked for them.
  /// - Returns: the values with their places on the grid.
  func validated() throws(DetectionError) -> GridSeries {
    try checkParameters()
    try checkCount()
    try checkPoints()
    let grid = try GridSeries(self)
    if let period, period > (grid.length - 1) / 2 {
      throw DetectionError(
        .invalidModelArgument,
        "period is \(period), but the series spans \(grid.length) steps, fewer than two periods.",
        remedy: "Send at least 2 * period + 1 steps, or leave period out to have it found.",
        fact: .longPeriod(period, steps: grid.length))
    }
    return grid
  }

  /// Everything but the points. A reader of requests that meets a fault of its own (a word that is no granularity, a
  /// text for a number) calls this before it throws, with the fields after the fault left at their defaults: so
  /// the earlier fault is the one that is told.
  package func checkParameters() throws(DetectionError) {
    if series.isEmpty {
      throw DetectionError(.badArgument, "series is empty.", remedy: "Send 12 to 8640 points.")
    }
    if customInterval <= 0 {
      throw DetectionError(
        .invalidCustomInterval, "customInterval is \(customInterval).", remedy: "Give a whole number from 1 up.")
    }
    if let period, period < 0 {
      throw DetectionError(
        .invalidPeriod, "period is \(period).",
        remedy: "Give a number of points from 2 up, 0 for a series without a season, or leave it out.")
    }
    guard alpha > 0 else {
      throw DetectionError(
        .invalidModelArgument, "alpha is \(alpha).", remedy: "Give a probability above 0, or leave it out for 0.05.")
    }
    guard maxAnomalyRatio > 0, maxAnomalyRatio <= 0.49 else {
      throw DetectionError(
        .invalidModelArgument, "maxAnomalyRatio is \(maxAnomalyRatio).", remedy: "Give a share above 0 and up to 0.49.")
    }
    guard (0...100).contains(sensitivity) else {
      throw DetectionError(
        .invalidModelArgument, "sensitivity is \(sensitivity).", remedy: "Give a whole number from 0 to 100.")
    }
    guard !threshold.isNaN else {
      throw DetectionError(
        .invalidModelArgument, "threshold is \(threshold).", remedy: "Give a number, or leave it out for 3.5.")
    }
    if imputeMode == .fixed, imputeFixedValue?.isFinite != true {
      throw DetectionError(
        .invalidImputeFixedValue,
        "imputeMode is fixed, and imputeFixedValue is \(imputeFixedValue.map { "\($0)" } ?? "missing").",
        remedy: "Give imputeFixedValue a number, or choose another imputeMode.")
    }
  }

  /// Whether there are enough points and not too many, as the service checked before it looked at any.
  package func checkCount() throws(DetectionError) {
    guard !Self.permittedCount.contains(series.count) else { return }
    let isShort = series.count < Self.permittedCount.lowerBound
    throw DetectionError(
      .invalidSeries, "series has \(series.count) points; 12 to 8640 can be judged.",
      remedy: isShort ? "Send more history, or a finer granularity." : "Send a shorter span, or a coarser granularity.",
      fact: .count)
  }

  private func checkPoints() throws(DetectionError) {
    let needsTimestamps = granularity != .none
    if needsTimestamps, let index = series.firstIndex(where: { $0.timestamp == nil }) {
      throw DetectionError(
        .badArgument, "\(place(of: index)) has no readable timestamp.",
        remedy: "Write it as ISO 8601, as in 2019-04-24T09:00:00Z, or ask for granularity none.")
    }
    if let index = series.firstIndex(where: { $0.value.magnitude > 1e100 }) {
      throw DetectionError(
        .invalidSeries, "\(place(of: index)) is \(series[index].value), beyond 1e100.",
        remedy: "Send the series in a larger unit, or without the point.", fact: .tooLarge(point: index))
    }
    if let index = series.firstIndex(where: { $0.value.isNaN }) {
      throw DetectionError(
        .badArgument, "\(place(of: index)) has no value.",
        remedy: "Leave the point out: imputeMode says what happens to the gap.", fact: .noValue(point: index))
    }
    guard needsTimestamps else { return }
    for index in series.indices.dropFirst() {
      guard let earlier = series[index - 1].timestamp, let later = series[index].timestamp, later <= earlier else {
        continue
      }
      throw later == earlier
        ? DetectionError(
          .invalidSeries, "\(place(of: index)) has the timestamp of the point before it.",
          remedy: "Send one point for each timestamp, for instance the mean.", fact: .repeated(point: index))
        : DetectionError(
          .invalidSeries, "\(place(of: index)) lies before \(place(of: index - 1)).",
          remedy: "Sort the series by timestamp.")
    }
  }

  /// How messages name a point: by its index, from 0, and its time.
  func place(of index: Int) -> String {
    "series[\(index)]" + (series[index].timestamp.map { " (\($0))" } ?? "")
  }
}
