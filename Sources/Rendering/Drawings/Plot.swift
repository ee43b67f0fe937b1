package import CivilTime

/// One or several series over the same times, with the detector's verdicts on the first.
package struct Plot: Hashable, Sendable {
  /// The values that the detector expects at one time.
  package struct Band: Hashable, Sendable {
    /// The least expected value.
    package var lower: Double
    /// The greatest expected value.
    package var upper: Double

    /// A band from `lower` to `upper`.
    package init(lower: Double, upper: Double) {
      self.lower = lower
      self.upper = upper
    }
  }

  /// One series.
  package struct Line: Hashable, Sendable {
    /// Its name in the legend.
    package var name: String
    /// One value a time; NaN if the series has none then.
    package var values: [Double]

    /// A series of a name.
    package init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// One line above the plot.
  package var title: String
  /// Ascending.
  package var times: [Timestamp]
  /// The series; the first has the band and the anomalies.
  package var lines: [Line]
  /// One band a time; empty without a detector.
  package var band: [Band] = []
  /// Indices of the first line's anomalies.
  package var anomalies: [Int] = []

  /// A plot of several series, without verdicts.
  package init(title: String, times: [Timestamp], lines: [Line]) {
    self.title = title
    self.times = times
    self.lines = lines
  }

  /// A plot of one series, without verdicts.
  package init(title: String, times: [Timestamp], values: [Double]) {
    self.init(title: title, times: times, lines: [Line("value", values)])
  }

  /// The first line's values.
  package var values: [Double] { lines.first?.values ?? [] }

  /// The range of values that a drawing shows: all values, and the part of the band near them, since one wide band would make
  /// everything else flat.
  var range: ClosedRange<Double> {
    // A part of a double's range, so that the difference of two values is finite.
    let finite = lines.flatMap(\.values).filter { $0.magnitude <= .greatestFiniteMagnitude / 8 }
    guard let least = finite.min(), let greatest = finite.max() else { return 0...1 }
    let reach = (greatest - least) / 4
    let lower = max(band.map(\.lower).filter(\.isFinite).min() ?? least, least - reach)
    let upper = min(band.map(\.upper).filter(\.isFinite).max() ?? greatest, greatest + reach)
    let (bottom, top) = (min(least, lower), max(greatest, upper))
    // A constant series is drawn in the middle.
    if bottom == top { return bottom - max(1, abs(bottom) / 10)...top + max(1, abs(top) / 10) }
    return bottom...top
  }

  /// The position of a time between the first (0) and the last (1).
  func position(_ index: Int) -> Double {
    guard let first = times.first, let last = times.last, last > first else { return 0.5 }
    return Double(times[index].microseconds - first.microseconds) / Double(last.microseconds - first.microseconds)
  }
}

/// Round numbers for an axis (Heckbert 1990, "Nice numbers for graph labels": steps of 1, 2 or 5 times a power of ten).
struct NiceTicks {
  let values: [Double]
  private let step: Double

  /// About `count` numbers within a range.
  init(_ range: ClosedRange<Double>, count: Int) {
    let rough = (range.upperBound - range.lowerBound) / Double(max(1, count))
    guard rough.isFinite, rough > 0 else {
      (values, step) = ([range.lowerBound], 1)
      return
    }
    var power = 1.0
    while power * 10 <= rough { power *= 10 }
    while power > rough { power /= 10 }
    let step = power * ([1, 2, 5, 10].first { $0 * power >= rough } ?? 10)
    self.step = step
    var values: [Double] = []
    var next = (range.lowerBound / step).rounded(.up) * step
    while next <= range.upperBound + step * 1e-9, values.count < 50 {
      values.append(abs(next) < step / 1e6 ? 0 : next)
      next += step
    }
    self.values = values
  }

  /// As short as the step allows: `1.5`, `200`, `12k`, `3M`.
  func label(_ value: Double) -> String {
    if value == 0 { return "0" }
    // Too small or too large to write out.
    if step < 1e-6 || step >= 1e12 { return shortNumber(value) }
    let (scale, suffix): (Double, String) =
      step >= 1_000_000 ? (1_000_000, "M") : step >= 1_000 ? (1_000, "k") : (1, "")
    let scaled = value / scale
    var decimals = 0
    var unit = step / scale
    while unit < 0.999, decimals < 9 {
      unit *= 10
      decimals += 1
    }
    return fixed(scaled, decimals) + suffix
  }
}

/// A number with a fixed number of decimals, without Foundation.
package func fixed(_ number: Double, _ decimals: Int) -> String {
  let power = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
  let scaled = (abs(number) * power).rounded()
  guard scaled < 9e15 else { return "\(number)" }
  let digits = String(Int64(scaled))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let text = decimals == 0 ? padded : padded.dropLast(decimals) + "." + padded.suffix(decimals)
  return (number < 0 && scaled > 0 ? "-" : "") + text
}

extension Plot {
  /// A label for a time that fits what the plot spans: the day, or the day and the hour.
  func label(_ time: Timestamp) -> String {
    let text = time.description
    guard let first = times.first, let last = times.last else { return text }
    let days = (last.microseconds - first.microseconds) / 86_400_000_000
    return days > 3 ? String(text.prefix(10)) : String(text.prefix(16).map { $0 == "T" ? " " : $0 })
  }
}
