extension Array where Element: BinaryFloatingPoint {
  /// The middle value, or the mean of both middle values, in linear time on average (Hoare 1961, "Algorithm 65: Find");
  /// leaves the array in another order. NaN for an empty array; the array must hold none.
  mutating func takeMedian() -> Element {
    guard !isEmpty else { return .nan }
    let upper = count / 2
    let greater = withUnsafeMutableBufferPointer { $0.select(upper) }
    if count % 2 == 1 { return greater }
    // What lies before the selected place is not greater; the greatest of it is the other middle value.
    guard let lesser = self[..<upper].max() else { return greater }
    return (lesser + greater) / 2
  }
}

extension UnsafeMutableBufferPointer where Element: BinaryFloatingPoint {
  /// Reorders so that the element that sorting would put at `place` stands there, no greater one before and no lesser one
  /// behind it, and gives it back.
  fileprivate func select(_ place: Int) -> Element {
    var (first, last) = (0, count - 1)
    while first < last {
      // The middle of three keeps ascending and descending input from taking quadratic time.
      let middle = first + (last - first) / 2
      if self[middle] < self[first] { swapAt(middle, first) }
      if self[last] < self[first] { swapAt(last, first) }
      if self[last] < self[middle] { swapAt(last, middle) }
      let pivot = self[middle]
      var (low, high) = (first, last)
      while low <= high {
        while self[low] < pivot { low += 1 }
        while pivot < self[high] { high -= 1 }
        if low <= high {
          swapAt(low, high)
          low += 1
          high -= 1
        }
      }
      if place <= high {
        last = high
      } else if place >= low {
        first = low
      } else {
        break
      }
    }
    return self[place]
  }
}
