public import AnomalyDetection
public import ArgumentParser
import CivilTime

extension Granularity: ExpressibleByArgument {}
extension ImputeMode: ExpressibleByArgument {}

/// How a series is taken from a table and judged: shared by `detect` and `plot`.
struct DetectionOptions: ParsableArguments, Sendable {
  @Option(help: "The column of the times; else the first TIMESTAMP.", completion: .names(.column))
  var time: String?

  @Option(help: "The column of the values; else the first that holds numbers.", completion: .names(.column))
  var value: String?

  @Option(help: ArgumentHelp("How far apart the points lie.", valueName: "granularity"))
  var granularity: Granularity = .hourly

  @Option(help: "So many steps of the granularity lie between two points.")
  var interval: Int = 1

  @Option(help: "0 to 100: the higher, the narrower the band.")
  var sensitivity: Int = 95

  @Option(help: "Of the points, at the most so many are anomalies: up to 0.49.")
  var maxAnomalyRatio: Double = 0.25

  @Option(parsing: .unconditional, help: "The length of a season in points; 0 for none; else found.")
  var period: Int?

  @Option(help: "How missing points are filled.")
  var impute: ImputeMode = .auto

  @Option(parsing: .unconditional, help: "The value for --impute fixed.")
  var fillValue: Double?

  @Option(help: "As if it were that time, or now: later points, and a window that is not over then, are left out.")
  var end: String?

  @Option(help: "Only so many of the newest points, gaps counted.")
  var window: Int?

  static let now = "now"

  /// `--end` as a time; nil without it.
  func end(now: Timestamp) -> Timestamp? { end.flatMap { $0 == Self.now ? now : Timestamp($0) } }

  @Flag(help: "Judge the newest window too while it is still filling.")
  var includeIncomplete = false

  func validate() throws {
    if let end, end != Self.now, Timestamp(end) == nil {
      throw ValidationError("--end '\(end)' is no time: write 2019-04-16T00:00:00Z, or now")
    }
    if !(0...100).contains(sensitivity) { throw ValidationError("--sensitivity takes 0 to 100") }
    if !(maxAnomalyRatio > 0 && maxAnomalyRatio <= 0.49) {
      throw ValidationError("--max-anomaly-ratio takes more than 0, and up to 0.49")
    }
    if let period, period < 0 { throw ValidationError("--period takes 2 or more, or 0 for none") }
    if let fillValue, !fillValue.isFinite { throw ValidationError("--fill-value takes a number") }
    if let window, window < 1 { throw ValidationError("--window must be 1 or more") }
    if !(1...1_000_000).contains(interval) { throw ValidationError("--interval takes 1 to 1000000") }
    if impute == .fixed, fillValue == nil { throw ValidationError("--impute fixed needs --fill-value NUMBER") }
  }
}
