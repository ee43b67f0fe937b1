/// How well a season of a given length explains a series.
///
/// The season is the mean of each phase; its misfit is the generalised cross-validation of that fit (Craven and Wahba 1979),
/// in which a phase of `c` values counts `(c/(c − 1))²` times its squared error. In single precision, as the open-sourced
/// detector computes it: the last bits decide between equally good periods.
enum SeasonalFit {
  /// The mean squared error; 0 for one that is nothing but rounding.
  static func misfit(of values: [Double], period: Int) -> Float {
    var sums = [Float](repeating: 0, count: period)
    var squares = sums
    var phase = 0
    for value in values {
      let single = Float(value)
      sums[phase] += single
      squares[phase] += single * single
      phase = phase + 1 == period ? 0 : phase + 1
    }
    var total: Float = 0
    for phase in 0..<min(period, values.count) {
      let count = (values.count - phase - 1) / period + 1
      let penalty = Double(count) / Double(count - 1)
      let error = squares[phase] - sums[phase] * sums[phase] / Float(count)
      total = Float(Double(total) + penalty * penalty * Double(error))
    }
    let misfit = total / Float(values.count)
    return Double(misfit).magnitude <= negligible ? 0 : misfit
  }

  /// The share of the variance that the season explains: 1 for all of it, below 0 for worse than none.
  static func score(of values: [Double], period: Int) -> Double {
    let misfit = misfit(of: values, period: period)
    return misfit == 0 ? 1 : 1 - Double(misfit) / values.variance
  }
}
