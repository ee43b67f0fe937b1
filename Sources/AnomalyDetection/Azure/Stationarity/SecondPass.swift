/// Judges a wandering series a second time by its differences, among which a jump stands out.
enum SecondPass {
  /// How often the series was differenced until it was stationary, and the result, of the same length; nil if twice is not
  /// enough.
  static func differenced(_ values: [Double]) -> (order: Int, values: [Double])? {
    var current = values
    for order in 0...2 {
      if Stationarity.isStationary(current) { return (order, current) }
      current = difference(current, order: order)
    }
    return nil
  }

  /// Each value less the one before. Points without one before repeat the first difference.
  private static func difference(_ values: [Double], order: Int) -> [Double] {
    let differences = zip(values.dropFirst(), values).map { $0 - $1 }
    guard order < differences.count else { return differences }
    return Array(repeating: differences[order], count: order + 1) + differences[order...]
  }

  /// Adds the anomalies that only the differences show, up to the maximum share.
  ///
  /// - Parameters:
  ///   - ratio: the maximum share of anomalies.
  ///   - assess: judges a series with another ratio.
  static func extend(
    _ assessment: inout Assessment, of values: [Double], ratio: Double, assess: ([Double], Double) -> Assessment
  ) {
    guard let (order, differences) = differenced(values), order > 0 else { return }
    let count = Double(values.count)
    let room = max(Int(count * ratio), 1) - assessment.directions.count { $0.isAnomaly }
    guard room > 0 else { return }
    let second = assess(differences, Double(room) / count)
    let rises = order == 1 ? second.expected : integrated(second.expected, from: values)
    let trendRises = order == 1 ? second.trend : integrated(second.trend, from: values)
    let first = assessment
    for place in values.indices where second.directions[place].isAnomaly && !first.directions[place].isAnomaly {
      // The first point has none before it to rise from.
      let expected = place > 0 ? first.expected[place - 1] + rises[place] : first.expected[place]
      assessment.expected[place] = expected
      assessment.directions[place] = expected < values[place] ? .high : .low
      if !second.scores.isEmpty { assessment.scores[place] = second.scores[place] }
      if !second.trend.isEmpty {
        assessment.trend[place] = place > 0 ? first.trend[place - 1] + trendRises[place] : first.trend[place]
      }
    }
  }

  /// Rises from the expected rises of the rises.
  private static func integrated(_ expected: [Double], from values: [Double]) -> [Double] {
    guard expected.count > 2 else { return expected }
    var rise = values[1] - values[0]
    return [rise, rise]
      + expected.dropFirst(2).map { change in
        rise += change
        return rise
      }
  }
}
