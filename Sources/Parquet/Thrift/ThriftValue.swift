/// A value of Thrift's compact protocol. Parquet's metadata is small, so it is read into a tree, with fields by their ids.
enum ThriftValue: Equatable, Sendable {
  case boolean(Bool)
  case int8(Int8)
  case int16(Int16)
  case int32(Int32)
  case int64(Int64)
  case double(Double)
  case binary([UInt8])
  case list([ThriftValue])
  case structure([Int16: ThriftValue])

  /// A struct without fields, as Parquet uses for `STRING` and `TYPE_ORDER`.
  static let empty = ThriftValue.structure([:])

  static func text(_ text: String) -> ThriftValue { .binary(Array(text.utf8)) }

  subscript(field: Int16) -> ThriftValue? {
    if case .structure(let fields) = self { fields[field] } else { nil }
  }

  /// An integer of any width; nil for anything else.
  var integer: Int64? {
    switch self {
    case .int8(let number): Int64(number)
    case .int16(let number): Int64(number)
    case .int32(let number): Int64(number)
    case .int64(let number): number
    default: nil
    }
  }

  var boolean: Bool? {
    if case .boolean(let flag) = self { flag } else { nil }
  }

  var bytes: [UInt8]? {
    if case .binary(let bytes) = self { bytes } else { nil }
  }

  var text: String? {
    if case .binary(let bytes) = self { String(validating: bytes, as: UTF8.self) } else { nil }
  }

  var elements: [ThriftValue]? {
    if case .list(let elements) = self { elements } else { nil }
  }

  /// The protocol's number of the value's type; a boolean's value is part of the type.
  var typeCode: UInt8 {
    switch self {
    case .boolean(let flag): flag ? 1 : 2
    case .int8: 3
    case .int16: 4
    case .int32: 5
    case .int64: 6
    case .double: 7
    case .binary: 8
    case .list: 9
    case .structure: 12
    }
  }
}
