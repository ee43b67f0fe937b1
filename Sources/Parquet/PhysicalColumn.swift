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

  /// What we write for a field.
  init(_ field: Field) {
    name = field.name
    type = field.type
    isNullable = field.isNullable
    conversion = .none
    storage =
      switch field.type {
      case .boolean: .boolean
      case .integer: .int32
      case .long, .timestamp: .int64
      case .double: .double
      case .string: .byteArray
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
    default: break
    }
    return .structure(fields)
  }

  /// Reads a schema's entry of a column without children.
  ///
  /// - Throws: a fault that names what this reader does not know.
  init(element: ThriftValue) throws(Fault) {
    guard let name = element[4]?.text else { throw .damaged("a column without name") }
    self.name = name
    guard let storage = element[1]?.integer.flatMap(Storage.init) else {
      throw .damaged("a column without a known type")
    }
    self.storage = storage
    switch element[3]?.integer {
    case 0: isNullable = false
    case 1: isNullable = true
    default: throw .unsupported("a repeated column")
    }
    (type, conversion) = try Self.meaning(of: storage, element: element)
  }

  private static func meaning(
    of storage: Storage, element: ThriftValue
  ) throws(Fault) -> (DataType, Conversion) {
    let converted = element[6]?.integer
    let logical = element[10]
    switch storage {
    case .boolean: return (.boolean, .none)
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
