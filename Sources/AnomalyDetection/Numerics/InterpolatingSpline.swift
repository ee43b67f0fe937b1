/// The cubic spline through points, whose first two and last two pieces are one cubic each: "not a knot" (de Boor 1978, "A
/// Practical Guide to Splines", chapter IV).
struct InterpolatingSpline {
  private let places: [Double]
  private let values: [Double]
  /// The slope at each point.
  private let slopes: [Double]

  /// - Parameter places: ascending, one for each value.
  /// - Returns: nil for fewer than four points, which do not determine it.
  init?(places: [Double], values: [Double]) {
    let count = places.count
    guard count >= 4 else { return nil }
    let widths = zip(places.dropFirst(), places).map { $0 - $1 }
    let rises = zip(zip(values.dropFirst(), values), widths).map { ($0.0 - $0.1) / $1 }
    // A row for each slope: below, on and above the diagonal, right side. At both ends the condition that the third
    // derivative does not jump at the next point, less a multiple of that point's own row, leaves two slopes.
    var below = [Double](repeating: 0, count: count)
    var diagonal = below
    var above = below
    var right = below
    for index in 1..<count - 1 {
      below[index] = widths[index]
      diagonal[index] = 2 * (widths[index - 1] + widths[index])
      above[index] = widths[index - 1]
      right[index] = 3 * (widths[index] * rises[index - 1] + widths[index - 1] * rises[index])
    }
    let (first, second) = (widths[0], widths[1])
    diagonal[0] = second
    above[0] = first + second
    right[0] = ((first + 2 * above[0]) * second * rises[0] + first * first * rises[1]) / above[0]
    let (last, beforeLast) = (widths[count - 2], widths[count - 3])
    diagonal[count - 1] = beforeLast
    below[count - 1] = last + beforeLast
    right[count - 1] =
      (last * last * rises[count - 3] + (2 * below[count - 1] + last) * beforeLast * rises[count - 2])
      / below[count - 1]
    for index in 1..<count {
      let factor = below[index] / diagonal[index - 1]
      diagonal[index] -= factor * above[index - 1]
      right[index] -= factor * right[index - 1]
    }
    var slopes = right
    slopes[count - 1] /= diagonal[count - 1]
    for index in (0..<count - 1).reversed() {
      slopes[index] = (right[index] - above[index] * slopes[index + 1]) / diagonal[index]
    }
    self.places = places
    self.values = values
    self.slopes = slopes
  }

  /// The spline between the point before a place, by its number, and the one behind it.
  func value(at place: Double, behind index: Int) -> Double {
    let width = places[index + 1] - places[index]
    let rise = (values[index + 1] - values[index]) / width
    let offset = place - places[index]
    let bend = (slopes[index] + slopes[index + 1] - 2 * rise) / width
    let curve = (rise - slopes[index]) / width - bend
    return values[index] + offset * (slopes[index] + offset * (curve + offset * (bend / width)))
  }
}
