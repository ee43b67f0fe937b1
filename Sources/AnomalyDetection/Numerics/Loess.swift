/// Local regression over evenly spaced values (Cleveland 1979, "Robust Locally Weighted Regression and Smoothing
/// Scatterplots"), as STL uses it. Places count from 1, as in the literature.
struct Loess {
  enum Degree {
    case constant, linear
  }

  /// How many neighbours a fit sees; odd.
  let window: Int
  let degree: Degree
  /// A fit is made at every so many places, and straight lines drawn between.
  let jump: Int

  /// The smoothed values, where a fit has no weight at all the raw one.
  ///
  /// - Parameters:
  ///   - weights: robustness weights, one a value; nil for all alike.
  ///   - isExtended: with a value before the first and one behind the last, fitted at those places.
  func smooth(_ values: [Double], weights: [Double]? = nil, extending isExtended: Bool = false) -> [Double] {
    var result = values
    values.withUnsafeBufferPointer { values in
      if let weights {
        weights.withUnsafeBufferPointer {
          run(Fit(values: values, weights: $0, window: window, degree: degree), &result)
        }
      } else {
        run(Fit(values: values, weights: nil, window: window, degree: degree), &result)
      }
      guard isExtended, let first = result.first, let last = result.last else { return }
      let count = values.count
      let fit = { (place: Int, neighbours: ClosedRange<Int>) -> Double? in
        guard let weights else {
          return Fit(values: values, weights: nil, window: window, degree: degree).value(at: place, neighbours)
        }
        return weights.withUnsafeBufferPointer {
          Fit(values: values, weights: $0, window: window, degree: degree).value(at: place, neighbours)
        }
      }
      result.insert(fit(0, 1...min(window, count)) ?? first, at: 0)
      result.append(fit(count + 1, max(1, count - window + 1)...count) ?? last)
    }
    return result
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

  /// One fit. The buffers belong to the caller of ``Loess/smooth(_:weights:extending:)`` for the time of that call.
  private struct Fit {
    let values: UnsafeBufferPointer<Double>
    let weights: UnsafeBufferPointer<Double>?
    let window: Int
    let degree: Degree

    /// The fitted value at a place; nil where all weights are zero.
    func value(at place: Int, _ neighbours: ClosedRange<Int>) -> Double? {
      var reach = max(place - neighbours.lowerBound, neighbours.upperBound - place)
      if window > values.count { reach += (window - values.count) / 2 }
      let (near, far, whole) = (0.001 * Double(reach), 0.999 * Double(reach), Double(reach))
      return withUnsafeTemporaryAllocation(of: Double.self, capacity: neighbours.count) { local in
        var total = 0.0
        for (index, neighbour) in neighbours.enumerated() {
          let distance = Double(abs(neighbour - place))
          var weight = 0.0
          if distance <= near {
            weight = 1
          } else if distance <= far {
            let share = distance / whole
            let rest = 1 - share * share * share
            weight = rest * rest * rest
          }
          if let weights { weight *= weights[neighbour - 1] }
          local[index] = weight
          total += weight
        }
        guard total > 0 else { return nil }
        for index in local.indices { local[index] /= total }
        if degree == .linear, reach > 0 { tilt(local, at: place, first: neighbours.lowerBound) }
        var fitted = 0.0
        for index in local.indices { fitted += local[index] * values[neighbours.lowerBound + index - 1] }
        return fitted
      }
    }

    /// Makes the weighted mean a weighted line, unless the neighbours with weight lie too close together for one.
    private func tilt(_ local: UnsafeMutableBufferPointer<Double>, at place: Int, first: Int) {
      var center = 0.0
      for index in local.indices { center += local[index] * Double(first + index) }
      var spread = 0.0
      for index in local.indices {
        let distance = Double(first + index) - center
        spread += local[index] * distance * distance
      }
      guard spread.squareRoot() > 0.001 * Double(values.count - 1) else { return }
      let slope = (Double(place) - center) / spread
      for index in local.indices { local[index] *= slope * (Double(first + index) - center) + 1 }
    }
  }
}
