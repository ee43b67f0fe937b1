extension RandomAccessCollection where Element: BinaryFloatingPoint, Index == Int {
  /// The sum in the order of numpy's pairwise summation: eight running sums in blocks of up to 128, halves above.
  ///
  /// The order decides the last bits, and with them float32 comparisons of the outlier tests.
  var pairwiseSum: Element {
    withContiguousStorageIfAvailable { Element.pairwiseSum($0, 0..<$0.count) } ?? Array(self).pairwiseSum
  }

  /// NaN for an empty collection.
  var mean: Element { pairwiseSum / Element(count) }

  /// Mean squared deviation from the mean: divided by the count, not by one less.
  var variance: Element {
    let mean = mean
    return map { ($0 - mean) * ($0 - mean) }.mean
  }

  var standardDeviation: Element { variance.squareRoot() }

  /// The middle value, or the mean of both middle values; NaN for an empty collection.
  var median: Element { sorted().medianOfSorted }

  /// ``median`` of values that are in order already.
  var medianOfSorted: Element {
    guard !isEmpty else { return .nan }
    let middle = startIndex + (count - 1) / 2
    return count % 2 == 1 ? self[middle] : (self[middle] + self[middle + 1]) / 2
  }
}

extension RandomAccessCollection<Double> where Index == Int {
  /// Linear between the order statistics, the first at 0 and the last at 1 (type 7 of Hyndman and Fan 1996).
  func quantileOfSorted(_ share: Double) -> Double {
    guard let last else { return .nan }
    let position = Double(count - 1) * share
    let below = startIndex + Int(position)
    guard below + 1 < endIndex else { return last }
    return self[below] + (self[below + 1] - self[below]) * (position - position.rounded(.down))
  }

  /// The sums of the first, of the first two, … values, one after the other.
  var cumulativeSums: [Double] {
    var sum = 0.0
    return map { value in
      sum += value
      return sum
    }
  }
}

extension BinaryFloatingPoint {
  fileprivate static func pairwiseSum(_ values: UnsafeBufferPointer<Self>, _ range: Range<Int>) -> Self {
    let count = range.count
    if count < 8 {
      return range.reduce(into: 0) { $0 += values[$1] }
    }
    if count > 128 {
      let middle = range.lowerBound + count / 2 / 8 * 8
      return pairwiseSum(values, range.lowerBound..<middle) + pairwiseSum(values, middle..<range.upperBound)
    }
    let start = range.lowerBound
    var (r0, r1, r2, r3) = (values[start], values[start + 1], values[start + 2], values[start + 3])
    var (r4, r5, r6, r7) = (values[start + 4], values[start + 5], values[start + 6], values[start + 7])
    var position = start + 8
    while position + 8 <= range.upperBound {
      r0 += values[position]
      r1 += values[position + 1]
      r2 += values[position + 2]
      r3 += values[position + 3]
      r4 += values[position + 4]
      r5 += values[position + 5]
      r6 += values[position + 6]
      r7 += values[position + 7]
      position += 8
    }
    var sum = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    while position < range.upperBound {
      sum += values[position]
      position += 1
    }
    return sum
  }
}
