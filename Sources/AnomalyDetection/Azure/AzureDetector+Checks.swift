extension AzureDetector {
  /// Throws the first fault of settings and series.
  func check(_ series: TimeSeries) throws(DetectionError) {
    try checkSettings()
    try Self.checkCount(series.points.count)
    if let period, period > (series.length - 1) / 2 { throw .periodTooLong(period, steps: series.length) }
  }

  /// Throws the first fault of the settings, in the order in which the retired service looked for them.
  package func checkSettings() throws(DetectionError) {
    if let period, period < 0 { throw .invalidPeriod(period) }
    guard significance > 0 else { throw .invalidSignificance(significance) }
    guard maxAnomalyRatio > 0, maxAnomalyRatio <= 0.49 else { throw .invalidMaxAnomalyRatio(maxAnomalyRatio) }
    guard (0...100).contains(sensitivity) else { throw .invalidSensitivity(sensitivity) }
    guard !saliencyThreshold.isNaN else { throw .invalidSaliencyThreshold(saliencyThreshold) }
    if case .constant(let value) = gaps, !value.isFinite { throw .invalidFillValue(value) }
  }

  /// Throws ``DetectionError/pointCount(_:permitted:)`` for too few points, or too many.
  package static func checkCount(_ count: Int) throws(DetectionError) {
    guard permittedCount.contains(count) else { throw .pointCount(count, permitted: permittedCount) }
  }
}
