/// Local regression over evenly spaced values (Cleveland 1979, "Robust Locally Weighted Regression and Smoothing
/// Scatterplots"), as STL uses it. Places count from 1, as in the literature.
struct Loess {
  /// How many neighbours a fit sees; odd.
  let window: Int
  /// The distance between the places of fits; straight lines connect them.
  let jump: Int

  /// The smoothed values, where a fit has no weight at all the raw one.
  ///
  /// - Parameter weights: robustness weights, one a value; nil for all alike.
  func smooth(_ values: [Double], weights: [Double]? = nil) -> [Double] {
    var result = values
    values.withUnsafeBufferPointer { values in
      if let weights {
        weights.withUnsafeBufferPointer { run(Fit(values: values, weights: $0, window: window), &result) }
      } else {
        run(Fit(values: values, weights: nil, window: window), &result)
      }
    }
    return result
  }

  /// `(1 − (d/h)³)³` for the distances from 0 on, and 0 from nearly h on.
  static func tricube(reach: Int, upTo longest: Int) -> [Double] {
    let (near, far, whole) = (0.001 * Double(reach), 0.999 * Double(reach), Double(reach))
    return (0...longest).map { steps in
      let distance = Double(steps)
      if distance <= near { return 1 }
      if distance > far { return 0 }
      let share = distance / whole
      let rest = 1 - share * share * share
      return rest * rest * rest
    }
  }

  private func run(_ fit: Fit, _ result: inout [Double]) {
    let count = fit.values.count
    guard count >= 2 else { return }
    let jump = min(jump, count - 1)
    let half = (window + 1) / 2
    var neighbours = 1...min(window, count)
    var place = 1
    var previous: Int?
    while place <= count {
      if window < count {
        if jump == 1 {
          if place > half, neighbours.upperBound < count {
            neighbours = (neighbours.lowerBound + 1)...(neighbours.upperBound + 1)
          }
        } else if place < half {
          neighbours = 1...window
        } else if place >= count - half + 1 {
          neighbours = (count - window + 1)...count
        } else {
          neighbours = (place - half + 1)...(place + window - half)
        }
      }
      evaluate(fit, at: place, neighbours, &result, after: &previous)
      place += jump
    }
    // The last value is fitted with the neighbours of the place before it.
    if previous != count { evaluate(fit, at: count, neighbours, &result, after: &previous) }
  }

  private func evaluate(
    _ fit: Fit, at place: Int, _ neighbours: ClosedRange<Int>, _ result: inout [Double], after previous: inout Int?
  ) {
    result[place - 1] = fit.value(at: place, neighbours) ?? fit.values[place - 1]
    if let previous, previous + 1 < place {
      let slope = (result[place - 1] - result[previous - 1]) / Double(place - previous)
      for between in (previous + 1)..<place {
        result[between - 1] = result[previous - 1] + slope * Double(between - previous)
      }
    }
    previous = place
  }

  /// One fit. The buffers belong to the caller of ``Loess/smooth(_:weights:)`` for the time of that call.
  private struct Fit {
    let values: UnsafeBufferPointer<Double>
    let weights: UnsafeBufferPointer<Double>?
    let window: Int
    /// The weights of the distances that most fits have: those with half a window to both sides.
    let kernel: [Double]

    init(values: UnsafeBufferPointer<Double>, weights: UnsafeBufferPointer<Double>?, window: Int) {
      self.values = values
      self.weights = weights
      self.window = window
      kernel = window < values.count ? Loess.tricube(reach: window / 2, upTo: window / 2) : []
    }

    /// The fitted value at a place; nil where all weights are zero.
    ///
    /// A weighted line's value is the weighted mean of values and a correction by the slope: sums over weights, places and
    /// values suffice. Places are counted from the one in question, so that the squares stay small.
    func value(at place: Int, _ neighbours: ClosedRange<Int>) -> Double? {
      let longest = max(place - neighbours.lowerBound, neighbours.upperBound - place)
      let reach = longest + max(0, (window - values.count) / 2)
      let kernel = longest == kernel.count - 1 ? kernel : Loess.tricube(reach: reach, upTo: longest)
      var sums = Moments()
      kernel.withUnsafeBufferPointer { kernel in
        if let weights {
          for neighbour in neighbours {
            let distance = neighbour - place
            sums.add(kernel[abs(distance)] * weights[neighbour - 1], Double(distance), values[neighbour - 1])
          }
        } else {
          for neighbour in neighbours {
            let distance = neighbour - place
            sums.add(kernel[abs(distance)], Double(distance), values[neighbour - 1])
          }
        }
      }
      guard sums.weight > 0 else { return nil }
      let mean = sums.value / sums.weight
      guard reach > 0 else { return mean }
      let center = sums.place / sums.weight
      let spread = sums.square / sums.weight - center * center
      // Where the neighbours with weight lie too close together there is no line through them.
      guard spread > 0, spread.squareRoot() > 0.001 * Double(values.count - 1) else { return mean }
      return mean - center / spread * (sums.product / sums.weight - center * mean)
    }
  }

  /// Weighted sums over neighbours.
  private struct Moments {
    var weight = 0.0
    var place = 0.0
    var square = 0.0
    var value = 0.0
    var product = 0.0

    @inline(__always)
    mutating func add(_ weight: Double, _ place: Double, _ value: Double) {
      self.weight += weight
      self.place += weight * place
      square += weight * place * place
      self.value += weight * value
      product += weight * place * value
    }
  }
}
