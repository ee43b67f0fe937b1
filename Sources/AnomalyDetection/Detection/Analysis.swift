/// The way from a request to its verdicts.
struct Analysis {
  /// The points of the request.
  let values: [Double]
  let period: Int
  let assessment: Assessment
  let band: Band

  init(of request: DetectionRequest, mode: DetectionMode) throws(DetectionError) {
    let grid = try request.validated()
    period = request.period ?? 0
    if period > 1, grid.missingRatio > 0.5 {
      throw DetectionError(
        .invalidSeries,
        "period is \(period), but only \(grid.values.count) of \(grid.length) steps have a point.",
        remedy: "Send at least half of the steps, or period 0.")
    }
    let whole = grid.filled(mode: request.imputeMode, fixed: request.imputeFixedValue, period: period)
    let ratio = Concentration.anomalyRatio(for: grid.values, atMost: request.maxAnomalyRatio, mode: mode)
    var assessment = SpectralResidual(maxAnomalyRatio: ratio, mode: mode).assess(whole ?? grid.values)
    if whole != nil { assessment.keep(grid.indices) }
    assessment.dropFlagsWhereExpected(grid.values)
    band = Band(around: &assessment, of: grid.values, sensitivity: request.sensitivity)
    values = grid.values
    self.assessment = assessment
  }

  func severity(at index: Int) -> Double {
    AnomalyDetection.severity(
      of: values[index], expected: assessment.expected[index], assessment.deviations[index])
  }
}

extension GridSeries {
  /// The value of every step, or nil where gaps are to be passed over.
  fileprivate func filled(mode: ImputeMode, fixed: Double?, period: Int) -> [Double]? {
    guard hasGaps(mode: mode) else { return nil }
    switch mode {
    case .auto: return period > 1 ? filled(\.previous) : nil
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
  }

  /// A value is no anomaly where it is just as expected. The distance is absolute, so a series of the size
  /// of 1e-9 never has an anomaly.
  fileprivate mutating func dropFlagsWhereExpected(_ values: [Double]) {
    for index in values.indices where (values[index] - expected[index]).magnitude < 1e-8 {
      deviations[index] = .none
    }
  }
}
