/// A JSON value. Objects keep no order: writers sort their keys, so that equal values have equal texts.
public enum JSON: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// A number written without fraction or exponent that fits 64 bits.
  case integer(Int64)
  case double(Double)
  /// A number as it was written, since neither of the above holds it: a whole one beyond 64 bits, and if the reader asks for it
  /// (notebooks' writers have them) `NaN`, `Infinity`, `-Infinity` and numbers beyond a double's range.
  case literal(String)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// The member of an object; nil for a missing one and for anything but an object.
  public subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The text of a string; nil for anything else.
  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// A whole number; nil for anything else.
  public var integer: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// Any number; nil for anything else.
  public var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .double(let number): number
    case .literal(let digits): Double(digits)
    default: nil
    }
  }

  /// True or false; nil for anything else.
  public var boolean: Bool? {
    if case .boolean(let flag) = self { flag } else { nil }
  }

  /// An array's elements; nil for anything else.
  public var elements: [JSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// An object's members; nil for anything else.
  public var members: [String: JSON]? {
    if case .object(let members) = self { members } else { nil }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
  public init(nilLiteral: ()) { self = .null }
}
