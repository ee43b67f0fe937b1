/// Complex numbers, real and imaginary parts apart.
struct ComplexVector {
  var real: [Double]
  var imaginary: [Double]

  init(real: [Double]) {
    self.real = real
    imaginary = Array(repeating: 0, count: real.count)
  }

  init(zeros count: Int) { self.init(real: Array(repeating: 0, count: count)) }

  var magnitudes: [Double] {
    zip(real, imaginary).map { ($0 * $0 + $1 * $1).squareRoot() }
  }
}

/// The discrete Fourier transform of any length, in O(n log n).
///
/// Lengths of small prime factors: Stockham's autosorting passes (Cochran et al. 1967, "What is the fast Fourier
/// transform?"), a pass for each factor. Others: as a convolution with a chirp (Bluestein 1970, "A linear filtering
/// approach to the computation of discrete Fourier transform"), whose own transforms have a power of two as length.
///
/// Pointers in this file reach into the arrays that the calling function owns, and do not outlive the call.
struct FourierTransform {
  private let length: Int
  private let plan: Plan

  private enum Plan {
    case passes(radices: [Int], roots: ComplexVector)
    indirect case chirp(Chirp)
  }

  /// A pass costs its radix for each point, a chirp about as much as a radix of a hundred.
  private static let largestRadix = 100

  /// - Parameter length: at least 1.
  init(length: Int) {
    self.length = length
    let radices = Self.factors(of: length)
    if let largest = radices.max(), largest > Self.largestRadix {
      plan = .chirp(Chirp(length: length))
    } else {
      plan = .passes(radices: radices, roots: Self.rootsOfUnity(length))
    }
  }

  /// `X_k = Σ x_t exp(−2πi k t / n)`.
  func forward(_ signal: ComplexVector) -> ComplexVector {
    switch plan {
    case .chirp(let chirp): return chirp.forward(signal)
    case .passes(let radices, let roots):
      var signal = signal
      var other = ComplexVector(zeros: length)
      var stride = 1
      for radix in radices {
        Self.pass(from: signal, to: &other, radix: radix, stride: stride, roots: roots)
        swap(&signal, &other)
        stride *= radix
      }
      return signal
    }
  }

  /// `x_t = 1/n Σ X_k exp(2πi k t / n)`.
  func inverse(_ spectrum: ComplexVector) -> ComplexVector {
    // Real and imaginary part exchanged, before and after, turn one direction into the other.
    var swapped = spectrum
    swap(&swapped.real, &swapped.imaginary)
    var signal = forward(swapped)
    swap(&signal.real, &signal.imaginary)
    let scale = 1 / Double(length)
    for index in signal.real.indices {
      signal.real[index] *= scale
      signal.imaginary[index] *= scale
    }
    return signal
  }

  /// Fours first, for they need no multiplication, then primes ascending.
  private static func factors(of length: Int) -> [Int] {
    var rest = length
    var factors: [Int] = []
    while rest % 4 == 0 {
      factors.append(4)
      rest /= 4
    }
    var factor = 2
    while factor * factor <= rest {
      while rest % factor == 0 {
        factors.append(factor)
        rest /= factor
      }
      factor += 1
    }
    if rest > 1 { factors.append(rest) }
    return factors
  }

  /// `exp(−2πi k / count)` for k = 0..<count, each on its own, since a recurrence would gather rounding errors.
  private static func rootsOfUnity(_ count: Int) -> ComplexVector {
    var roots = ComplexVector(zeros: count)
    for index in 0..<count {
      let (cosine, sine) = Double.unitCircle(turn: index, of: count)
      roots.real[index] = cosine
      roots.imaginary[index] = -sine
    }
    return roots
  }

