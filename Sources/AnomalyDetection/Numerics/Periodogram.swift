/// The power of a series at frequencies, averaged over segments that overlap by half (Welch 1967, "The use of fast Fourier
/// transform for the estimation of power spectra").
enum Periodogram {
  /// The power at the frequencies k / `segment`, from k = 0 to half: one-sided, of segments without their means under a
  /// periodic Hann window.
  static func powers(of values: [Double], segment: Int) -> [Double] {
    let window = (0..<segment).map { 0.5 - 0.5 * Double.unitCircle(turn: $0, of: segment).cosine }
    let scale = 1 / (window.pairwiseSum * window.pairwiseSum)
    let overlap = segment / 2
    let count = (values.count - overlap) / (segment - overlap)
    let transform = FourierTransform(length: segment)
    var powers = [Double](repeating: 0, count: segment / 2 + 1)
    for number in 0..<count {
      let start = number * (segment - overlap)
      let piece = values[start..<start + segment]
      let mean = piece.mean
      let spectrum = transform.forward(ComplexVector(real: zip(piece, window).map { ($0 - mean) * $1 }))
      for bin in powers.indices {
        let isSingle = bin == 0 || 2 * bin == segment
        let (re, im) = (spectrum.real[bin], spectrum.imaginary[bin])
        powers[bin] += (re * re + im * im) * scale * (isSingle ? 1 : 2)
      }
    }
    return powers.map { $0 / Double(count) }
  }
}
