import CivilTime
import Columnar

/// How Parquet stores a column, and what the column means.
struct PhysicalColumn: Hashable {
  /// Parquet's own types of storage, by their numbers.
  enum Storage: Int64 {
    case boolean = 0
    case int32, int64, int96, float, double, byteArray, fixedBytes
  }

  /// From the storage to our value.
  enum Conversion: Hashable {
    case none
    /// To microseconds.
    case milliseconds, nanoseconds
  }

  let name: String
  let storage: Storage
  let type: DataType
  let conversion: Conversion
  let isNullable: Bool
  /// Bytes of a value that is stored as `fixedBytes`, else 0.
  let width: Int

  /// What we write for a field.
  init(_ field: Field) {
    name = field.name
    type = field.type
    isNullable = field.isNullable
    conversion = .none
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
    // Both annotations, the old and the new: readers disagree about time zones without the second.
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

  /// Reads a schema's entry of a column without children.
  ///
  /// - Throws: a fault that names what this reader does not know.
  init(element: ThriftValue) throws(Fault) {
    if element[3]?.integer == 2 { throw .unsupported("a repeated column") }
    try self.init(leaf: element)
  }

  /// Likewise of a column within groups, which may be a list's.
  init(leaf element: ThriftValue) throws(Fault) {
    guard let name = element[4]?.text else { throw .damaged("a column without name") }
    self.name = name
    guard let storage = element[1]?.integer.flatMap(Storage.init) else {
      throw .damaged("a column without a known type")
    }
    self.storage = storage
    width = storage == .fixedBytes ? Int(element[2]?.integer ?? 0) : 0
    guard (0...1 << 20).contains(width) else { throw .damaged("values of \(width) bytes") }
    isNullable = element[3]?.integer != 0
    if let decimal = try Self.decimal(element) {
      guard [.int32, .int64, .fixedBytes, .byteArray].contains(storage), width <= 16 else {
        throw .unsupported("a DECIMAL of \(width) bytes")
      }
      (type, conversion) = (decimal, .none)
      return
    }
    (type, conversion) = try Self.meaning(of: storage, element: element)
  }

  /// The type of an exact number, where the entry is one's.
  private static func decimal(_ element: ThriftValue) throws(Fault) -> DataType? {
    let logical = element[10]?[5]
    guard logical != nil || element[6]?.integer == 5 else { return nil }
    let scale = logical?[1]?.integer ?? element[7]?.integer ?? 0
    guard let precision = logical?[2]?.integer ?? element[8]?.integer, (1...38).contains(precision),
      (0...precision).contains(scale)
    else { throw .unsupported("a DECIMAL of more than 38 digits") }
    return .decimal(precision: Int(precision), scale: Int(scale))
  }

  /// A bound from the file's statistics; nil where its bytes are not one, or mean something that we convert.
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

  private static func meaning(
    of storage: Storage, element: ThriftValue
  ) throws(Fault) -> (DataType, Conversion) {
    let converted = element[6]?.integer
    let logical = element[10]
    switch storage {
    case .boolean: return (.boolean, .none)
    case .int32 where converted == 6 || logical?[6] != nil: return (.date, .none)
    case .int32:
      // 8, 16 and 32 bits with sign, or no annotation.
      if let converted, ![15, 16, 17].contains(converted) {
        throw .unsupported(convertedNames[converted] ?? "the annotation \(converted)")
      }
      if converted == nil, let logical, logical[10] == nil { throw .unsupported("a 32-bit column of another meaning") }
      return (.integer, .none)
    case .int64:
      if let timestamp = logical?[8] {
        guard timestamp[1]?.boolean == true else { throw .unsupported("a TIMESTAMP without time zone") }
        if timestamp[2]?[1] != nil { return (.timestamp, .milliseconds) }
        if timestamp[2]?[3] != nil { return (.timestamp, .nanoseconds) }
        return (.timestamp, .none)
      }
      switch converted {
      case nil where logical == nil || logical?[10] != nil: return (.long, .none)
      case 18: return (.long, .none)
      case 9: return (.timestamp, .milliseconds)
      case 10: return (.timestamp, .none)
      case let other: throw .unsupported(other.flatMap { convertedNames[$0] } ?? "a 64-bit column of another meaning")
      }
    case .int96: return (.timestamp, .none)
    case .float, .double: return (.double, .none)
    case .byteArray:
      let isText =
        converted == 0 || converted == 4 || converted == 19 || logical?[1] != nil || logical?[4] != nil
        || logical?[12] != nil
      guard isText else { throw .unsupported(converted.flatMap { convertedNames[$0] } ?? "BINARY") }
      return (.string, .none)
    case .fixedBytes: throw .unsupported(converted.flatMap { convertedNames[$0] } ?? "BINARY of a fixed length")
    }
  }

  private static let convertedNames: [Int64: String] = [
    1: "MAP", 2: "MAP", 3: "LIST", 5: "DECIMAL", 6: "DATE", 7: "TIME", 8: "TIME", 11: "UNSIGNED INT",
    12: "UNSIGNED INT",
    13: "UNSIGNED INT", 14: "UNSIGNED INT", 20: "BSON", 21: "INTERVAL",
  ]
}
