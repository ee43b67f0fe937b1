import Columnar

/// A number as a person reads it: six significant digits.
package func shortNumber(_ number: Double) -> String { Value.double(roundedToSixDigits(number)).description }

/// The number rounded to six significant digits: as many as a person reads, and the same on machines that differ in the last bits.
package func roundedToSixDigits(_ number: Double) -> Double {
  guard number.isFinite, number != 0 else { return number }
  var (scaled, shift) = (abs(number), 0)
  while scaled < 100_000, shift < 300 {
    scaled *= 10
    shift += 1
  }
  while scaled >= 1_000_000, shift > -300 {
    scaled /= 10
    shift -= 1
  }
  var result = scaled.rounded()
  while shift > 0 {
    // In steps that are exact powers of ten, divided once each.
    let step = min(shift, 22)
    result /= (0..<step).reduce(1.0) { power, _ in power * 10 }
    shift -= step
  }
  while shift < 0 {
    result *= 10
    shift += 1
  }
  return number < 0 ? -result : result
}
