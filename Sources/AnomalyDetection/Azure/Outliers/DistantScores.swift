/// Values that lie more than three spreads from the median (Iglewicz and Hoaglin 1993, "How to Detect and Handle Outliers",
/// whose modified z-score this is, with another threshold).
struct DistantScores {
  let maximalCount: Int
  private static let threshold = 3.0

  /// The places of the outliers at one end, most extreme first.
  func outliers(in ranked: RankedSeries, from end: RankedSeries.End) -> [Int] {
    var center = ranked.values.medianOfSorted
    var distances = ranked.values.map { ($0 - center).magnitude / normalQuartile }
    var spread = distances.takeMedian()
    if spread == 0 {
      center = ranked.values.mean
      spread = ranked.values.standardDeviation
    }
    guard spread > 0 else { return [] }
    let values = end == .lower ? ranked.values : ranked.values.reversed()
    return zip(ranked.places(from: end), values).prefix(maximalCount)
      .filter { ($1 - center).magnitude / spread > Self.threshold }.map(\.0)
  }
}
