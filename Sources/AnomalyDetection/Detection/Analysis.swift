/// The way from a request to its verdicts.
struct Analysis {
  /// The points of the request.
  let values: [Double]
  let period: Int
  /// Steps of the grid without a point, and whether they were filled.
  let missing: (count: Int, areFilled: Bool)
  /// What the model said, before the band had its say.
  let judgement: Assessment
  let assessment: Assessment
  let band: Band

  init(of request: DetectionRequest, mode: DetectionMode) throws(DetectionError) {
    let grid = try request.validated()
    period = request.period ?? grid.detectedPeriod(of: request)
    if period > 1, grid.missingRatio > 0.5 {
      throw DetectionError(
        .invalidSeries,
        "period is \(period), but only \(grid.values.count) of \(grid.length) steps have a point.",
        remedy: "Send at least half of the steps, or period 0.",
        fact: .sparse(period: period, points: grid.values.count, steps: grid.length))
    }
    let whole = grid.filled(mode: request.imputeMode, fixed: request.imputeFixedValue, period: period)
    let series = whole ?? grid.values
    if period > 1, series.count <= 2 * period {
      throw DetectionError(
        .invalidSeries, "period is \(period), but the series has \(series.count) points and its gaps are not filled.",
        remedy: "Send more than two periods, choose an imputeMode that fills, or period 0.",
        fact: .unfilled(period: period, points: series.count))
    }
    let ratio = Concentration.anomalyRatio(for: grid.values, atMost: request.maxAnomalyRatio, mode: mode)
    var assessment = request.assess(series, period: period, ratio: ratio, mode: mode)
    if whole != nil { assessment.keep(grid.indices) }
    assessment.dropFlagsWhereExpected(grid.values)
    judgement = assessment
    band = Band(
      around: &assessment, of: grid.values, sensitivity: request.sensitivity, version: request.boundaryVersion)
    missing = (grid.length - grid.values.count, whole != nil)
    values = grid.values
    self.assessment = assessment
  }
}

extension DetectionRequest {
  /// The judgement of the model that suits the series.
  fileprivate func assess(_ series: [Double], period: Int, ratio: Double, mode: DetectionMode) -> Assessment {
    if period > 1 {
      return SeasonalModel(period: period, maxAnomalyRatio: ratio, significance: alpha, mode: mode)
        .assess(series)
    }
    let isSpectral = suitsSpectralResidual(series)
    func assess(_ series: [Double], ratio: Double) -> Assessment {
      isSpectral
        ? SpectralResidual(maxAnomalyRatio: ratio, threshold: threshold, mode: mode).assess(series)
        : DynamicThreshold(maxAnomalyRatio: ratio, significance: alpha, mode: mode).assess(series)
    }
    var assessment = assess(series, ratio: ratio)
    SecondPass.extend(&assessment, of: series, ratio: ratio, assess: assess)
    return assessment
  }

  /// Points less than an hour apart, most of which differ: a constant series has no spectrum.
  private func suitsSpectralResidual(_ series: [Double]) -> Bool {
    switch granularity {
    case .minutely where customInterval < 60, .secondly where customInterval < 3_600: break
    default: return false
    }
    let middle = series.median
    return series.map { ($0 - middle).magnitude / normalQuartile }.median >= negligible
  }
}

extension GridSeries {
  /// 0 where more than half of the steps have no point.
  fileprivate func detectedPeriod(of request: DetectionRequest) -> Int {
    guard missingRatio <= 0.5 else { return 0 }
    // What a season would be filled with is not known before there is one.
    let mode = request.imputeMode == .auto ? .previous : request.imputeMode
    let whole = filled(mode: mode, fixed: request.imputeFixedValue, period: 0) ?? values
    return PeriodDetection.period(of: whole, granularity: request.granularity, interval: request.customInterval)
  }

  /// The value of every step, or nil where gaps are to be passed over.
  fileprivate func filled(mode: ImputeMode, fixed: Double?, period: Int) -> [Double]? {
    guard hasGaps(mode: mode) else { return nil }
    switch mode {
    case .auto: return period > 1 ? SeasonalFilling.fill(self, period: period) ?? filled(\.previous) : nil
    case .previous: return filled(\.previous)
    case .linear: return filled(\.linear)
    case .fixed: return filled { _ in fixed ?? 0 }
    case .zero: return filled { _ in 0 }
    case .notFill: return nil
    }
  }
}

extension Assessment {
  /// Leaves out the points that are not at these places.
  fileprivate mutating func keep(_ indices: [Int]) {
    expected = indices.map { expected[$0] }
    deviations = indices.map { deviations[$0] }
    if !scores.isEmpty { scores = indices.map { scores[$0] } }
    if !trend.isEmpty { trend = indices.map { trend[$0] } }
  }

  /// A value is no anomaly where it is just as expected. The distance is absolute, so a series of the size
  /// of 1e-9 never has an anomaly.
  fileprivate mutating func dropFlagsWhereExpected(_ values: [Double]) {
    for index in values.indices where (values[index] - expected[index]).magnitude < 1e-8 {
      deviations[index] = .none
    }
  }
}
