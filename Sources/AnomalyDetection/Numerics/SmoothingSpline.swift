/// A cubic spline of few pieces, fitted by least squares at the places 0, 1, 2, ….
///
/// De Boor 1978, "A Practical Guide to Splines", chapters X (the basis by its recurrence) and XIV (the fit); the banded
/// triangle is built row by row with Givens rotations, after Dierckx 1993, "Curve and Surface Fitting with Splines".
enum SmoothingSpline {
  private static let order = 4

  /// The spline at the places of the values.
  ///
  /// - Parameter segments: 1 or more. Observed: the knots are those of an even division of the range into two pieces more, but
  ///   for the last one, so that the last piece is twice as long.
  static func fit(_ values: [Double], segments: Int) -> [Double] {
    let last = Double(values.count - 1)
    let inner = (1...segments).map { last * Double($0) / Double(segments + 2) }
    let ends = (first: Array(repeating: 0.0, count: order), last: Array(repeating: last, count: order))
    let knots = ends.first + inner + ends.last
    let count = knots.count - order
    // Row i of the triangle holds its elements i..<i + order, then the right side.
    var triangle = [Double](repeating: 0, count: count * order)
    var right = [Double](repeating: 0, count: count)
    var spans: [Int] = []
    var bases: [Double] = []
    var span = order - 1
    for (place, value) in values.enumerated() {
      while span < count - 1, Double(place) >= knots[span + 1] { span += 1 }
      var row = basis(at: Double(place), span: span, knots: knots)
      spans.append(span - order + 1)
      bases += row
      rotate(&row, value, from: span - order + 1, into: &triangle, &right)
    }
    let coefficients = solve(triangle, right)
    return values.indices.map { place in
      (0..<order).reduce(0.0) { $0 + bases[place * order + $1] * coefficients[spans[place] + $1] }
    }
  }

  /// The basis functions that are not zero between two knots, at a place there.
  private static func basis(at place: Double, span: Int, knots: [Double]) -> [Double] {
    var basis = [1.0, 0, 0, 0]
    for degree in 1..<order {
      var carried = 0.0
      for index in 0..<degree {
        let (above, below) = (knots[span + index + 1], knots[span + index + 1 - degree])
        let part = basis[index] / (above - below)
        basis[index] = carried + (above - place) * part
        carried = (place - below) * part
      }
      basis[degree] = carried
    }
    return basis
  }

  /// Turns an equation into the triangle.
  private static func rotate(
    _ row: inout [Double], _ value: Double, from first: Int, into triangle: inout [Double], _ right: inout [Double]
  ) {
    var value = value
    for column in 0..<order where row[column] != 0 {
      let line = first + column
      let radius = (triangle[line * order] * triangle[line * order] + row[column] * row[column]).squareRoot()
      let (cosine, sine) = (triangle[line * order] / radius, row[column] / radius)
      for offset in 0..<order - column {
        let (old, new) = (triangle[line * order + offset], row[column + offset])
        triangle[line * order + offset] = cosine * old + sine * new
        row[column + offset] = cosine * new - sine * old
      }
      (right[line], value) = (cosine * right[line] + sine * value, cosine * value - sine * right[line])
    }
  }

  private static func solve(_ triangle: [Double], _ right: [Double]) -> [Double] {
    var solution = right
    for line in right.indices.reversed() {
      for offset in 1..<order where line + offset < right.count {
        solution[line] -= triangle[line * order + offset] * solution[line + offset]
      }
      // A piece without a value of its own decides nothing.
      solution[line] = triangle[line * order] == 0 ? 0 : solution[line] / triangle[line * order]
    }
    return solution
  }
}
