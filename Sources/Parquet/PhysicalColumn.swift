import CivilTime
import Columnar

/// How Parquet stores a column, and what its values mean.
struct PhysicalColumn: Hashable {
  /// Parquet's physical types, by their numbers.
  enum Storage: Int64 {
    case boolean = 0
    case int32, int64, int96, float, double, byteArray, fixedBytes
  }

  /// The conversion from stored values to ours.
  enum Conversion: Hashable {
    case none
    /// To microseconds.
    case milliseconds, nanoseconds
    /// Unsigned numbers.
    case unsigned
  }

  let name: String
  let storage: Storage
  let type: DataType
  let conversion: Conversion
  let isNullable: Bool
  /// The bytes of a value stored as `fixedBytes`, else 0.
  let width: Int
  /// Whether times have no zone; they are read as UTC.
  let isLocalTime: Bool

  /// The storage that we write for a field.
  init(_ field: Field) {
    name = field.name
    type = field.type
    isNullable = field.isNullable
    conversion = .none
    isLocalTime = false
    (storage, width) =
      switch field.type {
      case .boolean: (.boolean, 0)
      case .integer, .date: (.int32, 0)
      case .long, .timestamp: (.int64, 0)
      case .double: (.double, 0)
      case .string: (.byteArray, 0)
      case .decimal(let precision, _):
        precision <= 9 ? (.int32, 0) : precision <= 18 ? (.int64, 0) : (.fixedBytes, 16)
      }
  }

  /// The column's entry in the schema.
  var element: ThriftValue {
    var fields: [Int16: ThriftValue] = [
      1: .int32(Int32(storage.rawValue)), 3: .int32(isNullable ? 1 : 0), 4: .text(name),
    ]
    // Both annotations, the old and the new: without the second, readers disagree about time zones.
    switch type {
    case .string:
      fields[6] = .int32(0)
      fields[10] = .structure([1: .empty])
    case .timestamp:
      fields[6] = .int32(10)
      fields[10] = .structure([8: .structure([1: .boolean(true), 2: .structure([2: .empty])])])
    case .date:
      fields[6] = .int32(6)
      fields[10] = .structure([6: .empty])
    case .decimal(let precision, let scale):
      if storage == .fixedBytes { fields[2] = .int32(Int32(width)) }
      fields[6] = .int32(5)
      fields[7] = .int32(Int32(scale))
      fields[8] = .int32(Int32(precision))
      fields[10] = .structure([5: .structure([1: .int32(Int32(scale)), 2: .int32(Int32(precision))])])
    default: break
    }
    return .structure(fields)
  }

  /// Reads the schema's entry of a column without children.
  ///
  /// - Throws: a fault that names what is not supported.
  init(element: ThriftValue) throws(Fault) {
    if element[3]?.integer == 2 { throw Self.unsupported("LIST", "a repeated column") }
    try self.init(leaf: element)
  }

  /// Reads the schema's entry of a column within groups, such as a list's.
  ///
  /// - Parameter bytesAreText: whether bytes without an annotation are texts.
  init(leaf element: ThriftValue, bytesAreText: Bool = false) throws(Fault) {
    guard let name = element[4]?.text else { throw .damaged("a column without a name in UTF-8") }
    self.name = name
    guard let storage = element[1]?.integer.flatMap(Storage.init) else {
      throw .damaged("a column without a known type")
    }
    self.storage = storage
    width = storage == .fixedBytes ? Int(element[2]?.integer ?? 0) : 0
    guard (0...1 << 20).contains(width) else { throw .damaged("values of \(width) bytes") }
    isNullable = element[3]?.integer != 0
    let annotation = Annotation(element)
    isLocalTime = if case .timestamp(_, isUTC: false) = annotation { true } else { false }
    switch (storage, annotation) {
    case (.boolean, .none): (type, conversion) = (.boolean, .none)
    case (.int32, .none), (.int32, .integer(bits: 8...32, isSigned: true)), (.int32, .integer(bits: 8...16, _)):
      (type, conversion) = (.integer, .none)
    case (.int32, .integer(bits: 32, isSigned: false)): (type, conversion) = (.long, .unsigned)
    case (.int32, .date): (type, conversion) = (.date, .none)
    case (.int64, .none), (.int64, .integer(_, isSigned: true)): (type, conversion) = (.long, .none)
    // Values from 2⁶³ on are refused when they are read.
    case (.int64, .integer(_, isSigned: false)): (type, conversion) = (.long, .unsigned)
    case (.int64, .timestamp(.microseconds, _)), (.int96, .none): (type, conversion) = (.timestamp, .none)
    case (.int64, .timestamp(.milliseconds, _)): (type, conversion) = (.timestamp, .milliseconds)
    case (.int64, .timestamp(.nanoseconds, _)): (type, conversion) = (.timestamp, .nanoseconds)
    case (.float, .none), (.double, .none): (type, conversion) = (.double, .none)
    case (.byteArray, .text): (type, conversion) = (.string, .none)
    case (.byteArray, .none) where bytesAreText: (type, conversion) = (.string, .none)
    case (.int32, .decimal), (.int64, .decimal), (.byteArray, .decimal), (.fixedBytes, .decimal):
      (type, conversion) = (try Self.decimal(element), .none)
    default: throw Self.unsupported(annotation.name(storedAs: storage))
    }
  }

  private static func unsupported(_ name: String, _ words: String? = nil) -> Fault {
    .unsupported(words ?? name, remedy: Annotation.remedy(for: name))
  }

  /// The type of an exact number.
  private static func decimal(_ element: ThriftValue) throws(Fault) -> DataType {
    let logical = element[10]?[5]
    let scale = logical?[1]?.integer ?? element[7]?.integer ?? 0
    guard let precision = logical?[2]?.integer ?? element[8]?.integer, precision > 0, scale <= precision else {
      throw .damaged("a DECIMAL without digits")
    }
    guard precision <= 38, scale >= 0 else {
      throw .unsupported(
        scale < 0 ? "a DECIMAL of negative scale" : "a DECIMAL of more than 38 digits",
        remedy: "write it as DECIMAL of at most 38 digits, or as STRING")
    }
    return .decimal(precision: Int(precision), scale: Int(scale))
  }

  /// The bytes of each value; nil if they vary, and for single bits.
  var fixedWidth: Int? {
    switch storage {
    case .int32, .float: 4
    case .int64, .double: 8
    case .fixedBytes: width > 0 ? width : nil
    case .boolean, .int96, .byteArray: nil
    }
  }

  /// A bound from the file's statistics; nil if its bytes are invalid, or need a conversion.
  func bound(_ bytes: [UInt8]) -> Value? {
    func number<Number: FixedWidthInteger>(_ zero: Number) -> Number? {
      guard bytes.count == MemoryLayout<Number>.size else { return nil }
      return bytes.reversed().reduce(zero) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
    guard conversion == .none else { return nil }
    switch (type, storage) {
    case (.integer, .int32): return number(Int32(0)).map { .integer(Int64($0)) }
    case (.date, .int32): return number(Int32(0)).map { .date(CivilDate(daysSinceEpoch: Int($0))) }
    case (.long, .int64): return number(Int64(0)).map { .integer($0) }
    case (.timestamp, .int64): return number(Int64(0)).map { .timestamp(Timestamp(microseconds: $0)) }
    case (.double, .double):
      return number(UInt64(0)).map(Double.init(bitPattern:)).flatMap { $0.isNaN ? nil : .double($0) }
    default: return nil
    }
  }
}
