/// What a column holds, in Delta Lake's terms.
package enum DataType: Hashable, Sendable {
  case boolean
  /// 32 bits
  case integer
  /// 64 bits
  case long
  case double
  /// Exact: up to 38 digits, `scale` of them behind the point
  case decimal(precision: Int, scale: Int)
  /// UTF-8
  case string
  /// A day of the proleptic Gregorian calendar
  case date
  /// Microseconds since 1970, UTC
  case timestamp

  /// The name in a Delta table's schema: `integer`, `decimal(10,2)`.
  package var name: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .long: "long"
    case .double: "double"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .string: "string"
    case .date: "date"
    case .timestamp: "timestamp"
    }
  }

  /// The name in SQL and in a stream's schema: `INT`, `TIMESTAMP`.
  package var sqlName: String {
    switch self {
    case .integer: "INT"
    case .long: "BIGINT"
    default: name.uppercased()
    }
  }

  /// Whether sums and means of it make sense.
  package var isNumeric: Bool {
    switch self {
    case .integer, .long, .double, .decimal: true
    case .boolean, .string, .date, .timestamp: false
    }
  }
}
