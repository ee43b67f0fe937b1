import CivilTime
import Columnar
import JSONText
import Parquet

/// The log's statistics of a data file.
package struct FileStatistics {
  /// How many rows the file has; nil if unknown.
  package let rowCount: Int64?
  private let minima: JSON?
  private let maxima: JSON?
  private let nulls: JSON?
  /// False if rows were deleted from the file since it was written.
  private let isExact: Bool

  /// Nil if the log has no statistics.
  init?(_ file: Snapshot.DataFile) {
    guard let text = file.statistics, let json = try? JSON(parsing: text) else { return nil }
    rowCount = json["numRecords"]?.integer
    minima = json["minValues"]
    maxima = json["maxValues"]
    nulls = json["nullCount"]
    isExact = json["tightBounds"]?.boolean ?? true
  }

  /// How many rows of a column are null; nil if unknown.
  func nullCount(of field: Field) -> Int64? { isExact ? nulls?[field.name]?.integer : nil }

  /// Bounds of a column's values, in the column's type; nil if unknown.
  func bounds(of field: Field) -> (minimum: Value, maximum: Value)? {
    guard let low = minima?[field.name], let high = maxima?[field.name],
      let minimum = Self.value(low, field.type, up: false), let maximum = Self.value(high, field.type, up: true)
    else { return nil }
    return (minimum, maximum)
  }

  /// Whether the column is null in every row of the file.
  func isAllNull(_ field: Field) -> Bool { rowCount != nil && nulls?[field.name]?.integer == rowCount }

  private static func value(_ json: JSON, _ type: DataType, up: Bool) -> Value? {
    switch type {
    case .integer, .long: return json.integer.map(Value.integer)
    case .double: return json.number.map(Value.double)
    case .string:
      // A long text may be truncated, and a truncated maximum is too small.
      return json.text.flatMap { up && $0.unicodeScalars.count >= 32 ? nil : .string($0) }
    case .date:
      return json.text.flatMap { Timestamp($0) }.flatMap { $0 < gregorian ? nil : .date($0.date) }
    case .timestamp: return json.text.flatMap { time($0, up: up) }.map(Value.timestamp)
    case .boolean, .decimal: return nil
    }
  }

  /// 1582-10-15: writers disagree about the calendar before it.
  private static let gregorian = Timestamp(microseconds: -12_219_292_800_000_000)

  /// Other writers truncate times to milliseconds, and offsets with seconds, as before 1900, to minutes.
  private static func time(_ text: String, up: Bool) -> Timestamp? {
    guard let time = Timestamp(text), time >= gregorian else { return nil }
    let hasOffset = text.utf8.suffix(6).contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    // Without a zone, the time is unknown.
    guard hasOffset && text.utf8.count > 10 || text.hasSuffix("Z") else { return nil }
    let slack: Int64 = hasOffset ? 59_999_999 : 999
    let widened =
      up ? time.microseconds.addingReportingOverflow(slack) : time.microseconds.subtractingReportingOverflow(slack)
    return widened.overflow ? nil : Timestamp(microseconds: widened.partialValue)
  }

  /// The statistics of a new file's rows.
  static func text(of rows: Table) -> String {
    var (least, greatest, nulls): ([String: JSON], [String: JSON], [String: JSON]) = ([:], [:], [:])
    // Delta's default: the first 32 columns.
    for (field, column) in zip(rows.schema.fields, rows.columns).prefix(32) {
      let statistics = ColumnStatistics(of: column, rows: 0..<rows.rowCount)
      nulls[field.name] = .integer(Int64(statistics.nullCount))
      if let bounds = statistics.bounds, let low = json(bounds.minimum, up: false),
        let high = json(bounds.maximum, up: true)
      {
        least[field.name] = low
        greatest[field.name] = high
      }
    }
    let all: JSON = [
      "numRecords": .integer(Int64(rows.rowCount)), "minValues": .object(least), "maxValues": .object(greatest),
      "nullCount": .object(nulls),
    ]
    return all.description
  }

  /// A bound in the form of statistics: times in milliseconds, rounded up for a maximum, so that it stays a bound.
  private static func json(_ value: Value, up: Bool) -> JSON? {
    switch value {
    case .integer(let number): return .integer(number)
    case .double(let number): return number.isFinite ? .double(number) : nil
    case .string(let text): return .string(text)
    case .date(let day): return (1...9999).contains(day.year) ? .string(day.description) : nil
    case .timestamp(var time):
      // Not every reader accepts years without four digits.
      guard (1...9998).contains(time.date.year) else { return nil }
      if up, time.microseconds % 1_000 != 0 { time.microseconds += 999 }
      return .string(time.iso8601(fraction: .milliseconds))
    case .boolean, .decimal, .null: return nil
    }
  }
}
