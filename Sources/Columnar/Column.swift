import CivilTime

/// The values of one column, contiguous, with a mark for each that is null.
package struct Column: Hashable, Sendable {
  /// One case a type, so that a loop switches once and then runs over plain numbers.
  package enum Values: Hashable, Sendable {
    case boolean([Bool])
    case integer([Int32])
    case long([Int64])
    case double([Double])
    case string(StringValues)
    /// Days since 1970
    case date([Int32])
    /// Microseconds since 1970, UTC
    case timestamp([Int64])
    /// The digits without the point
    case decimal([Int128], precision: Int, scale: Int)
  }

  /// One a row; zero or an empty text for a null.
  package var values: Values
  /// True where a value is present; nil when all are. As long as the values.
  package var validity: [Bool]?

  /// - Precondition: `validity`, if given, is as long as `values`.
  package init(_ values: Values, validity: [Bool]? = nil) {
    self.values = values
    self.validity = validity
    precondition(validity.map { $0.count == count } ?? true, "a mark for each value")
  }

  /// What the values are.
  package var type: DataType {
    switch values {
    case .boolean: .boolean
    case .integer: .integer
    case .long: .long
    case .double: .double
    case .string: .string
    case .date: .date
    case .timestamp: .timestamp
    case .decimal(_, let precision, let scale): .decimal(precision: precision, scale: scale)
    }
  }

  /// The number of rows, nulls included.
  package var count: Int {
    switch values {
    case .boolean(let values): values.count
    case .integer(let values), .date(let values): values.count
    case .decimal(let values, _, _): values.count
    case .long(let values), .timestamp(let values): values.count
    case .double(let values): values.count
    case .string(let values): values.count
    }
  }

  /// The number of nulls.
  package var nullCount: Int {
    validity.map { $0.count { !$0 } } ?? 0
  }

  /// Whether the value of a row is null.
  package func isNull(_ row: Int) -> Bool {
    validity.map { !$0[row] } ?? false
  }

  /// The value of a row. For few rows; bulk code reads ``values``.
  package subscript(row: Int) -> Value {
    if isNull(row) { return .null }
    return switch values {
    case .boolean(let values): .boolean(values[row])
    case .integer(let values): .integer(Int64(values[row]))
    case .long(let values): .integer(values[row])
    case .double(let values): .double(values[row])
    case .string(let values): .string(values[row])
    case .date(let values): .date(CivilDate(daysSinceEpoch: Int(values[row])))
    case .timestamp(let values): .timestamp(Timestamp(microseconds: values[row]))
    case .decimal(let values, _, let scale): .decimal(DecimalNumber(digits: values[row], scale: scale))
    }
  }
}

extension Column.Values {
  /// No values, of the given type.
  package init(emptyOf type: DataType) {
    self =
      switch type {
      case .boolean: .boolean([])
      case .integer: .integer([])
      case .long: .long([])
      case .double: .double([])
      case .string: .string(StringValues())
      case .date: .date([])
      case .timestamp: .timestamp([])
      case .decimal(let precision, let scale): .decimal([], precision: precision, scale: scale)
      }
  }
}
