/// Observed behaviour of the open-sourced detector: a number so small counts as zero.
let negligible = 1e-8

extension Array<Double> {
  /// Carried to 0...1; unchanged where all values are equal.
  var normalized: [Double] {
    guard let least = self.min(), let greatest = self.max(), least != greatest else { return self }
    return map { ($0 - least) / (greatest - least) }
  }

  /// Without the values that lie three standard deviations or more from the mean: a straight line goes in their place.
  var withoutSpikes: [Double] {
    let (mean, deviation) = (mean, standardDeviation + negligible)
    return interpolated(over: map { ($0 - mean).magnitude / deviation >= 3 })
  }

  /// With straight lines in place of blanks; beyond the outermost kept values, these go on. Unchanged where all is blank.
  func interpolated(over isBlank: [Bool]) -> [Double] {
    var filled = self
    var before: Int?
    for index in indices where !isBlank[index] {
      if let before {
        let slope = (self[index] - self[before]) / Double(index - before)
        for gap in (before + 1)..<index { filled[gap] = slope * Double(gap - before) + self[before] }
      } else {
        for gap in 0..<index { filled[gap] = self[index] }
      }
      before = index
    }
    if let before {
      for gap in (before + 1)..<count { filled[gap] = self[before] }
    }
    return filled
  }
}
