/// How much a series resembles itself some steps later.
enum Autocorrelation {
  /// The biased autocorrelations at lags 0...`lags`, the first 1: by way of the power spectrum (Wiener and Khinchin).
  static func biased(_ values: [Double], lags: Int) -> [Double] {
    let mean = values.mean
    var length = 1
    while length < values.count + lags + 1 { length *= 2 }
    let padding = Array(repeating: 0.0, count: length - values.count)
    let transform = FourierTransform(length: length)
    let spectrum = transform.forward(ComplexVector(real: values.map { $0 - mean } + padding))
    let powers = zip(spectrum.real, spectrum.imaginary).map { $0 * $0 + $1 * $1 }
    let products = transform.inverse(ComplexVector(real: powers)).real
    return products[...lags].map { $0 / products[0] }
  }
}
