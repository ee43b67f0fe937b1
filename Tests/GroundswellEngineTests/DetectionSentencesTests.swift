import AnomalyDetection
import Columnar
import Pipeline
import Testing

@testable import GroundswellEngine

/// Every sentence of detection that a person reads of an error: the problem, then the remedy.
@Suite("Error sentences of detection")
struct DetectionSentencesTests {
  private static let noon = Timestamp(seconds: 1_554_120_000)
  private static let table = Schema([Field("t", .timestamp), Field("v", .double)])

  @Test("name the column and the option", arguments: seriesRows)
  func series(error: any Explained, sentences: String) { #expect(error.sentences == sentences) }

  private static let seriesRows: [(any Explained, String)] = [
    (
      SeriesError.unknownColumn("averag", option: "--value", known: ["average", "count"]),
      "there is no column 'averag'\ndid you mean 'average'?"
    ),
    (
      SeriesError.noColumn(of: "times", option: "--time", table: "t", schema: table),
      "'t' has no column of times: its columns are t TIMESTAMP, v DOUBLE\nname one: --time COLUMN"
    ),
    (
      SeriesError.invalidTime(.string("today"), column: "t"),
      "'t' holds today, which is not a time\nname another column: --time COLUMN"
    ),
    (
      SeriesError.invalidNumber(.string("many"), column: "v"),
      "'v' holds many, which is not a number\nname another column: --value COLUMN"
    ),
    (
      SeriesError.noPoint(at: noon, series: "s", first: Timestamp(seconds: 0), last: Timestamp(seconds: 1)),
      "'s' has no point at 2019-04-01T12:00:00Z\nname a time of one of its points, from 1970-01-01T00:00:00Z to 1970-01-01T00:00:01Z"
    ),
    (
      SeriesError.noPoint(at: noon, series: "s", first: nil, last: nil), "'s' has no points\nlook at its rows: show s"
    ),
    (SeriesError.empty(series: "s"), "'s' has no points\nlook at its rows: show s"),
    (
      SeriesError.tooManyLines(9, permitted: 6), "9 series are too many for one plot\nname up to 6: --value a,b"
    ),
    (
      SeriesError.notNumeric(column: "t", type: .timestamp),
      "'t' is TIMESTAMP, and a histogram takes numbers\nname a column of numbers: --histogram COLUMN"
    ),
  ]

  @Test("say what the detector found, in the options' words", arguments: refusals)
  func refusal(cause: DetectionError, sentences: String) throws {
    #expect(UnjudgeableSeries(series: try Self.series(), cause: cause).sentences == sentences)
  }

  private static let refusals: [(DetectionError, String)] = [
    (
      .pointCount(3, permitted: 12...8_640),
      "'s' has 3 points; the detector takes 12 to 8640\nwait for more windows, or aggregate to shorter ones: aggregate … --window"
    ),
    (
      .pointCount(9_000, permitted: 12...8_640),
      "'s' has 9,000 points; the detector takes 12 to 8640\njudge the newest points: --window 8640; or aggregate to longer windows"
    ),
    (
      .offGrid(index: 1, time: noon, step: .hours(1), start: noon),
      "'s': 2019-04-01T12:10:00Z lies off the grid of hourly steps that begins at 2019-04-01T12:00:00Z\n"
        + "most points lie on another grid: --granularity minutely --interval 10"
    ),
    (
      .valueTooLarge(1e101, index: 0),
      "'s': v is 1e+101 at 2019-04-01T12:00:00Z, beyond 1e100\ndivide it in a view, or leave the point out: CREATE VIEW …"
    ),
    (
      .missingValue(index: 2),
      "'s': v is NaN at 2019-04-01T12:20:00Z\nleave the point out in a view; --impute says what fills the gap"
    ),
    (
      .repeatedTime(noon, index: 0),
      "'s' has two points at 2019-04-01T12:00:00Z\n"
        + "judge one key at a time, in a view: CREATE VIEW one AS SELECT … WHERE …; plot s --by KEY draws all"
    ),
    (
      .periodTooLong(24, steps: 40),
      "--period 24 is too long: 's' spans 40 steps, fewer than two periods\n"
        + "give a shorter --period, 0 for none, or leave it out to have it detected"
    ),
    (
      .tooManyGaps(period: 24, points: 40, steps: 100),
      "'s' has a season of 24 steps, but only 40 of 100 steps have a point\n"
        + "judge it without a season: --period 0; or aggregate to longer windows"
    ),
    (
      .unfilledGaps(period: 24, points: 40),
      "'s' has a season of 24 steps, but 40 points and unfilled gaps\nfill them: --impute auto; or judge it without a season: --period 0"
    ),
    (.invalidSensitivity(101), "'s': invalid sensitivity 101\ngive a whole number from 0 to 100"),
  ]

  /// Three points, ten minutes apart, judged by the hour.
  private static func series() throws -> Series {
    let rows = (0..<3).map { [Value.timestamp(Timestamp(seconds: 1_554_120_000 + 600 * $0)), .double(Double($0))] }
    return try Series(
      try Table(schema: table, rows: rows), name: "s", options: try DetectionOptions.parse([]),
      now: Timestamp(seconds: 1_600_000_000))
  }

  @Test("of anomalydetect stand on one line", arguments: functionRows)
  func function(error: any Explained, sentences: String) { #expect(error.sentences == sentences) }

  private static let functionRows: [(any Explained, String)] = [
    (AnomalyDetectError.invalidTime(.string("x")), "anomalydetect: invalid time x"),
    (AnomalyDetectError.invalidValue(.string("x")), "anomalydetect: invalid number x"),
    (
      AnomalyDetectError.unknownGranularity(.string("x")),
      "anomalydetect: unknown granularity x; use yearly, monthly, weekly, daily, hourly, minutely, secondly, microsecond, none"
    ),
    (
      AnomalyDetectError.invalidSensitivity(.string("x")),
      "anomalydetect: invalid sensitivity x; use a whole number from 0 to 100"
    ),
    (
      AnomalyDetectError.invalidRatio(.string("x")),
      "anomalydetect: invalid ratio x; use a number above 0 and up to 0.49"
    ),
    (
      AnomalyDetectError.unjudgeable(.pointCount(9_000, permitted: 12...8_640), .hourly),
      "anomalydetect: the detector takes up to 8640 points, not 9000; take the newest: WHERE time >= …"
    ),
    (
      AnomalyDetectError.unjudgeable(.offGrid(index: 1, time: noon, step: .hours(1), start: noon), .hourly),
      "anomalydetect: 2019-04-01T12:00:00Z lies off the grid of hourly steps; name another granularity"
    ),
    (
      AnomalyDetectError.unjudgeable(.invalidSensitivity(101), .hourly),
      "anomalydetect: invalid sensitivity 101; give a whole number from 0 to 100"
    ),
  ]

  @Test("and detectors come from the source that was chosen last")
  func chosen() {
    let detectors = ChosenDetectors()
    #expect(detectors.source.name == "built-in")
    detectors.source = DetectorSource(name: "other") { AzureDetector(sensitivity: $0.sensitivity / 2) }
    #expect(detectors.source.detector(DetectionSettings()) as? AzureDetector == AzureDetector(sensitivity: 47))
  }
}
