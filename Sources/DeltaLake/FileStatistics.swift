import CivilTime
import Columnar
import JSONText
import Parquet

/// What the log says of a data file's values.
package struct FileStatistics {
  package let rowCount: Int64?
  private let minima: JSON?
  private let maxima: JSON?
  private let nulls: JSON?

  /// Nil where the log says nothing.
  init?(_ file: Snapshot.DataFile) {
    guard let text = file.statistics, let json = try? JSON(parsing: text) else { return nil }
    rowCount = json["numRecords"]?.integer
    minima = json["minValues"]
    maxima = json["maxValues"]
    nulls = json["nullCount"]
  }

  /// Values between which all of a column's lie, as the column's type; nil where that is not known.
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
    case .string: return json.text.map(Value.string)
    case .date: return json.text.flatMap { Timestamp($0) }.map { .date($0.date) }
    case .timestamp:
      // Cut to the millisecond by other writers: the greatest may be almost one more.
      guard var time = json.text.flatMap({ Timestamp($0) }) else { return nil }
      if up { time.microseconds = time.microseconds.addingReportingOverflow(999).partialValue }
      return .timestamp(time)
    case .boolean, .decimal: return nil
    }
  }

  /// The statistics of rows that are about to be a file.
  static func text(of rows: Table) -> String {
    var (least, greatest, nulls): ([String: JSON], [String: JSON], [String: JSON]) = ([:], [:], [:])
    // Delta's own default: the first 32 columns.
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

  /// A bound as statistics have it: times to the millisecond, a maximum's rounded up, so that it stays a bound.
  private static func json(_ value: Value, up: Bool) -> JSON? {
    switch value {
    case .integer(let number): return .integer(number)
    case .double(let number): return number.isFinite ? .double(number) : nil
    case .string(let text): return .string(text)
    case .date(let day): return (1...9999).contains(day.year) ? .string(day.description) : nil
    case .timestamp(var time):
      // Years of other than four digits are not ISO 8601 to every reader.
      guard (1...9998).contains(time.date.year) else { return nil }
      if up, time.microseconds % 1_000 != 0 { time.microseconds += 999 }
      return .string(time.iso8601(fraction: .milliseconds))
    case .boolean, .decimal, .null: return nil
    }
  }
}
