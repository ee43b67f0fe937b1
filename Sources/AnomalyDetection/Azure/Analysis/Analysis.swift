/// The way from a series to its judgements.
struct Analysis {
  /// The values of the series' points.
  let values: [Double]
  /// In points; 0 or 1 for a series without a season.
  let period: Int
  /// The number of grid steps without a point, and whether they were filled.
  let missing: (count: Int, areFilled: Bool)
  /// The model's verdicts, before the band is applied.
  let modelled: Assessment
  /// The verdicts after the band is applied.
  let assessment: Assessment
  let band: Band

  init(of series: TimeSeries, by detector: AzureDetector, mode: DetectionMode) throws(DetectionError) {
    try detector.check(series)
    values = series.values
    period = detector.period ?? series.detectedPeriod(filling: detector.gaps)
    if period > 1, series.missingRatio > 0.5 {
      throw .tooManyGaps(period: period, points: values.count, steps: series.length)
    }
    let whole = series.filled(detector.gaps, period: period)
    let judged = whole ?? values
    if period > 1, judged.count <= 2 * period { throw .unfilledGaps(period: period, points: judged.count) }
    let ratio = Concentration.anomalyRatio(for: values, atMost: detector.maxAnomalyRatio, mode: mode)
    var assessment = detector.assess(judged, every: series.step, period: period, ratio: ratio, mode: mode)
    if whole != nil { assessment.keep(series.indices) }
    assessment.dropFlagsWhereExpected(values)
    modelled = assessment
    band = Band(around: &assessment, of: values, sensitivity: detector.sensitivity, style: detector.band)
    missing = (series.length - values.count, whole != nil)
    self.assessment = assessment
  }

  func judgement(of index: Int, in series: TimeSeries) -> Judgement {
    Judgement(
      index: index, point: series.points[index], expected: assessment.expected[index], lowerMargin: band.lower[index],
      upperMargin: band.upper[index], direction: assessment.directions[index], severity: band.severities[index],
      period: period)
  }
}

extension AzureDetector {
  /// The verdicts of the model that suits the series.
  fileprivate func assess(
    _ values: [Double], every step: Step?, period: Int, ratio: Double, mode: DetectionMode
  ) -> Assessment {
    if period > 1 {
      return SeasonalModel(period: period, maxAnomalyRatio: ratio, significance: significance, mode: mode)
        .assess(values)
    }
    let isSpectral = Self.suitsSpectralResidual(values, every: step)
    func assess(_ values: [Double], ratio: Double) -> Assessment {
      isSpectral
        ? SpectralResidual(maxAnomalyRatio: ratio, threshold: saliencyThreshold, mode: mode).assess(values)
        : DynamicThreshold(maxAnomalyRatio: ratio, significance: significance, mode: mode).assess(values)
    }
    var assessment = assess(values, ratio: ratio)
    SecondPass.extend(&assessment, of: values, ratio: ratio, assess: assess)
    return assessment
  }

  /// True for points less than an hour apart, most of which differ: a constant series has no spectrum.
  private static func suitsSpectralResidual(_ values: [Double], every step: Step?) -> Bool {
    guard let step, step.unit == .minutes && step.count < 60 || step.unit == .seconds && step.count < 3_600 else {
      return false
    }
    let middle = values.median
    return values.map { ($0 - middle).magnitude / normalQuartile }.median >= negligible
  }
}

extension TimeSeries {
  /// In points; 0 if more than half of the steps lack a point.
  fileprivate func detectedPeriod(filling gaps: GapFilling) -> Int {
    guard missingRatio <= 0.5 else { return 0 }
    // Automatic filling needs the season that is being looked for.
    let whole = filled(gaps == .automatic ? .previous : gaps, period: 0) ?? values
    return PeriodDetection.period(of: whole, every: step)
  }
}

extension Assessment {
  /// Leaves out the points that are not at these indices.
  fileprivate mutating func keep(_ indices: [Int]) {
    expected = indices.map { expected[$0] }
    directions = indices.map { directions[$0] }
    if !scores.isEmpty { scores = indices.map { scores[$0] } }
    if !trend.isEmpty { trend = indices.map { trend[$0] } }
  }

  /// A value that is just as expected is normal. The distance is absolute, so a series of the size of 1e-9 never has an anomaly.
  fileprivate mutating func dropFlagsWhereExpected(_ values: [Double]) {
    for index in values.indices where (values[index] - expected[index]).magnitude < 1e-8 {
      directions[index] = .none
    }
  }
}
