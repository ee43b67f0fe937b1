import AnomalyDetection
import ArgumentParser
import BlockingWork
import CivilTime
import StreamProcessing
import Rendering

struct WatchCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Follow a table: a small plot and the newest verdict, as windows close.",
    discussion: """
      The drawing is refreshed when the table has a new version, and when a window ends. Ctrl-C stops it; the last drawing
      stays on the screen.

        watch tweets --for 2s
        watch tweets --window 72 --sensitivity 90 --for 1s
      """.flowing)

  @Argument(help: "A table or view.", completion: .names(.aggregate, .table))
  var name: String

  @OptionGroup
  var options: DetectionOptions

  @Option(name: .customLong("for"), help: ArgumentHelp("How long (default: until Ctrl-C).", valueName: "time"))
  var duration: String?

  @Option(help: "Height in lines.")
  var height: Int = 8

  func validate() throws {
    if let duration, (try? Duration(parsing: duration)) == nil {
      throw ValidationError("--for takes a time like 90s or 10m, not '\(duration)'")
    }
    if !(4...100).contains(height) { throw ValidationError("--height takes 4 to 100") }
  }

  /// How often the table's log and the clock are checked.
  private static let pause = Duration.milliseconds(250)

  func run(in session: Session) async throws -> [Output] {
    let end: ContinuousClock.Instant? = try duration.map {
      .now + (try Duration(parsing: $0))
    }
    var seen = Look(version: nil, points: [], awaitsWindows: true, outputs: [])
    do {
      seen = try await look(session)
      session.events.send(.live(seen.outputs))
      while end.map({ ContinuousClock.now < $0 }) ?? true {
        try await Task.sleep(for: end.map { min(Self.pause, $0 - .now) } ?? Self.pause)
        let now = try await look(session, after: seen)
        if now.outputs != seen.outputs { session.events.send(.live(now.outputs)) }
        seen = now
      }
    } catch is CancellationError {
      // Ctrl-C ends watch.
    } catch  where !seen.outputs.isEmpty {
      throw CellFailure(outputs: seen.outputs, failure: sentences(for: error))
    }
    return seen.outputs
  }

  /// A drawing, the rows that it shows, and whether the passing of time may change it.
  private struct Look {
    let version: Int64?
    let points: [TimeSeries.Point]
    let awaitsWindows: Bool
    let outputs: [Output]
  }

  private func look(_ session: Session, after last: Look? = nil) async throws -> Look {
    let version = try await session.backend.catalog.table(name)?.version
    if let last, let version, version == last.version, !last.awaitsWindows { return last }
    let series = try await session.series(name, options)
    // The same points have the same verdicts.
    if let last, last.points == series.points {
      return Look(
        version: version, points: last.points, awaitsWindows: series.awaitsWindows, outputs: last.outputs)
    }
    return Look(
      version: version, points: series.points, awaitsWindows: series.awaitsWindows,
      outputs: try await outputs(series, by: session.detector(options)))
  }

  private func outputs(_ series: Series, by detector: any Detector) async throws -> [Output] {
    guard let newest = series.points.last else { return [.text("\(name) has no complete window yet")] }
    var plot = Plot(
      title: "\(name): \(series.valueName)", times: series.points.map(\.time),
      lines: [.init(series.valueName, series.points.map(\.value))])
    var verdict: String
    do {
      let (verdicts, last) = try await abandoning {
        (try Verdicts(entire: series, by: detector), try series.lastJudgement(by: detector))
      }
      plot.band = verdicts.judgements.map { Plot.Band(lower: $0.lower, upper: $0.upper) }
      plot.anomalies = verdicts.anomalies
      verdict = last.isAnomaly ? "an anomaly: \(last.value > last.expected ? "high" : "low")" : "normal"
      verdict +=
        ", expected \(shortNumber(last.expected)) (\(shortNumber(last.lower)) to \(shortNumber(last.upper)))"
    } catch let error as UnjudgeableSeries {
      // A series that is too short may still grow.
      verdict = "not judged: \(error.problem)"
    }
    return [
      .plot(plot, PlotText(height: height)), .text("\(newest.time): \(shortNumber(newest.value)) is \(verdict)"),
    ]
  }
}
