import AnomalyDetection
import ArgumentParser
import BlockingWork
import CivilTime
import Columnar
import Wording
import Rendering

struct ExplainCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say why a point is an anomaly, or why it is none.",
    discussion: """
      The newest point is judged in the light of those before it, as detect last does; \
      any other in the light of all, as detect entire does.

        explain tweets
        explain tweets --at 2019-04-17T20:00:00Z --sensitivity 90
      """.flowing)

  @Argument(help: "A table or view.", completion: .names(.aggregate, .table))
  var name: String

  @Option(help: "The point's time; else the newest.")
  var at: String?

  @OptionGroup
  var options: DetectionOptions

  func validate() throws {
    if let at, Timestamp(at) == nil { throw ValidationError("--at '\(at)' is no time: write 2019-04-16T00:00:00Z") }
  }

  func run(in session: Session) async throws -> [Output] {
    let series = try await session.series(name, options)
    let place = try at.flatMap { Timestamp($0) }.map(series.place(of:))
    let isLast = place == nil || place == series.points.count - 1
    let explanation = try await abandoning { [options] in
      try series.judged(options) { request throws(DetectionError) in try request.explain(at: isLast ? nil : place) }
    }
    let time = series.points[explanation.index].timestamp?.description ?? "the newest point"
    return [
      .text(Self.sentences(explanation, of: time, sensitivity: options.sensitivity).joined(separator: "\n")),
      .plot(try await neighbourhood(of: explanation, in: series), PlotText(height: 12)),
    ] + (series.notes.isEmpty ? [] : [.text(series.notes.joined(separator: "\n"))])
  }

  /// As many points as four seasons have, or 48, around the point.
  private func neighbourhood(of explanation: Explanation, in series: Series) async throws -> Plot {
    let reach = min(max(2 * explanation.period, 24), 400)
    let shown = max(0, explanation.index - reach)..<min(series.points.count, explanation.index + reach + 1)
    let verdicts = try await abandoning { [options] in try Verdicts(entire: series, options: options) }
    var plot = Plot(
      title: "\(name): \(series.valueName) around it", times: shown.compactMap { series.points[$0].timestamp },
      lines: [.init(series.valueName, shown.map { series.points[$0].value })])
    plot.band = shown.map { Plot.Band(lower: verdicts.lower[$0], upper: verdicts.upper[$0]) }
    plot.anomalies = verdicts.anomalies.filter(shown.contains).map { $0 - shown.lowerBound }
    // The newest point's own verdict stands above; the others' are those in the light of all.
    plot.anomalies.removeAll { $0 + shown.lowerBound == explanation.index }
    if explanation.isAnomaly { plot.anomalies.append(explanation.index - shown.lowerBound) }
    return plot
  }

  private static func sentences(_ it: Explanation, of time: String, sensitivity: Int) -> [String] {
    let side = it.value > it.expectedValue ? "high" : "low"
    return [
      "\(time): \(Verdicts.short(it.value)) is \(it.isAnomaly ? "an anomaly: \(side)" : "normal")",
      "model     \(method(it))",
      "season    \(season(it))",
      "expected  \(Verdicts.short(it.expectedValue))",
      "band      \(Verdicts.short(it.lowerBound)) to \(Verdicts.short(it.upperBound)), at sensitivity \(sensitivity)",
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
    guard let strength = it.seasonalStrength else { return it.isPeriodGiven ? "none, as asked for" : "none was found" }
    let share = "\(fixed(strength * 100, 0)) % of what the trend leaves is season"
    return "\(it.period) points, \(it.isPeriodGiven ? "as asked for" : "found"); \(share)"
  }

  private static func distance(_ it: Explanation) -> String {
    guard it.distanceInBandWidths > 0 else { return "inside the band" }
    let side = it.value > it.upperBound ? "above" : "below"
    let beyond = it.value > it.upperBound ? it.value - it.upperBound : it.lowerBound - it.value
    let widths = it.distanceInBandWidths
    return "\(Verdicts.short(beyond)) \(side) the band"
      + (widths.isFinite ? ": \(fixed(widths, widths < 10 ? 1 : 0)) times its width" : "")
  }

  private static func flip(_ it: Explanation, _ sensitivity: Int) -> String {
    if let other = it.flippingSensitivity {
      let (verdict, way) = (it.isAnomaly ? "normal" : "an anomaly", other < sensitivity ? "down" : "up")
      return "\(verdict) from sensitivity \(other) \(way)"
    }
    return it.isAnomaly
      ? "at no sensitivity" : it.isOutlier ? "at no sensitivity" : "at no sensitivity: to the model it is no outlier"
  }
}
