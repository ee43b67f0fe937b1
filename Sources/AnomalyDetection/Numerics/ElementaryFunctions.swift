#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The functions of the C library that the detector needs; no other file imports it.
extension Double {
  var cubeRoot: Double { cbrt(self) }

  var exponential: Double { exp(self) }

  var naturalLogarithm: Double { log(self) }

  var logarithmOfGamma: Double { lgamma(self) }

  static func tangent(_ angle: Double) -> Double { tan(angle) }

  func raised(to exponent: Double) -> Double { pow(self, exponent) }

  /// The point of the unit circle at `numerator/denominator` of a whole turn.
  static func unitCircle(turn numerator: Int, of denominator: Int) -> (cosine: Double, sine: Double) {
    let angle = 2 * Double.pi * (Double(numerator) / Double(denominator))
    return (cos(angle), sin(angle))
  }
}
