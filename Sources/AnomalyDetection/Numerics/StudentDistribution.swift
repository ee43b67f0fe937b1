/// Student's distribution of t.
struct StudentDistribution {
  let degreesOfFreedom: Double

  /// The value that is exceeded with a small probability, found by Newton's steps from Hill's estimate (Hill 1970,
  /// "Algorithm 396: Student's t-Quantiles").
  ///
  /// - Parameter tail: above 0, at most 0.5.
  func quantile(upperTail tail: Double) -> Double {
    var quantile = estimate(tail)
    for _ in 0..<8 {
      let (probability, density) = (upperTail(quantile), density(quantile))
      // Halley's correction: the density falls off along the step.
      let step = (probability - tail) / density
      let bend = 1 + step * quantile * (degreesOfFreedom + 1) / (2 * (degreesOfFreedom + quantile * quantile))
      let next = quantile + step / (bend > 0.5 ? bend : 1)
      if (next - quantile).magnitude <= 1e-14 * quantile { return next }
      quantile = next
    }
    return quantile
  }

  /// Hill's estimate, good to 10⁻⁴ of itself from 3 degrees of freedom on; fewer are worked out.
  func roughQuantile(upperTail tail: Double) -> Double {
    degreesOfFreedom < 10 ? quantile(upperTail: tail) : estimate(tail)
  }

  private func estimate(_ tail: Double) -> Double {
    let (n, p) = (degreesOfFreedom, 2 * tail)
    if n == 1 { return 1 / Double.tangent(p * .pi / 2) }
    if n == 2 { return (2 / (p * (2 - p)) - 2).squareRoot() }
    let a = 1 / (n - 0.5)
    let b = 48 / (a * a)
    var c = ((20_700 * a / b - 98) * a - 16) * a + 96.36
    let d = ((94.5 / (b + c) - 3) / b + 1) * (a * Double.pi / 2).squareRoot() * n
    var y = (d * p).raised(to: 2 / n)
    if y > 0.05 + a {
      // For moderate tails from the normal quantile.
      let x = Self.normalQuantile(p / 2)
      y = x * x
      if n < 5 { c += 0.3 * (n - 4.5) * (x + 0.6) }
      c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
      y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
      y = a * y * y
      y = y > 0.002 ? y.exponential - 1 : 0.5 * y * y + y
    } else {
      y =
        ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1) / (n + 2) + 1
        / y
    }
    return (n * y).squareRoot()
  }

  /// Below zero for the lower tail; good to 5 · 10⁻⁴ (Hastings 1955, sheet 67), which is a place to start from.
  private static func normalQuantile(_ tail: Double) -> Double {
    let t = (-2 * tail.naturalLogarithm).squareRoot()
    let (top, bottom) = ((0.010328 * t + 0.802853) * t + 2.515517, ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1)
    return top / bottom - t
  }

  private func density(_ t: Double) -> Double {
    let n = degreesOfFreedom
    let scale = ((n + 1) / 2).logarithmOfGamma - (n / 2).logarithmOfGamma - 0.5 * (n * .pi).naturalLogarithm
    return (scale - (n + 1) / 2 * (1 + t * t / n).naturalLogarithm).exponential
  }

  /// The probability beyond a positive value: half the incomplete beta function, by its continued fraction (DLMF 8.17.22).
  private func upperTail(_ t: Double) -> Double {
    let n = degreesOfFreedom
    let x = n / (n + t * t)
    let (a, b) = (n / 2, 0.5)
    let front =
      ((a + b).logarithmOfGamma - a.logarithmOfGamma - b.logarithmOfGamma + a * x.naturalLogarithm
      + b * (1 - x).naturalLogarithm).exponential
    if x < (a + 1) / (a + b + 2) { return 0.5 * front * Self.fraction(x, a, b) / a }
    return 0.5 * (1 - front * Self.fraction(1 - x, b, a) / b)
  }

  /// Lentz's evaluation (Lentz 1976), as Thompson and Barnett 1986 amended it.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    d = 1 / (d.magnitude < tiny ? tiny : d)
    var result = d
    func take(_ term: Double) {
      d = 1 + term * d
      d = 1 / (d.magnitude < tiny ? tiny : d)
      c = 1 + term / c
      c = c.magnitude < tiny ? tiny : c
      result *= d * c
    }
    for step in 1...500 {
      let m = Double(step)
      take(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)))
      take(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)))
      if (d * c - 1).magnitude < 1e-15 { break }
    }
    return result
  }
}