  /// One of Stockham's passes: transforms of `radix` points that lie `n/radix` apart, turned by their twiddle factor,
  /// go to `radix` places side by side, in units of `stride`.
  private static func pass(
    from input: ComplexVector, to output: inout ComplexVector, radix: Int, stride: Int, roots: ComplexVector
  ) {
    let span = input.real.count / radix
    let groups = span / stride
    input.real.withUnsafeBufferPointer { inRe in
      input.imaginary.withUnsafeBufferPointer { inIm in
        output.real.withUnsafeMutableBufferPointer { outRe in
          output.imaginary.withUnsafeMutableBufferPointer { outIm in
            roots.real.withUnsafeBufferPointer { rootRe in
              roots.imaginary.withUnsafeBufferPointer { rootIm in
                guard let inRe = inRe.baseAddress, let inIm = inIm.baseAddress, let outRe = outRe.baseAddress,
                  let outIm = outIm.baseAddress, let rootRe = rootRe.baseAddress, let rootIm = rootIm.baseAddress
                else { return }
                let pass = Pass(
                  inRe: inRe, inIm: inIm, outRe: outRe, outIm: outIm, rootRe: rootRe, rootIm: rootIm, span: span,
                  stride: stride, groups: groups)
                switch radix {
                case 4: pass.four()
                case 2: pass.two()
                default: pass.odd(radix)
                }
              }
            }
          }
        }
      }
    }
  }
}

private struct Pass {
  let inRe, inIm: UnsafePointer<Double>
  let outRe, outIm: UnsafeMutablePointer<Double>
  let rootRe, rootIm: UnsafePointer<Double>
  /// From one input of a small transform to the next.
  let span: Int
  let stride: Int
  let groups: Int

  func two() {
    for group in 0..<groups {
      let (c1, s1) = (rootRe[group * stride], rootIm[group * stride])
      let (from, to) = (group * stride, 2 * group * stride)
      for lane in 0..<stride {
        let (a, b) = (from + lane, from + lane + span)
        let (differenceRe, differenceIm) = (inRe[a] - inRe[b], inIm[a] - inIm[b])
        outRe[to + lane] = inRe[a] + inRe[b]
        outIm[to + lane] = inIm[a] + inIm[b]
        outRe[to + stride + lane] = differenceRe * c1 - differenceIm * s1
        outIm[to + stride + lane] = differenceRe * s1 + differenceIm * c1
      }
    }
  }

  func four() {
    for group in 0..<groups {
      let (c1, s1) = (rootRe[group * stride], rootIm[group * stride])
      let (c2, s2) = (rootRe[2 * group * stride], rootIm[2 * group * stride])
      let (c3, s3) = (rootRe[3 * group * stride], rootIm[3 * group * stride])
      let (from, to) = (group * stride, 4 * group * stride)
      for lane in 0..<stride {
        let (a, b) = (from + lane, from + lane + span)
        let (c, d) = (b + span, b + 2 * span)
        let (evenSumRe, evenSumIm) = (inRe[a] + inRe[c], inIm[a] + inIm[c])
        let (evenDifRe, evenDifIm) = (inRe[a] - inRe[c], inIm[a] - inIm[c])
        let (oddSumRe, oddSumIm) = (inRe[b] + inRe[d], inIm[b] + inIm[d])
        let (oddDifRe, oddDifIm) = (inRe[b] - inRe[d], inIm[b] - inIm[d])
        let (y1Re, y1Im) = (evenDifRe + oddDifIm, evenDifIm - oddDifRe)
        let (y2Re, y2Im) = (evenSumRe - oddSumRe, evenSumIm - oddSumIm)
        let (y3Re, y3Im) = (evenDifRe - oddDifIm, evenDifIm + oddDifRe)
        outRe[to + lane] = evenSumRe + oddSumRe
        outIm[to + lane] = evenSumIm + oddSumIm
        outRe[to + stride + lane] = y1Re * c1 - y1Im * s1
        outIm[to + stride + lane] = y1Re * s1 + y1Im * c1
        outRe[to + 2 * stride + lane] = y2Re * c2 - y2Im * s2
        outIm[to + 2 * stride + lane] = y2Re * s2 + y2Im * c2
        outRe[to + 3 * stride + lane] = y3Re * c3 - y3Im * s3
        outIm[to + 3 * stride + lane] = y3Re * s3 + y3Im * c3
      }
    }
  }

