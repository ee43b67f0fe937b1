import AnomalyDetection

extension Series {
  /// The judgement of every point, in the light of all others.
  func judgements(by detector: any Detector) throws(UnjudgeableSeries) -> Judgements {
    try ask { series throws(DetectionError) in try detector.judge(series) }
  }

  /// The judgement of the last point, in the light of those before it.
  func lastJudgement(by detector: any Detector) throws(UnjudgeableSeries) -> Judgement {
    try ask { series throws(DetectionError) in try detector.judgeLast(series) }
  }

  /// - Parameter index: nil is the last point.
  func explanation(of index: Int?, by detector: any Detector) throws(UnjudgeableSeries) -> Explanation {
    try ask { series throws(DetectionError) in try detector.explain(index, of: series) }
  }

  private func ask<Judged>(
    _ question: (TimeSeries) throws(DetectionError) -> Judged
  ) throws(UnjudgeableSeries) -> Judged {
    do throws(DetectionError) {
      guard let step else { return try question(TimeSeries(points)) }
      return try question(TimeSeries(civilPoints, every: step))
    } catch {
      throw UnjudgeableSeries(series: self, cause: error)
    }
  }
}
