import Testing

@testable import AnomalyDetection

@Suite("The Fourier transform")
struct FourierTransformTests {
  /// Awkward lengths: one, primes small and large, squares of primes, mixed, and powers of two.
  static let lengths = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 17, 25, 49, 60, 64, 77, 97, 101, 103, 206, 210, 211, 360, 509,
  ]

  @Test("is the sum that defines it", arguments: lengths)
  func definition(length: Int) {
    let signal = Self.signal(length)
    let spectrum = FourierTransform(length: length).forward(signal)
    for bin in 0..<length {
      var (real, imaginary) = (0.0, 0.0)
      for time in 0..<length {
        let (cosine, sine) = Double.unitCircle(turn: bin * time % length, of: length)
        real += signal.real[time] * cosine + signal.imaginary[time] * sine
        imaginary += signal.imaginary[time] * cosine - signal.real[time] * sine
      }
      #expect((spectrum.real[bin] - real).magnitude < 1e-12 * Double(length))
      #expect((spectrum.imaginary[bin] - imaginary).magnitude < 1e-12 * Double(length))
    }
  }

  @Test("is undone by its inverse", arguments: lengths + [8_645, 8_641, 17_285])
  func inverse(length: Int) {
    let signal = Self.signal(length)
    let transform = FourierTransform(length: length)
    let back = transform.inverse(transform.forward(signal))
    let errors = zip(signal.real + signal.imaginary, back.real + back.imaginary).map { ($0 - $1).magnitude }
    #expect(errors.max() ?? .nan < 1e-13)
  }

  /// Without a pattern, the same each time.
  private static func signal(_ count: Int) -> ComplexVector {
    var signal = ComplexVector(zeros: count)
    for index in 0..<count {
      signal.real[index] = Double((index * 7_919 + 13) % 1_009) / 1_009 - 0.5
      signal.imaginary[index] = Double((index * 104_729 + 7) % 997) / 997 - 0.5
    }
    return signal
  }
}
