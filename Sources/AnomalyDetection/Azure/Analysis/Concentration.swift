/// How much of a series lies close together. All constants are observed behaviour of the open-sourced detector.
enum Concentration {
  private static let binCount = 20

  /// The share of anomalies to look for. If more than 60 % of the values lie in one of twenty bins, few lie outside, so the last
  /// point of such a series is held to a smaller share.
  static func anomalyRatio(for values: [Double], atMost most: Double, mode: DetectionMode) -> Double {
    guard mode == .last else { return most }
    let share = shareOfFullestBin(values)
    return share > 0.6 ? max((1 - share) * most, min(0.05, most)) : most
  }

  /// The share of the values that lie in the fullest of twenty bins of equal width.
  static func shareOfFullestBin(_ values: [Double]) -> Double {
    guard var lowest = values.min(), var highest = values.max() else { return 0 }
    if lowest == highest {
      lowest -= 0.5
      highest += 0.5
    }
    let range = highest - lowest
    // Beyond 2^53 half a unit is lost, and all values are one.
    guard range > 0 else { return 1 }
    func edge(_ bin: Int) -> Double { lowest + Double(bin) * range / Double(binCount) }
    var counts = Array(repeating: 0, count: binCount)
    for value in values {
      var bin = min(max(Int((value - lowest) / range * Double(binCount)), 0), binCount - 1)
      // The quotient may have been rounded across an edge.
      if value < edge(bin), bin > 0 {
        bin -= 1
      } else if bin < binCount - 1, value >= edge(bin + 1) {
        bin += 1
      }
      counts[bin] += 1
    }
    return Double(counts.max() ?? 0) / Double(values.count)
  }
}
