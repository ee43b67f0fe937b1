/// An exact number: digits and where the point stands among them. `1234` with scale 2 is 12.34.
public struct DecimalNumber: Hashable, Sendable {
  /// All digits as a whole number, with the sign.
  public let digits: Int128
  /// How many digits follow the point; 0 or more.
  public let scale: Int

  /// The number `digits` × 10^-`scale`.
  public init(digits: Int128, scale: Int) {
    self.digits = digits
    self.scale = scale
  }

  /// The nearest double.
  public var double: Double { Double(description) ?? .nan }

  /// The digits with another scale; nil if a digit would be lost or there would be more than `precision`.
  package func digits(precision: Int, scale wanted: Int) -> Int128? {
    var result = digits
    for _ in 0..<Swift.max(0, wanted - scale) {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = product
    }
    for _ in 0..<Swift.max(0, scale - wanted) {
      guard result % 10 == 0 else { return nil }
      result /= 10
    }
    return String(result.magnitude).count <= precision ? result : nil
  }
}

extension DecimalNumber: CustomStringConvertible {
  /// All digits behind the point: `12.30`.
  public var description: String {
    var text = String(digits.magnitude)
    if scale > 0 {
      text = String(repeating: "0", count: max(0, scale + 1 - text.count)) + text
      text.insert(".", at: text.index(text.endIndex, offsetBy: -scale))
    }
    return digits < 0 ? "-" + text : text
  }
}
