import AnomalyDetection
import Columnar
import Rendering

/// What the detector says of a series, as a table: time, value, expected, lower, upper, verdict.
struct Verdicts: Sendable {
  let table: Table
  /// The indices of the anomalies among the judgements.
  let anomalies: [Int]
  let judgements: [Judgement]

  /// The verdicts on every point.
  init(entire series: Series, by detector: any Detector) throws(UnjudgeableSeries) {
    self.init(series, try series.judgements(by: detector).points)
  }

  /// The verdict on the last point.
  init(last series: Series, by detector: any Detector) throws(UnjudgeableSeries) {
    self.init(series, [try series.lastJudgement(by: detector)])
  }

  private init(_ series: Series, _ judgements: [Judgement]) {
    self.judgements = judgements
    anomalies = judgements.indices.filter { judgements[$0].isAnomaly }
    let schema = Schema([
      Field(series.timeName, .timestamp), Field(series.valueName, .double), Field("expected", .double),
      Field("lower", .double), Field("upper", .double), Field("verdict", .string),
    ])
    table = Table(
      schema: schema,
      columns: [
        // Days of a zone are judged by their dates; the table shows their times.
        Column(.timestamp(judgements.map { series.points[$0.index].time.microseconds })),
        Column(.double(judgements.map(\.value))), Column(.double(judgements.map { roundedToSixDigits($0.expected) })),
        Column(.double(judgements.map { roundedToSixDigits($0.lower) })),
        Column(.double(judgements.map { roundedToSixDigits($0.upper) })),
        Column(.string(StringValues(judgements.map { Self.verdict($0.direction) }))),
      ])
  }

  private static func verdict(_ direction: Direction) -> String {
    switch direction {
    case .none: "normal"
    case .low: "anomaly: low"
    case .high: "anomaly: high"
    }
  }
}
