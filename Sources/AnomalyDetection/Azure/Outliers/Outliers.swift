/// The outliers of a series, or of several views of one, as several tests rank them together.
struct Outliers {
  /// Ascending.
  let places: [Int]
  /// Whether most values of a view are equal.
  let hasMajority: Bool

  /// One view of a series, and the tests that look at it.
  struct View {
    let values: [Double]
    let countsDistantScores: Bool
  }

  /// - Parameters:
  ///   - views: series of one length, in the order of their tests' weight.
  ///   - maxAnomalyRatio: the share of the values at each end that may be outliers; less than half of all count.
  init(of views: [View], maxAnomalyRatio: Double, significance: Double, mode: DetectionMode) {
    let count = views[0].values.count
    let maximal = min(max(Int((Double(count) * maxAnomalyRatio).rounded(.up)), 1), count / 2 - 1)
    let ranked = views.map { RankedSeries($0.values) }
    hasMajority = ranked.contains { $0.majority != nil }
    let deviates = ExtremeDeviates(maximalCount: maximal, mode: mode, significance: significance)
    let scores = DistantScores(maximalCount: maximal)
    var places: Set<Int> = []
    for end in RankedSeries.End.allCases {
      var lists: [[Int]] = []
      for (view, ranked) in zip(views, ranked) {
        lists.append(deviates.outliers(in: ranked, from: end))
        if view.countsDistantScores { lists.append(scores.outliers(in: ranked, from: end)) }
      }
      places.formUnion(Self.combined(lists, count: count).prefix(maximal))
    }
    self.places = places.sorted()
  }

  /// The places that the first test found, in its order, then those that only later tests found. A place that several tests found
  /// moves back by its rank in the later ones.
  private static func combined(_ lists: [[Int]], count: Int) -> [Int] {
    var ranks: [Int: Int] = [:]
    var order: [Int] = []
    for (number, list) in lists.enumerated() {
      for (position, place) in list.enumerated() {
        if let rank = ranks[place] {
          ranks[place] = rank + position
        } else {
          ranks[place] = position + number * count
          order.append(place)
        }
      }
    }
    return order.enumerated().sorted { left, right in
      let (first, second) = (ranks[left.element] ?? 0, ranks[right.element] ?? 0)
      return first == second ? left.offset < right.offset : first < second
    }.map(\.element)
  }
}
