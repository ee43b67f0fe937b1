import AnomalyDetection
import ArgumentParser
import DetectorREST

extension Granularity: ExpressibleByArgument {}
extension ImputeMode: ExpressibleByArgument {}

/// How a series is taken from a table and judged: shared by `detect`, `explain`, `plot` and `watch`.
struct DetectionOptions: ParsableArguments, Sendable {
  @Option(help: "The column of times (default: the first TIMESTAMP).", completion: .names(.column))
  var time: String?

  @Option(help: "The column of values (default: the first column of numbers).", completion: .names(.column))
  var value: String?

  @Option(help: ArgumentHelp("The distance between two points.", valueName: "granularity"))
  var granularity: Granularity = .hourly

  @Option(help: "How many units of the granularity lie between two points.")
  var interval: Int = 1

  @Option(help: "0 to 100: the higher, the narrower the band.")
  var sensitivity: Int = 95

  @Option(help: "Maximum share of anomalies, up to 0.49.")
  var maxAnomalyRatio: Double = 0.25

  @Option(parsing: .unconditional, help: "The length of a season in points; 0 for none (default: detected).")
  var period: Int?

  @Option(help: "How missing points are filled.")
  var impute: ImputeMode = .auto

  @Option(parsing: .unconditional, help: "The value for --impute fixed.")
  var fillValue: Double?

  @Option(help: "Judge up to the window that starts at this time, or is the newest before it; or now.")
  var end: String?

  @Option(help: "Judge only this many of the newest points, gaps counted.")
  var window: Int?

  static let now = "now"

  /// `--end` as a time; nil without it.
  func end(now: Timestamp) -> Timestamp? { end.flatMap { $0 == Self.now ? now : Timestamp($0) } }

  @Flag(help: "Judge the newest window too while it is still filling.")
  var includeIncomplete = false

  func validate() throws {
    if let end, end != Self.now, Timestamp(end) == nil {
      throw ValidationError("invalid time '\(end)' for --end: write 2019-04-16T00:00:00Z, or now")
    }
    if !(0...100).contains(sensitivity) { throw ValidationError("--sensitivity takes 0 to 100") }
    if !(maxAnomalyRatio > 0 && maxAnomalyRatio <= 0.49) {
      throw ValidationError("--max-anomaly-ratio takes more than 0, and up to 0.49")
    }
    if let period, period < 0 { throw ValidationError("--period takes 2 or more, or 0 for none") }
    if let fillValue, !fillValue.isFinite { throw ValidationError("--fill-value takes a finite number") }
    if let window, window < 1 { throw ValidationError("--window takes 1 or more") }
    if !(1...1_000_000).contains(interval) { throw ValidationError("--interval takes 1 to 1000000") }
    if impute == .fixed, fillValue == nil { throw ValidationError("--impute fixed needs --fill-value NUMBER") }
  }
}

extension DetectionSettings {
  init(_ options: DetectionOptions) {
    self.init(
      sensitivity: options.sensitivity, maxAnomalyRatio: options.maxAnomalyRatio, period: options.period,
      gaps: options.impute.gaps(fixed: options.fillValue))
  }
}
