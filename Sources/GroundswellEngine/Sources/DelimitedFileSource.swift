import CivilTime
import JSONText
import Wording

/// Events from a CSV file: a time and a number of each row.
package struct DelimitedFileSource: BodySource {
  /// A row that makes no event.
  package struct BadRow: Hashable, Sendable {
    package let line: Int
    package let reason: String
  }

  /// Which columns the time and the number come from.
  package let mapping: (time: String, value: String)
  private(set) var rowCount = 0
  package private(set) var badRowCount = 0
  /// The first ten.
  package private(set) var badRows: [BadRow] = []

  private let path: String
  private let reader: RecordReader
  private let rows: DelimitedReader
  package var share: Double? { reader.share }
  /// What each event has beside time and number: names, and the columns' places.
  private let more: [(name: String, index: Int)]
  private let timeIndex: Int
  private let valueIndex: Int

  static let timeNames = ["timestamp", "created_at", "createdat", "datetime", "date_time", "date", "time"]
  static let valueNames = [
    "favorite_count", "favorite", "favorites", "favourites_count", "likes", "like_count", "value", "count",
  ]

  /// - Parameters:
  ///   - time: the column of the time; nil looks for the usual names.
  ///   - value: the column of the number; nil likewise.
  ///   - fields: columns that each event has besides.
  /// - Throws: `FileError`, ``SourceError``.
  package init(path: String, time: String? = nil, value: String? = nil, fields: [String] = []) throws {
    try self.init(try RecordReader(path, .record), time: time, value: value, fields: fields)
  }

  init(
    _ reader: RecordReader, _ options: DelimitedReader.Options = .init(), time: String?, value: String?,
    fields: [String] = []
  ) throws {
    path = reader.name
    self.reader = reader
    let rows = try DelimitedReader(reader, options)
    self.rows = rows
    let columns = ColumnNames(path: path, names: rows.names)
    if rows.hasHeader || options.columns != nil {
      timeIndex = try columns.place(of: time, Self.timeNames, role: "a time", option: "--time")
      valueIndex = try columns.place(of: value, Self.valueNames, role: "a number", option: "--value")
    } else {
      let first = try reader.lookAhead { try rows.next()?.map { Array($0) } } ?? []
      let timed = first.firstIndex { Timestamp(iso8601: $0[...].withoutBlanks) != nil }
      let timeIndex = try columns.place(
        of: time ?? timed.map { rows.names[$0] }, [], role: "a time", option: "--time")
      self.timeIndex = timeIndex
      let numbered = first.indices.first { $0 != timeIndex && DecimalText(first[$0][...].withoutBlanks) != nil }
      valueIndex = try columns.place(
        of: value ?? numbered.map { rows.names[$0] }, [], role: "a number", option: "--value")
    }
    more = try fields.map { (name: $0, index: try columns.place(of: $0)) }
    mapping = (rows.names[timeIndex], rows.names[valueIndex])
  }

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
      throw SourceError(path: path, fault: .noEvents(rows: rowCount, line: first.line, reason: first.reason))
    }
    return bodies
  }

  /// Adds a row's event; gives back why it has none.
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

  /// What JSON takes for a number as one, an empty field as null, all else as a text.
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

/// The names of a file's columns, for options that name some of them.
struct ColumnNames {
  let path: String
  let names: [String]

  /// - Throws: ``SourceError`` where no column or more than one has the name.
  func place(of name: String) throws(SourceError) -> Int {
    for fits in [{ $0 == name }, { $0.lowercased() == name.lowercased() }] as [(String) -> Bool] {
      let places = names.indices.filter { fits(names[$0]) }
      if places.count > 1 {
        throw SourceError(path: path, fault: .ambiguousColumn(name, places: places.map { $0 + 1 }))
      }
      if let place = places.first { return place }
    }
    throw SourceError(
      path: path, fault: .unknownColumn(name, header: names, closest: Suggestion.closest(to: name, in: names)))
  }

  /// - Parameters:
  ///   - name: nil looks for the usual ones.
  ///   - role: what it is for.
  func place(of name: String?, _ usual: [String], role: String, option: String) throws(SourceError) -> Int {
    if let name { return try place(of: name) }
    for name in usual where names.contains(where: { $0.lowercased() == name }) { return try place(of: name) }
    throw SourceError(path: path, fault: .noColumn(role: role, option: option, names: usual, header: names))
  }
}
