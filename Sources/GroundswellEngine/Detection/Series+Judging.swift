import AnomalyDetection
import CivilTime
import Wording

extension Series {
  /// A series that cannot be judged, in the shell's words.
  struct Unjudgeable: Error, CustomStringConvertible {
    let problem: String
    let remedy: String
    var description: String { "\(problem)\n\(remedy)" }
  }

  /// Asks the detector.
  ///
  /// - Throws: ``Unjudgeable``, with the options that help.
  func judged<Answer>(
    _ options: DetectionOptions, by ask: (DetectionRequest) throws(DetectionError) -> Answer
  ) throws -> Answer {
    do { return try ask(request(options)) } catch { throw unjudgeable(error, options) }
  }

  private func unjudgeable(_ error: DetectionError, _ options: DetectionOptions) -> Unjudgeable {
    let permitted = DetectionRequest.permittedCount
    switch error.fact {
    case .count:
      return Unjudgeable(
        problem:
          "'\(name)' has \(counted(points.count, "point")); \(permitted.lowerBound) to \(permitted.upperBound) can be judged",
        remedy: points.count < permitted.lowerBound
          ? "wait for more windows, or aggregate to shorter ones: aggregate … --window"
          : "judge the newest: --window \(permitted.upperBound); or aggregate to longer windows")
    case .offGrid(let point):
      let interval = options.interval == 1 ? "" : "\(options.interval)-fold "
      return Unjudgeable(
        problem:
          "'\(name)': \(time(of: point)) lies off the grid of \(interval)\(options.granularity.rawValue) steps that begins at \(time(of: 0))",
        remedy: gridOptions(options).map { "most points lie on another grid: \($0)" }
          ?? "put the points onto one grid: aggregate … --window; or judge them as they follow each other: --granularity none"
      )
    case .tooLarge(let point):
      return Unjudgeable(
        problem: "'\(name)': \(valueName) is \(points[point].value) at \(time(of: point)), beyond 1e100",
        remedy: "divide it in a view, or leave the point out: CREATE VIEW …")
    case .noValue(let point):
      return Unjudgeable(
        problem: "'\(name)': \(valueName) is no number at \(time(of: point))",
        remedy: "leave the point out in a view; --impute says what fills the gap")
    case .repeated(let point):
      return Unjudgeable(
        problem: "'\(name)' has two points at \(time(of: point))",
        remedy:
          "judge one key at a time, in a view: CREATE VIEW one AS SELECT … WHERE …; plot \(name) --by KEY draws all")
    case .longPeriod(let period, let steps):
      return Unjudgeable(
        problem: "--period \(period), but '\(name)' spans \(counted(steps, "step")), fewer than two periods",
        remedy: "give a shorter --period, 0 for none, or leave it out to have it found")
    case .sparse(let period, let count, let steps):
      return Unjudgeable(
        problem:
          "'\(name)' has a season of \(counted(period, "step")), but only \(count) of \(counted(steps, "step")) have a point",
        remedy: "judge it without a season: --period 0; or aggregate to longer windows")
    case .unfilled(let period, let count):
      return Unjudgeable(
        problem:
          "'\(name)' has a season of \(counted(period, "step")), but \(counted(count, "point")) and gaps that are not filled",
        remedy: "fill them: --impute auto; or judge it without a season: --period 0")
    case nil:
      let lines = error.message.split(separator: "\n", maxSplits: 1).map(String.init)
      return Unjudgeable(problem: "'\(name)': \(lines.first ?? "")", remedy: lines.last ?? "")
    }
  }

  private func time(of point: Int) -> String { points[point].timestamp?.description ?? "point \(point + 1)" }

  /// The options that name the grid of most points; nil where they are those that were given.
  private func gridOptions(_ options: DetectionOptions) -> String? {
    let times = points.compactMap(\.timestamp)
    let steps = zip(times, times.dropFirst()).map { $1.microseconds &- $0.microseconds }.sorted()
    guard !steps.isEmpty, case let usual = steps[steps.count / 2], usual > 0 else { return nil }
    let fitting = [Granularity.weekly, .daily, .hourly, .minutely, .secondly].first { granularity in
      granularity.microseconds(interval: 1).map { usual % $0 == 0 } ?? false
    }
    guard let granularity = fitting, let step = granularity.microseconds(interval: 1),
      case let interval = Int(usual / step),
      granularity != options.granularity || interval != options.interval
    else { return nil }
    return "--granularity \(granularity.rawValue)" + (interval == 1 ? "" : " --interval \(interval)")
  }
}
