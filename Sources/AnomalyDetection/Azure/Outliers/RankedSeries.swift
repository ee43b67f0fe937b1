/// The values of a series in ascending order, each with its place.
struct RankedSeries {
  let values: [Double]
  /// The index in the series of each value.
  let places: [Int]

  /// Equal values keep their order; the open-sourced detector leaves that to its sorting library, and with it to the processor.
  init(_ series: [Double]) {
    places = series.indices.sorted { series[$0] < series[$1] }
    values = places.map { series[$0] }
  }

  enum End: CaseIterable {
    case upper, lower
  }

  /// The places from the most extreme value on.
  func places(from end: End) -> [Int] { end == .lower ? places : places.reversed() }

  /// The value that more than half of the others equal, unless it is itself at an end; nil without such a value.
  ///
  /// "Equal" and "at an end" are observed behaviour, with numpy's measure of closeness.
  var majority: Double? {
    let middle = values.medianOfSorted
    var distances = values.map { ($0 - middle).magnitude / normalQuartile }
    guard distances.takeMedian() <= negligible, let first = values.first, let last = values.last else { return nil }
    let value = values[(values.count - 1) / 2]
    func isClose(_ end: Double) -> Bool { (value - end).magnitude <= 1e-8 + 1e-5 * end.magnitude }
    return isClose(first) || isClose(last) ? nil : value
  }
}

/// The normal quantile of 0.75: the median distance from the median, in standard deviations, of a normal sample.
let normalQuartile = 0.6744897501960817
