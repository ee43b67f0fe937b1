import AnomalyDetection
import ArgumentParser
import BlockingWork
import CivilTime
import Columnar
import Wording
import Rendering

struct ExplainCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say why a point is an anomaly, or why it is normal.",
    discussion: """
      The newest point is judged in the light of those before it, as detect last does. Any other point is judged in the light \
      of all, as detect entire does.

        explain tweets
        explain tweets --at 2019-04-17T20:00:00Z --sensitivity 90
      """.flowing)

  @Argument(help: "A table or view.", completion: .names(.aggregate, .table))
  var name: String

  @Option(help: "The time of the point (default: the newest).")
  var at: String?

  @OptionGroup
  var options: DetectionOptions

  func validate() throws {
    if let at, Timestamp(at) == nil {
      throw ValidationError("invalid time '\(at)' for --at: write 2019-04-16T00:00:00Z")
    }
  }

  func run(in session: Session) async throws -> [Output] {
    let series = try await session.series(name, options)
    let detector = session.detector(options)
    let index = try at.flatMap { Timestamp($0) }.map(series.index(of:))
    let isLast = index == nil || index == series.points.count - 1
    let explanation = try await abandoning { try series.explanation(of: isLast ? nil : index, by: detector) }
    let time = series.points[explanation.judgement.index].time
    return [
      .text(Self.sentences(explanation, of: time, sensitivity: options.sensitivity).joined(separator: "\n")),
      .plot(try await neighbourhood(of: explanation.judgement, in: series, by: detector), PlotText(height: 12)),
    ] + (series.notes.isEmpty ? [] : [.text(series.notes.joined(separator: "\n"))])
  }

  /// The points of four seasons, or 48, around the point.
  private func neighbourhood(
    of judgement: Judgement, in series: Series, by detector: any Detector
  ) async throws -> Plot {
    let reach = min(max(2 * judgement.period, 24), 400)
    let shown = max(0, judgement.index - reach)..<min(series.points.count, judgement.index + reach + 1)
    let verdicts = try await abandoning { try Verdicts(entire: series, by: detector) }
    var plot = Plot(
      title: "\(name): \(series.valueName) around it", times: shown.map { series.points[$0].time },
      lines: [.init(series.valueName, shown.map { series.points[$0].value })])
    plot.band = verdicts.judgements[shown].map { Plot.Band(lower: $0.lower, upper: $0.upper) }
    plot.anomalies = verdicts.anomalies.filter(shown.contains).map { $0 - shown.lowerBound }
    // The sentences give the point's own verdict; the other points' verdicts are those in the light of all.
    plot.anomalies.removeAll { $0 + shown.lowerBound == judgement.index }
    if judgement.isAnomaly { plot.anomalies.append(judgement.index - shown.lowerBound) }
    return plot
  }

  private static func sentences(_ it: Explanation, of time: Timestamp, sensitivity: Int) -> [String] {
    let judgement = it.judgement
    let side = judgement.value > judgement.expected ? "high" : "low"
    return [
      "\(time): \(shortNumber(judgement.value)) is \(judgement.isAnomaly ? "an anomaly: \(side)" : "normal")",
      "model     \(method(it))",
      "season    \(season(it))",
      "expected  \(shortNumber(judgement.expected))",
      "band      \(shortNumber(judgement.lower)) to \(shortNumber(judgement.upper)), at sensitivity \(sensitivity)",
      "distance  \(distance(it))",
      "flips     \(flip(it, sensitivity))",
    ]
      + (it.missingCount == 0
        ? []
        : ["gaps      \(counted(it.missingCount, "point")) missing, \(it.areMissingFilled ? "filled" : "passed over")"])
  }

  private static func method(_ it: Explanation) -> String {
    let chosen =
      switch it.method {
      case .seasonal: "seasonal: there is a season; judges what it and the trend leave"
      case .spectralResidual: "spectral residual: no season, and less than an hour between points"
      case .dynamicThreshold: "dynamic threshold: no season; judges what lies far from the bulk"
      }
    return it.hasMajority ? chosen + "; most values are equal" : chosen
  }

  private static func season(_ it: Explanation) -> String {
    let origin = it.isPeriodGiven ? "given" : "detected"
    guard let strength = it.seasonalStrength else { return it.isPeriodGiven ? "none, given" : "none detected" }
    let share = "\(fixed(strength * 100, 0)) % of what the trend leaves is season"
    return "\(it.judgement.period) points, \(origin); \(share)"
  }

  private static func distance(_ it: Explanation) -> String {
    guard it.distanceInBandWidths > 0 else { return "inside the band" }
    let (value, lower, upper) = (it.judgement.value, it.judgement.lower, it.judgement.upper)
    let distance = value > upper ? "\(shortNumber(value - upper)) above" : "\(shortNumber(lower - value)) below"
    let widths = it.distanceInBandWidths
    return "\(distance) the band" + (widths.isFinite ? ": \(fixed(widths, widths < 10 ? 1 : 0)) times its width" : "")
  }

  private static func flip(_ it: Explanation, _ sensitivity: Int) -> String {
    if let other = it.flippingSensitivity {
      let (verdict, way) = (it.judgement.isAnomaly ? "normal" : "an anomaly", other < sensitivity ? "down" : "up")
      return "\(verdict) from sensitivity \(other) \(way)"
    }
    return it.judgement.isAnomaly || it.isOutlier
      ? "at no sensitivity" : "at no sensitivity: for the model it is not an outlier"
  }
}
