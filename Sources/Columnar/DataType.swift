/// What a column holds, in Delta Lake's terms.
package enum DataType: String, Hashable, Sendable, CaseIterable {
  case boolean
  /// 32 bits
  case integer
  /// 64 bits
  case long
  case double
  /// UTF-8
  case string
  /// Microseconds since 1970, UTC
  case timestamp

  /// The name in SQL and in a stream's schema: `INT`, `TIMESTAMP`.
  package var sqlName: String {
    switch self {
    case .integer: "INT"
    case .long: "BIGINT"
    default: rawValue.uppercased()
    }
  }

  /// Whether sums and means of it make sense.
  package var isNumeric: Bool {
    switch self {
    case .integer, .long, .double: true
    case .boolean, .string, .timestamp: false
    }
  }
}
