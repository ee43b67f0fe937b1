import AnomalyDetection
import DetectorREST
import Wording

extension UnjudgeableSeries: Explained {
  var problem: String {
    let name = series.name
    return switch cause {
    case .pointCount(let count, let permitted):
      "'\(name)' has \(counted(count, "point")); the detector takes \(permitted.lowerBound) to \(permitted.upperBound)"
    case .offGrid(let index, _, _, _):
      "'\(name)': \(time(of: index)) lies off the grid of \(series.gridName) that begins at \(time(of: 0))"
    case .valueTooLarge(let value, let index):
      "'\(name)': \(series.valueName) is \(value) at \(time(of: index)), beyond 1e100"
    case .missingValue(let index): "'\(name)': \(series.valueName) is NaN at \(time(of: index))"
    case .repeatedTime(_, let index): "'\(name)' has two points at \(time(of: index))"
    case .periodTooLong(let period, let steps):
      "--period \(period) is too long: '\(name)' spans \(counted(steps, "step")), fewer than two periods"
    case .tooManyGaps(let period, let count, let steps):
      "'\(name)' has a season of \(counted(period, "step")), but only \(count) of \(counted(steps, "step")) have a point"
    case .unfilledGaps(let period, let count):
      "'\(name)' has a season of \(counted(period, "step")), but \(counted(count, "point")) and unfilled gaps"
    default: "'\(name)': \(cause.problem)"
    }
  }

  var remedy: String? {
    switch cause {
    case .pointCount(let count, let permitted):
      count < permitted.lowerBound
        ? "wait for more windows, or aggregate to shorter ones: aggregate … --window"
        : "judge the newest points: --window \(permitted.upperBound); or aggregate to longer windows"
    case .offGrid:
      series.usualGrid.map { "most points lie on another grid: \($0)" }
        ?? "put the points onto one grid: aggregate … --window; or ignore their distances: --granularity none"
    case .valueTooLarge: "divide it in a view, or leave the point out: CREATE VIEW …"
    case .missingValue: "leave the point out in a view; --impute says what fills the gap"
    case .repeatedTime:
      "judge one key at a time, in a view: CREATE VIEW one AS SELECT … WHERE …; plot \(series.name) --by KEY draws all"
    case .periodTooLong: "give a shorter --period, 0 for none, or leave it out to have it detected"
    case .tooManyGaps: "judge it without a season: --period 0; or aggregate to longer windows"
    case .unfilledGaps: "fill them: --impute auto; or judge it without a season: --period 0"
    default: cause.remedy
    }
  }

  private func time(of point: Int) -> String { series.points[point].time.description }
}

extension Series {
  fileprivate var gridName: String { (interval == 1 ? "" : "\(interval)-fold ") + "\(granularity.rawValue) steps" }

  /// The options that name the grid of most points; nil if the series was judged on that grid.
  fileprivate var usualGrid: String? {
    let steps = zip(points, points.dropFirst()).map { $1.time.microseconds &- $0.time.microseconds }.sorted()
    guard !steps.isEmpty, case let usual = steps[steps.count / 2], usual > 0 else { return nil }
    for granularity in [Granularity.weekly, .daily, .hourly, .minutely, .secondly] {
      guard let step = granularity.step()?.microseconds, usual % step == 0 else { continue }
      let interval = Int(usual / step)
      guard granularity != self.granularity || interval != self.interval else { return nil }
      return "--granularity \(granularity.rawValue)" + (interval == 1 ? "" : " --interval \(interval)")
    }
    return nil
  }
}
