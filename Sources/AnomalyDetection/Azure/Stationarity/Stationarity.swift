/// Whether a series moves around one level.
enum Stationarity {
  /// True if either test says so, or if one of them cannot be carried out.
  static func isStationary(_ values: [Double]) -> Bool {
    guard let root = unitRootStatistic(values), let level = levelStatistic(values) else { return true }
    return root < unitRootCritical || level <= levelCritical
  }

  /// The 5 % point of the statistic with a constant, in MacKinnon's approximation (1994, "Approximate asymptotic distribution
  /// functions for unit-root and cointegration tests").
  private static let unitRootCritical = -2.8615927630969753

  /// The 5 % point in a simulated table; Kwiatkowski et al. give 0.463.
  private static let levelCritical = 0.4614

  /// The augmented test of Dickey and Fuller (Said and Dickey 1984, "Testing for unit roots in autoregressive-moving average
  /// models of unknown order"), with a constant, and as many lags as the information criterion likes (Akaike 1974), up to
  /// Schwert's 12 (n/100)^¼ (1989, "Tests for unit roots: a Monte Carlo investigation").
  ///
  /// - Returns: the t-ratio of the level; nil where the regression is singular.
  private static func unitRootStatistic(_ values: [Double]) -> Double? {
    let count = values.count
    let differences = zip(values.dropFirst(), values).map { $0 - $1 }
    let schwert = Int((12 * (Double(count) / 100).raised(to: 0.25)).rounded(.up))
    let longest = max(0, min(schwert, max((count - 1) / 2 - 1, 0) - 1))
    guard let all = regression(values, differences, lags: longest) else { return nil }
    let length = Double(all.rowCount)
    var best = (lags: 0, criterion: Double.infinity)
    for lags in 0...longest {
      let likelihood =
        length
        * ((2 * Double.pi).naturalLogarithm + (all.squaredError(columns: lags + 2) / length).naturalLogarithm + 1)
      let criterion = likelihood + 2 * Double(lags)
      if criterion < best.criterion { best = (lags, criterion) }
    }
    return regression(values, differences, lags: best.lags)?.ratio(ofColumn: 1)
  }

  /// The regression of the differences on a constant, the level and earlier differences.
  private static func regression(_ values: [Double], _ differences: [Double], lags: Int) -> LeastSquares? {
    let rows = differences.count - lags
    guard rows >= lags + 2 else { return nil }
    var columns = [[Double](repeating: 1, count: rows), Array(values[lags..<lags + rows])]
    for lag in 0..<lags { columns.append(Array(differences[(lags - lag - 1)..<(lags - lag - 1 + rows)])) }
    // A second constant column.
    guard columns.dropFirst().allSatisfy({ $0.min() != $0.max() }) else { return nil }
    let regression = LeastSquares(columns, rightSide: Array(differences[lags...]))
    return regression.isSingular ? nil : regression
  }

  /// The test of Kwiatkowski, Phillips, Schmidt and Shin 1992, "Testing the null hypothesis of stationarity against the
  /// alternative of a unit root", around a level, with Bartlett weights up to a lag chosen after Newey and West 1994,
  /// "Automatic lag selection in covariance matrix estimation" (their constants 1.1447 and, for the first lags, n^(2/9)).
  ///
  /// - Returns: nil where the variance cannot be estimated.
  private static func levelStatistic(_ values: [Double]) -> Double? {
    let (count, mean) = (values.count, values.mean)
    let length = Double(count)
    let errors = values.map { $0 - mean }
    func products(_ lag: Int) -> Double {
      var sum = 0.0
      for index in lag..<count { sum += errors[index] * errors[index - lag] }
      return sum
    }
    let squares = products(0)
    var (zeroth, first) = (squares / length, 0.0)
    for lag in 1..<max(1, Int(length.raised(to: 2.0 / 9)) + 1) {
      let covariance = 2 / length * products(lag)
      zeroth += covariance
      first += Double(lag) * covariance
    }
    guard zeroth > 0 else { return nil }
    let slope = first / zeroth
    let width = 1.1447 * (slope * slope).raised(to: 1.0 / 3) * length.raised(to: 1.0 / 3)
    guard width.isFinite else { return nil }
    let lags = width >= length ? count : Int(width)
    var variance = squares
    for lag in 1..<max(1, min(lags, count - 1) + 1) {
      variance += 2 * (1 - Double(lag) / Double(lags + 1)) * products(lag)
    }
    variance /= length
    let sums = errors.cumulativeSums
    let statistic = sums.reduce(0) { $0 + $1 * $1 } / (length * length * variance)
    return statistic.isFinite ? statistic : nil
  }
}
