/// The slow movement of a series: a least-squares spline of few pieces, with straight lines at both ends.
///
/// The window that decides how few is observed behaviour of the open-sourced detector, as are all constants here.
enum Trend {
  /// No window is wider, however long the series.
  private static let widest = 512

  /// - Parameters:
  ///   - values: at least 12.
  ///   - period: 0 or 1 for a series without a season, nil to have one guessed.
  static func of(_ values: [Double], period: Int?) -> [Double] {
    let period = period ?? guessedPeriod(of: values)
    let window = period <= 1 ? min(values.count / 3, widest) : 2 * period - 1
    let spline = SmoothingSpline.fit(values, segments: values.count / (2 * window) + 1)
    return StraightEnds.drawn(on: spline, window: window)
  }

  /// The mean of the periods that stand out in the periodogram of the series without its running median, weighted with
  /// their power; a third of the length where none does.
  private static func guessedPeriod(of values: [Double]) -> Int {
    let longest = min(values.count / 3, widest)
    let window = 2 * longest - 1
    let medians = MovingMedian.smooth(values, window: window, ends: .kept).map { Double($0) }
    let broad = StraightEnds.drawn(on: medians, window: window, inSinglePrecision: true)
    let peaks = peaks(of: zip(values, broad).map { $0 - $1 })
    guard !peaks.isEmpty else { return longest }
    let weighted = peaks.reduce(0) { $0 + Double($1.period) * $1.power }
    let mean = (weighted / peaks.reduce(0) { $0 + $1.power }).rounded(.toNearestOrEven)
    // Beyond single precision there are neither medians nor powers.
    return Int(exactly: mean) ?? longest
  }

  /// Periods whose power comes within a tenth of the greatest, greatest first.
  private static func peaks(of values: [Double]) -> [(period: Int, power: Double)] {
    let longest = min(values.count / 3, widest)
    let segment = min(2 * longest, values.count / 2)
    var periods: [Int] = []
    var powers: [Double] = []
    for (bin, power) in Periodogram.powers(of: values, segment: segment).enumerated().dropFirst() {
      let period = Int((1 / (Double(bin) * (1 / Double(segment)))).rounded(.toNearestOrEven))
      if periods.last == period {
        powers[powers.count - 1] = max(powers[powers.count - 1], power)
      } else {
        periods.append(period)
        powers.append(period == segment ? 0 : power)
      }
    }
    let first = max(0, periods.count { $0 >= longest } - 1)
    let end = periods.count - periods.count { $0 < 4 }
    guard first < end else { return [] }
    let kept = (first..<end).map { (period: periods[$0], power: powers[$0]) }
    guard let greatest = kept.map(\.power).max(), !kept.allSatisfy({ $0.power.magnitude <= negligible }) else {
      return []
    }
    // Sorting is stable: of equal powers the longer period stays first.
    return kept.filter { $0.power >= 0.9 * greatest }.sorted { $0.power > $1.power }
  }
}
