import CivilTime
import Columnar

/// Values of partition columns, which the log keeps as text.
enum PartitionValue {
  /// The value of a text. As in the protocol, an empty text is null, except in a text column without nulls.
  ///
  /// - Returns: nil if the text is not a value of the type.
  static func value(_ text: String?, _ field: Field) -> Value? {
    guard let text, !text.isEmpty || field.type == .string && !field.isNullable else { return .null }
    switch field.type {
    case .boolean: return text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
    case .integer, .long: return Int64(text).map(Value.integer)
    case .double: return Double(text).map(Value.double)
    case .string: return .string(text)
    case .date: return Timestamp(text).map { .date($0.date) }
    case .timestamp: return Timestamp(text).map(Value.timestamp)
    case .decimal(_, let scale):
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count <= 2, let digits = Int128(parts.joined()) else { return nil }
      let number = DecimalNumber(digits: digits, scale: parts.count == 2 ? parts[1].count : 0)
      return number.digits(precision: 38, scale: scale).map { .decimal(DecimalNumber(digits: $0, scale: scale)) }
    }
  }

  /// The text of a value; nil for null, and for an empty text if the column may be null.
  ///
  /// - Throws: ``DeltaError/badPartitionValue(column:value:)`` for a value that would not come back.
  static func text(_ value: Value, _ field: Field) throws(DeltaError) -> String? {
    let text: String
    switch value {
    case .null: return nil
    case .string(let string):
      if string.isEmpty, field.isNullable { return nil }
      text = string
    case .double(let number):
      // Java's names; zeros of both signs are one partition.
      text =
        number.isNaN
        ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : number == 0 ? "0.0" : "\(number)"
    case .timestamp(let time):
      // In UTC, without the letters T and Z, the form that every reader accepts.
      text = String(time.description.map { $0 == "T" ? " " : $0 }.filter { $0 != "Z" })
    default: text = value.description
    }
    guard let back = self.value(text, field), "\(back)" == "\(value)" || value.number == 0 else {
      throw .badPartitionValue(column: field.name, value: "\(value)")
    }
    return text
  }
}
