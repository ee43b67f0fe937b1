#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A decimal number as files write it: `-12`, `+7`, `007`, `.5`, `5.`, `1e-7`; without hexadecimal digits, `_` or `,` between
/// digits, `inf` or `nan`.
struct DecimalText {
  private(set) var isNegative = false
  private(set) var hasPlus = false
  /// The digits before the point, with leading zeros.
  private(set) var whole: ArraySlice<UInt8>
  /// The digits after the point; nil without one.
  private(set) var fraction: ArraySlice<UInt8>?
  private(set) var hasExponent = false
  private var exponent = 0
  private let text: String

  init?(_ bytes: some Collection<UInt8>) {
    var rest = ArraySlice(bytes)
    text = String(decoding: rest, as: UTF8.self)
    func digits() -> ArraySlice<UInt8> {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest[digits.endIndex...]
      return digits
    }
    whole = []
    switch rest.first {
    case UInt8(ascii: "-"): isNegative = true
    case UInt8(ascii: "+"): hasPlus = true
    default: break
    }
    if isNegative || hasPlus { rest = rest.dropFirst() }
    whole = digits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = digits()
    }
    guard !whole.isEmpty || fraction?.isEmpty == false else { return nil }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      let isBelow = rest.first == UInt8(ascii: "-")
      if isBelow || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
      let power = digits()
      guard !power.isEmpty else { return nil }
      let number = Int(String(decoding: power, as: UTF8.self)) ?? 1 << 40
      (hasExponent, exponent) = (true, isBelow ? -number : number)
    }
    guard rest.isEmpty else { return nil }
  }

  /// Whether it is written with neither point nor exponent.
  var isWhole: Bool { fraction == nil && !hasExponent }

  /// The nearest double; nil beyond the range of doubles.
  var double: Double? {
    guard let number = Double(text), number.isFinite else { return nil }
    return number
  }

  /// The number in JSON: all digits of a whole number, else those of the nearest double; nil beyond a double's range.
  var json: String? {
    guard let double else { return nil }
    guard isWhole else { return "\(double)" }
    let digits = whole.drop { $0 == 0x30 }
    return digits.isEmpty ? "0" : (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
  }

  /// Whether it has neither plus nor leading zeros, as identifiers have.
  private var isPlain: Bool { !hasPlus && (whole.count < 2 || whole.first != 0x30) }

  /// Whether a 64-bit integer keeps every character of it.
  var isExactLong: Bool { isWhole && isPlain && !(isNegative && whole.first == 0x30) && Int64(text) != nil }

  /// Whether a double keeps every digit of it. A whole number beyond 64 bits counts as an identifier.
  var isExactDouble: Bool {
    guard isPlain, let double, !isWhole || isExactLong || whole.first == 0x30 else { return false }
    let written = Self.significant(whole + (fraction ?? []))
    if written.isEmpty { return true }
    // Underflow.
    guard double != 0 else { return false }
    if written.count <= 15 { return double.magnitude >= Double.leastNormalMagnitude }
    // Either the double's shortest text, or its exact value to as many digits.
    return written == Self.significant(ArraySlice("\(double)".utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }))
      || written == Self.digits(of: double, count: written.count)
  }

  /// The digits without zeros at both ends, and without point and sign.
  private static func significant(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let digits = text.filter { (0x30...0x39).contains($0) }.drop { $0 == 0x30 }
    let last = digits.lastIndex { $0 != 0x30 }
    return last.map { Array(digits[...$0]) } ?? []
  }

  private static func digits(of number: Double, count places: Int) -> [UInt8] {
    guard places <= 800 else { return [] }
    var buffer = [CChar](repeating: 0, count: places + 32)
    let count = withVaList([Int32(places - 1), number]) { vsnprintf(&buffer, buffer.count, "%.*e", $0) }
    let text = buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }
    return significant(text.prefix { $0 | 0x20 != UInt8(ascii: "e") })
  }
}
