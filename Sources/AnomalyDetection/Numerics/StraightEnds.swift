/// Ends drawn as straight lines, since a smoother has too few neighbours there to be trusted.
enum StraightEnds {
  /// The median of the slopes between all pairs of values (Theil 1950, Sen 1968).
  ///
  /// - Complexity: O(n²) in the number of values.
  static func slope(of values: ArraySlice<Double>, inSinglePrecision isSingle: Bool = false) -> Double {
    var slopes: [Double] = []
    slopes.reserveCapacity(values.count * (values.count - 1) / 2)
    values.withUnsafeBufferPointer { values in
      for later in values.indices.dropFirst() {
        for earlier in 0..<later {
          let rise = values[later] - values[earlier]
          slopes.append((isSingle ? Double(Float(rise)) : rise) / Double(later - earlier))
        }
      }
    }
    return slopes.takeMedian()
  }

  /// With lines of the first and the last window's slope in place of the first and the last half window.
  ///
  /// - Parameters:
  ///   - window: at most the count of the values; may be even.
  ///   - isSingle: whether values are held in single precision, which rounds the rises and the lines.
  static func drawn(on values: [Double], window: Int, inSinglePrecision isSingle: Bool = false) -> [Double] {
    let half = window / 2
    guard half > 0, values.count > half else { return values }
    let left = slope(of: values.prefix(window), inSinglePrecision: isSingle)
    let right = slope(of: values.suffix(window), inSinglePrecision: isSingle)
    var result = values
    let anchor = values.count - half - 1
    for step in 0..<half { result[step] = Double(step - half) * left + values[half] }
    for step in 1...half { result[anchor + step] = Double(step) * right + values[anchor] }
    return isSingle ? result.map { Double(Float($0)) } : result
  }
}
