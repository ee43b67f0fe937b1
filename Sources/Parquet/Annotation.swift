/// The meaning of a column's values, apart from their storage: Parquet's logical type, or the older converted type if no known
/// logical type is given.
enum Annotation: Hashable {
  enum TimeUnit { case milliseconds, microseconds, nanoseconds }

  case none
  /// STRING, ENUM and JSON.
  case text
  case date
  case timestamp(TimeUnit, isUTC: Bool)
  case integer(bits: Int64, isSigned: Bool)
  case decimal
  /// A meaning that our columns do not have, by its name.
  case other(String)

  init(_ element: ThriftValue) {
    let converted = element[6]?.integer
    guard let logical = element[10] else {
      self = converted.map(Self.init(converted:)) ?? .none
      return
    }
    if logical[1] != nil || logical[4] != nil || logical[12] != nil {
      self = .text
    } else if logical[5] != nil {
      self = .decimal
    } else if logical[6] != nil {
      self = .date
    } else if let timestamp = logical[8] {
      let unit: TimeUnit? =
        timestamp[2]?[1] != nil
        ? .milliseconds : timestamp[2]?[2] != nil ? .microseconds : timestamp[2]?[3] != nil ? .nanoseconds : nil
      self = unit.map { .timestamp($0, isUTC: timestamp[1]?.boolean == true) } ?? .other("a TIMESTAMP of unknown unit")
    } else if let integer = logical[10], let bits = integer[1]?.integer, let isSigned = integer[2]?.boolean {
      self = .integer(bits: bits, isSigned: isSigned)
    } else if let name = Self.names.first(where: { logical[$0.key] != nil })?.value {
      self = .other(name)
    } else {
      self = converted.map(Self.init(converted:)) ?? .other("a logical type of a later version")
    }
  }

  private init(converted: Int64) {
    self =
      switch converted {
      case 0, 4, 19: .text
      case 5: .decimal
      case 6: .date
      case 7, 8: .other("TIME")
      case 9: .timestamp(.milliseconds, isUTC: true)
      case 10: .timestamp(.microseconds, isUTC: true)
      case 11...14: .integer(bits: 8 << (converted - 11), isSigned: false)
      case 15...18: .integer(bits: 8 << (converted - 15), isSigned: true)
      case 1, 2: .other("MAP")
      case 3: .other("LIST")
      case 20: .other("BSON")
      case 21: .other("INTERVAL")
      default: .other("the converted type number \(converted)")
      }
  }

  private static let names: [Int16: String] = [
    2: "MAP", 3: "LIST", 7: "TIME", 11: "NULL", 13: "BSON", 14: "UUID", 15: "FLOAT16", 16: "VARIANT", 17: "GEOMETRY",
    18: "GEOGRAPHY",
  ]

  /// The common name of an unsupported type.
  func name(storedAs storage: PhysicalColumn.Storage) -> String {
    switch self {
    case .other(let name): name
    case .integer(_, let isSigned): isSigned ? "INT" : "UNSIGNED INT"
    case .date: "DATE"
    case .timestamp: "TIMESTAMP"
    case .decimal: "DECIMAL"
    case .text: "STRING"
    case .none:
      switch storage {
      case .byteArray: "BINARY"
      case .fixedBytes: "BINARY of a fixed length"
      default: "\(storage)".uppercased()
      }
    }
  }

  /// What to write instead of an unsupported type.
  static func remedy(for name: String) -> String {
    switch name {
    case "TIME": "write it as STRING, or as BIGINT microseconds, or leave the column out"
    case "NULL": "give the column a type, as STRING, or leave it out"
    case "FLOAT16": "write it as FLOAT or DOUBLE, or leave the column out"
    case "BSON", "VARIANT": "write it as STRING, or leave the column out"
    case "INTERVAL": "write it as BIGINT microseconds, or leave the column out"
    case "MAP", "LIST", "STRUCT": "write flat columns, or its JSON as STRING, or leave the column out"
    default: "write it as STRING, or leave the column out"
    }
  }
}
