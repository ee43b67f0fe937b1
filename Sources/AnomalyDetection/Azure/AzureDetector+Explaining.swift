extension AzureDetector {
  /// Why a point is an anomaly or is normal: method, season, band, and the sensitivity at which the verdict changes.
  ///
  /// - Throws: ``DetectionError``, as ``judge(_:)`` does; also if the series has no such point.
  public func explain(_ index: Int?, of series: TimeSeries) throws(DetectionError) -> Explanation {
    let analysis = try Analysis(of: series, by: self, mode: index == nil ? .last : .entire)
    let index = index ?? series.points.count - 1
    guard series.points.indices.contains(index) else { throw .noSuchPoint(index: index, count: series.points.count) }
    let model = analysis.modelled.model
    return Explanation(
      of: analysis.judgement(of: index, in: series), isOutlier: analysis.modelled.directions[index].isAnomaly,
      method: model.method, hasMajority: model == .seasonalWithMajority || model == .dynamicThresholdWithMajority,
      isPeriodGiven: period != nil, seasonalStrength: analysis.seasonalStrength,
      flippingSensitivity: analysis.flippingSensitivity(at: index, by: self), missingCount: analysis.missing.count,
      areMissingFilled: analysis.missing.areFilled)
  }
}

extension Analysis {
  fileprivate var seasonalStrength: Double? {
    guard period > 1 else { return nil }
    let remainder = zip(values, assessment.expected).map { $0 - $1 }.withoutSpikes
    let season = zip(assessment.expected, assessment.trend).map { $0 - $1 }
    let both = zip(season, remainder).map { $0 + $1 }.variance
    return both > 0 ? max(0, 1 - remainder.variance / both) : 0
  }

  /// The sensitivity nearest to the detector's at which the verdict on the point changes. Only the band depends on it.
  fileprivate func flippingSensitivity(at index: Int, by detector: AzureDetector) -> Int? {
    let isAnomaly = assessment.directions[index].isAnomaly
    let nearestFirst = (0...100).sorted { abs($0 - detector.sensitivity) < abs($1 - detector.sensitivity) }
    return nearestFirst.first { sensitivity in
      var tried = modelled
      _ = Band(around: &tried, of: values, sensitivity: sensitivity, style: detector.band)
      return tried.directions[index].isAnomaly != isAnomaly
    }
  }
}

extension Model {
  fileprivate var method: Explanation.Method {
    switch self {
    case .seasonal, .seasonalWithMajority: .seasonal
    case .spectralResidual, .spectralResidualZScore: .spectralResidual
    case .dynamicThreshold, .dynamicThresholdWithMajority: .dynamicThreshold
    }
  }
}
