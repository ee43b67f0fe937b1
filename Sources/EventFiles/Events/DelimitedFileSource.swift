import CivilTime
import JSONText
import Wording

/// Events from a CSV file: the time and the number of each row.
package struct DelimitedFileSource: BodySource {
  /// The names of the columns that the time and the number come from.
  package let mapping: (time: String, value: String)?
  private(set) var rowCount = 0
  private var bad = LeftOut(.row)
  private let path: String
  private let reader: RecordReader
  private let rows: DelimitedReader
  /// The share of the file that was read, from 0 to 1; nil if unknown.
  package var share: Double? { reader.share }
  /// The rows without an event.
  package var leftOut: [LeftOut] { [bad] }
  /// The further members of each event: their names, and the columns' indices.
  private let more: [(name: String, index: Int)]
  private let timeIndex: Int
  private let valueIndex: Int

  static let timeNames = ["timestamp", "created_at", "createdat", "datetime", "date_time", "date", "time"]
  static let valueNames = [
    "favorite_count", "favorite", "favorites", "favourites_count", "likes", "like_count", "value", "count",
  ]

  /// - Parameters:
  ///   - path: `-` reads standard input.
  ///   - time: the column of the time; nil looks for the usual names.
  ///   - value: the column of the number; nil looks for the usual names.
  ///   - fields: further columns to add to each event.
  /// - Throws: `FileError`; ``EventFileError`` for a file that is not a table, and for a column that is missing.
  package init(path: String, time: String? = nil, value: String? = nil, fields: [String] = []) throws {
    try self.init(try RecordReader(path, .record), time: time, value: value, fields: fields)
  }

  /// Reads from a reader at the file's first line; a file without a header is searched for a time and a number.
  ///
  /// - Throws: `FileError`; ``EventFileError`` for a file that is not a table, and for a column that is missing.
  package init(
    _ reader: RecordReader, _ options: DelimitedReader.Options = .init(), time: String?, value: String?,
    fields: [String] = []
  ) throws {
    path = reader.name
    self.reader = reader
    let rows = try DelimitedReader(reader, options)
    self.rows = rows
    let columns = ColumnNames(path: path, names: rows.names)
    if rows.hasHeader || options.columns != nil {
      timeIndex = try columns.index(of: time, Self.timeNames, for: .time)
      valueIndex = try columns.index(of: value, Self.valueNames, for: .number)
    } else {
      let first = try reader.lookAhead { try rows.next()?.map { Array($0) } } ?? []
      let timed = first.firstIndex { Timestamp(iso8601: $0[...].withoutBlanks) != nil }
      let timeIndex = try columns.index(
        of: time ?? timed.map { rows.names[$0] }, [], for: .time)
      self.timeIndex = timeIndex
      let numbered = first.indices.first { $0 != timeIndex && DecimalText(first[$0][...].withoutBlanks) != nil }
      valueIndex = try columns.index(
        of: value ?? numbered.map { rows.names[$0] }, [], for: .number)
    }
    more = try fields.map { (name: $0, index: try columns.index(of: $0)) }
    mapping = (rows.names[timeIndex], rows.names[valueIndex])
  }

  /// The events of the next rows, at most `maximum`; nil at the end.
  ///
  /// - Throws: `FileError`; ``EventFileError`` for a damaged file, and at the end if no row made an event.
  package mutating func next(maximum: Int) throws -> EventBodies? {
    let bodies = try reader.gather(maximum) { bodies in
      guard let fields = try rows.next() else { return false }
      rowCount += 1
      if let reason = append(fields, to: &bodies) {
        bad.add(reason, line: reader.line)
      }
      return true
    }
    if bodies == nil, let first = bad.reasons.first, bad.count == rowCount {
      throw EventFileError(path: path, fault: .noEvents(rows: rowCount, line: first.line ?? 0, reason: first.reason))
    }
    return bodies
  }

  /// Adds a row's event; gives the reason if it has none, else nil.
  private func append(_ fields: [ArraySlice<UInt8>], to bodies: inout EventBodies) -> NoEvent? {
    guard fields.count == rows.names.count else { return .fieldCount(fields.count, header: rows.names.count) }
    let time = fields[timeIndex].withoutBlanks
    guard let timestamp = EventTime.read(time) else { return .time(Self.text(time)) }
    let value = fields[valueIndex].withoutBlanks
    guard let number = DecimalText(value)?.json else { return .number(Self.text(value)) }
    bodies.append(time: timestamp, number: number.utf8, more: more.map { ($0.name, Self.json(fields[$0.index])) })
    return nil
  }

  /// A number that JSON keeps as it is written becomes a number, an empty field null, any other field a text.
  private static func json(_ field: ArraySlice<UInt8>) -> JSON {
    if field.isEmpty { return .null }
    if let number = DecimalText(field), number.isExactLong || number.isExactDouble, let json = number.json,
      let value = try? JSON(parsing: json)
    {
      return value
    }
    return .string(String(decoding: field, as: UTF8.self))
  }

  /// A field's beginning, for people.
  private static func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: field.prefix(160), as: UTF8.self) }
}
