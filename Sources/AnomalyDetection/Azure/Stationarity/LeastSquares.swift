/// A linear regression by Householder reflections (Golub 1965, "Numerical methods for solving linear least squares
/// problems"), column by column, so that it is one for each number of leading columns as well.
struct LeastSquares {
  let rowCount: Int
  let columnCount: Int
  /// Columns one after the other: the triangle in place, then the turned right side.
  private var columns: [Double]

  /// - Parameter columns: of one length each, which is at least their number.
  init(_ columns: [[Double]], rightSide: [Double]) {
    rowCount = rightSide.count
    columnCount = columns.count
    self.columns = columns.flatMap { $0 } + rightSide
    triangulate()
  }

  private mutating func triangulate() {
    let (rows, count) = (rowCount, columnCount)
    columns.withUnsafeMutableBufferPointer { values in
      for pivot in 0..<count {
        let column = pivot * rows
        var squares = 0.0
        for row in pivot..<rows { squares += values[column + row] * values[column + row] }
        let norm = squares.squareRoot()
        guard norm > 0 else { continue }
        let head = values[column + pivot]
        let diagonal = head > 0 ? -norm : norm
        // The reflection's vector stands in the column while the others are turned; v·v = 2 norm (norm + |head|).
        values[column + pivot] = head - diagonal
        let scale = 1 / (norm * (norm + head.magnitude))
        for other in (pivot + 1)...count {
          let target = other * rows
          let product =
            scale
            * Self.product(
              UnsafeBufferPointer(rebasing: values[(column + pivot)..<(column + rows)]),
              UnsafeBufferPointer(rebasing: values[(target + pivot)..<(target + rows)]))
          for row in pivot..<rows { values[target + row] -= product * values[column + row] }
        }
        values[column + pivot] = diagonal
      }
    }
  }

  /// The scalar product, in four sums side by side, since one would wait for itself at every step.
  private static func product(_ left: UnsafeBufferPointer<Double>, _ right: UnsafeBufferPointer<Double>) -> Double {
    var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
    let count = left.count
    var index = 0
    while index + 4 <= count {
      s0 += left[index] * right[index]
      s1 += left[index + 1] * right[index + 1]
      s2 += left[index + 2] * right[index + 2]
      s3 += left[index + 3] * right[index + 3]
      index += 4
    }
    while index < count {
      s0 += left[index] * right[index]
      index += 1
    }
    return (s0 + s1) + (s2 + s3)
  }

  /// Whether a column is, but for rounding, a combination of those before it (the tolerance is numpy's for a rank).
  var isSingular: Bool {
    let diagonal = (0..<columnCount).map { columns[$0 * rowCount + $0].magnitude }
    let tolerance = Double(max(rowCount, columnCount)) * .ulpOfOne * (diagonal.max() ?? 0)
    return diagonal.contains { !($0 > tolerance) }
  }

  /// The sum of squared errors of the regression on the first `count` columns.
  func squaredError(columns count: Int) -> Double {
    columns[(columnCount * rowCount + count)...].reduce(0) { $0 + $1 * $1 }
  }

  /// A coefficient of the regression on all columns over its standard error.
  func ratio(ofColumn wanted: Int) -> Double {
    // Solving R z = e for the row of the inverse that belongs to the column gives its variance.
    var coefficients = [Double](repeating: 0, count: columnCount)
    for row in (0..<columnCount).reversed() {
      var value = columns[columnCount * rowCount + row]
      for column in (row + 1)..<columnCount { value -= columns[column * rowCount + row] * coefficients[column] }
      coefficients[row] = value / columns[row * rowCount + row]
    }
    // (RᵀR)⁻¹ at the wanted place is the squared length of w with Rᵀ w = e.
    var inverse = [Double](repeating: 0, count: columnCount)
    for row in wanted..<columnCount {
      var value = row == wanted ? 1.0 : 0
      for column in wanted..<row { value -= columns[row * rowCount + column] * inverse[column] }
      inverse[row] = value / columns[row * rowCount + row]
    }
    let variance = squaredError(columns: columnCount) / Double(rowCount - columnCount)
    return coefficients[wanted] / (variance * inverse.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}
