/// Running medians in single precision (Tukey 1977), as the open-sourced detector takes them.
enum MovingMedian {
  /// How the places nearer to an end than half a window are treated.
  enum Ends {
    /// They keep their values.
    case kept
    /// Their windows are cut off at the end.
    case shrunk
  }

  /// The median around each value, over `window` values or, for an even number, one more.
  static func smooth(_ values: [Double], window: Int, ends: Ends) -> [Float] {
    var medians = values.map { Float($0) }
    let half = window / 2
    guard half > 0, values.count >= 2 * half + 1 else { return medians }
    let singles = medians
    var sorted = SortedWindow(capacity: 2 * half + 1)
    for index in 0..<2 * half + 1 {
      sorted.insert(singles[index])
      if ends == .shrunk, index >= half, index < 2 * half { medians[index - half] = sorted.median }
    }
    for center in half..<values.count - half {
      if center > half {
        sorted.remove(singles[center - half - 1])
        sorted.insert(singles[center + half])
      }
      medians[center] = sorted.median
    }
    if ends == .shrunk {
      for index in values.count - half..<values.count {
        sorted.shrink(by: values[index - half - 1])
        medians[index] = sorted.median
      }
    }
    return medians
  }
}

/// The values of a window in order.
private struct SortedWindow {
  private var slots: [Float] = []
  /// How many of the slots, from the first on, are in the window; the others only matter to a quirk of ``shrink(by:)``.
  private var active = 0

  init(capacity: Int) {
    slots.reserveCapacity(capacity)
  }

  /// The middle slot, or the mean of both.
  var median: Float {
    let middle = active / 2
    return active % 2 == 1 ? slots[middle] : (slots[middle - 1] + slots[middle]) / 2
  }

  mutating func insert(_ value: Float) {
    slots.insert(value, at: slots.partition(upTo: value))
    active += 1
  }

  mutating func remove(_ value: Float) {
    slots.remove(at: slots.partition(upTo: value))
    active -= 1
  }

  /// Lets a value go at the end of the series, looked up before it was rounded to single precision. Observed: if rounding
  /// moved it up, its lower neighbour goes in its place; below the lowest, the lowest takes the last slot.
  mutating func shrink(by value: Double) {
    let place = slots[..<active].count { Double($0) <= value } - 1
    if place < 0 { slots[slots.count - 1] = slots[0] }
    for slot in max(0, place)..<active - 1 { slots[slot] = slots[slot + 1] }
    active -= 1
  }
}

extension Array<Float> {
  /// How many elements of the ascending array lie below the value: its place.
  fileprivate func partition(upTo value: Float) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