  /// Sums and differences of inputs at opposite ends halve the work: outputs k and radix − k share theirs.
  func odd(_ radix: Int) {
    let half = radix / 2
    let count = groups * stride * radix
    let step = count / radix
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * (half + 1)) { scratch in
      guard let sumRe = scratch.baseAddress else { return }
      let (sumIm, difRe, difIm) = (sumRe + half + 1, sumRe + 2 * (half + 1), sumRe + 3 * (half + 1))
      for group in 0..<groups {
        let (from, to) = (group * stride, radix * group * stride)
        for lane in 0..<stride {
          let first = from + lane
          let (firstRe, firstIm) = (inRe[first], inIm[first])
          var (totalRe, totalIm) = (firstRe, firstIm)
          for pair in 1...half {
            let (a, b) = (first + pair * span, first + (radix - pair) * span)
            sumRe[pair] = inRe[a] + inRe[b]
            sumIm[pair] = inIm[a] + inIm[b]
            difRe[pair] = inRe[a] - inRe[b]
            difIm[pair] = inIm[a] - inIm[b]
            totalRe += sumRe[pair]
            totalIm += sumIm[pair]
          }
          outRe[to + lane] = totalRe
          outIm[to + lane] = totalIm
          for output in 1...half {
            var (evenRe, evenIm, oddRe, oddIm) = (firstRe, firstIm, 0.0, 0.0)
            var turn = 0
            for pair in 1...half {
              turn += output
              if turn >= radix { turn -= radix }
              let (cosine, sine) = (rootRe[turn * step], rootIm[turn * step])
              evenRe += sumRe[pair] * cosine
              evenIm += sumIm[pair] * cosine
              oddRe -= difIm[pair] * sine
              oddIm += difRe[pair] * sine
            }
            store(evenRe + oddRe, evenIm + oddIm, at: to + output * stride + lane, twiddle: group * output * stride)
            let opposite = radix - output
            store(evenRe - oddRe, evenIm - oddIm, at: to + opposite * stride + lane, twiddle: group * opposite * stride)
          }
        }
      }
    }
  }

  @inline(__always)
  private func store(_ re: Double, _ im: Double, at index: Int, twiddle: Int) {
    let (cosine, sine) = (rootRe[twiddle], rootIm[twiddle])
    outRe[index] = re * cosine - im * sine
    outIm[index] = re * sine + im * cosine
  }
}

/// `k t = (k² + t² − (k − t)²)/2` makes the transform a convolution with `exp(πi t²/n)`.
private struct Chirp {
  private let length: Int
  /// `exp(−πi t²/n)`.
  private let chirp: ComplexVector
  private let transform: FourierTransform
  /// The transform of the conjugate chirp, at lags −n < t < n around a circle.
  private let kernel: ComplexVector

  init(length: Int) {
    self.length = length
    var chirp = ComplexVector(zeros: length)
    for index in 0..<length {
      // t² is reduced while it is a whole number, so that the angle keeps all its digits.
      let (cosine, sine) = Double.unitCircle(turn: index * index % (2 * length), of: 2 * length)
      chirp.real[index] = cosine
      chirp.imaginary[index] = -sine
    }
    var circle = 1
    while circle < 2 * length - 1 { circle *= 2 }
    var kernel = ComplexVector(zeros: circle)
    for index in 0..<length {
      let mirrored = index == 0 ? 0 : circle - index
      kernel.real[index] = chirp.real[index]
      kernel.real[mirrored] = chirp.real[index]
      kernel.imaginary[index] = -chirp.imaginary[index]
      kernel.imaginary[mirrored] = -chirp.imaginary[index]
    }
    let transform = FourierTransform(length: circle)
    self.chirp = chirp
    self.transform = transform
    self.kernel = transform.forward(kernel)
  }

  func forward(_ signal: ComplexVector) -> ComplexVector {
    var padded = ComplexVector(zeros: kernel.real.count)
    Self.multiply(signal, chirp, into: &padded, count: length)
    var spectrum = transform.forward(padded)
    Self.multiply(spectrum, kernel, into: &spectrum, count: kernel.real.count)
    let convolved = transform.inverse(spectrum)
    var result = ComplexVector(zeros: length)
    Self.multiply(convolved, chirp, into: &result, count: length)
    return result
  }

  private static func multiply(
    _ left: ComplexVector, _ right: ComplexVector, into product: inout ComplexVector, count: Int
  ) {
    for index in 0..<count {
      let (a, b) = (left.real[index], left.imaginary[index])
      let (c, d) = (right.real[index], right.imaginary[index])
      product.real[index] = a * c - b * d
      product.imaginary[index] = a * d + b * c
    }
  }
}
