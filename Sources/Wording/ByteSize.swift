/// A count of bytes, as people write it: in powers of 1,000.
package struct ByteSize: Hashable, Sendable {
  package let bytes: Int64

  package init(_ bytes: Int64) { self.bytes = bytes }

  private static let units = ["B", "kB", "MB", "GB", "TB"]

  /// Reads a number and `B`, `kB`, `MB`, `GB` or `TB`, ignoring case: `500MB`, `1.5 kB`.
  ///
  /// - Returns: nil for anything else, for less than a byte and for 9 × 10^18 bytes or more.
  package init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Double(digits), let power = Self.units.firstIndex(where: { $0.lowercased() == unit }) else {
      return nil
    }
    let bytes = (0..<power).reduce(number) { bytes, _ in bytes * 1_000 }
    guard bytes >= 1, bytes < 9e18 else { return nil }
    self.init(Int64(bytes))
  }
}

extension ByteSize: CustomStringConvertible {
  /// To one decimal: `512 B`, `1.5 kB`.
  package var description: String {
    var (number, unit) = (Double(bytes), 0)
    while number >= 1_000, unit < Self.units.count - 1 {
      number /= 1_000
      unit += 1
    }
    return unit == 0 ? "\(bytes) B" : "\((number * 10).rounded() / 10) \(Self.units[unit])"
  }
}
