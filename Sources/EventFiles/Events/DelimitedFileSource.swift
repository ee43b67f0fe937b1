import CivilTime
import JSONText
import Wording

/// Events from a CSV file: the time and the number of each row.
package struct DelimitedFileSource: BodySource {
  /// A row without an event.
  package struct BadRow: Hashable, Sendable {
    /// The line of the file, from 1.
    package let line: Int
    package let reason: String
  }

  /// The names of the columns that the time and the number come from.
  package let mapping: (time: String, value: String)
  private(set) var rowCount = 0
  /// The number of rows without an event so far.
  package private(set) var badRowCount = 0
  /// The first ten rows without an event.
  package private(set) var badRows: [BadRow] = []

  private let path: String
  private let reader: RecordReader
  private let rows: DelimitedReader
  /// The share of the file that was read, from 0 to 1; nil if unknown.
  package var share: Double? { reader.share }
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
      timeIndex = try columns.index(of: time, Self.timeNames, role: "a time", option: "--time")
      valueIndex = try columns.index(of: value, Self.valueNames, role: "a number", option: "--value")
    } else {
      let first = try reader.lookAhead { try rows.next()?.map { Array($0) } } ?? []
      let timed = first.firstIndex { Timestamp(iso8601: $0[...].withoutBlanks) != nil }
      let timeIndex = try columns.index(
        of: time ?? timed.map { rows.names[$0] }, [], role: "a time", option: "--time")
      self.timeIndex = timeIndex
      let numbered = first.indices.first { $0 != timeIndex && DecimalText(first[$0][...].withoutBlanks) != nil }
      valueIndex = try columns.index(
        of: value ?? numbered.map { rows.names[$0] }, [], role: "a number", option: "--value")
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
        badRowCount += 1
        if badRows.count < 10 { badRows.append(BadRow(line: reader.line, reason: reason)) }
      }
      return true
    }
    if bodies == nil, let first = badRows.first, badRowCount == rowCount {
      throw EventFileError(path: path, fault: .noEvents(rows: rowCount, line: first.line, reason: first.reason))
    }
    return bodies
  }

  /// Adds a row's event; gives the reason if it has none, else nil.
  private func append(_ fields: [ArraySlice<UInt8>], to bodies: inout EventBodies) -> String? {
    guard fields.count == rows.names.count else {
      return "\(fields.count) fields where the header has \(rows.names.count)"
    }
    let time = fields[timeIndex].withoutBlanks
    guard let timestamp = EventTime.read(time) else { return "'\(Self.shown(time))' \(EventTime.fault)" }
    let value = fields[valueIndex].withoutBlanks
    guard let number = DecimalText(value)?.json else { return "'\(Self.shown(value))' is no number" }
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

  private static func shown(_ text: ArraySlice<UInt8>) -> String {
    visible(String(String(decoding: text.prefix(160), as: UTF8.self).prefix(40)), lineEnd: "⏎")
  }
}
