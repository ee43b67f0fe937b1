import CivilTime
import JSONText

/// Events from a CSV file with a header (RFC 4180; `,`, `;` or tab): a time and a number of each row.
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
  package var share: Double? { reader.share }
  private let delimiter: UInt8
  /// What each event has beside time and number: names, and the columns' places.
  private let more: [(name: String, index: Int)]
  private let timeIndex: Int
  private let valueIndex: Int
  private let width: Int

  static let timeNames = ["timestamp", "created_at", "createdat", "datetime", "date_time", "date", "time"]
  static let valueNames = ["favorite_count", "favorite", "favourites_count", "likes", "like_count", "value", "count"]

  /// - Parameters:
  ///   - time: the column of the time; nil looks for the usual names.
  ///   - value: the column of the number; nil likewise.
  ///   - fields: columns that each event has besides.
  /// - Throws: `FileError`, ``SourceError``.
  package init(path: String, time: String? = nil, value: String? = nil, fields: [String] = []) throws {
    try self.init(path, reader: try RecordReader(path, .record), time: time, value: value, fields: fields)
  }

  init(_ path: String, reader: RecordReader, time: String?, value: String?, fields: [String] = []) throws {
    self.path = path
    self.reader = reader
    var first = try reader.next()
    while first?.isEmpty == true { first = try reader.next() }
    guard let first else { throw SourceError(path: path, fault: .empty) }
    delimiter = Self.delimiter(of: first)
    reader.delimiters = [delimiter]
    let header = Self.fields(of: first, delimiter: delimiter).map { String(decoding: $0, as: UTF8.self) }
    let folded = header.map { $0.lowercased() }
    func find(_ named: String) throws -> Int {
      if let index = header.firstIndex(of: named) ?? folded.firstIndex(of: named.lowercased()) { return index }
      let closest = Suggestion.closest(to: named, in: header)
      throw SourceError(path: path, fault: .unknownColumn(named, header: header, closest: closest))
    }
    func find(_ named: String?, _ usual: [String], role: String, option: String) throws -> Int {
      if let named { return try find(named) }
      for name in usual {
        if let index = folded.firstIndex(of: name) { return index }
      }
      throw SourceError(path: path, fault: .noColumn(role: role, option: option, names: usual, header: header))
    }
    timeIndex = try find(time, Self.timeNames, role: "a time", option: "--time")
    valueIndex = try find(value, Self.valueNames, role: "a number", option: "--value")
    more = try fields.map { (name: $0, index: try find($0)) }
    width = header.count
    mapping = (header[timeIndex], header[valueIndex])
  }

  package mutating func next(maximum: Int) throws -> EventBodies? {
    let bodies = try reader.gather(maximum) { bodies in
      guard let record = try reader.next() else { return false }
      if record.isEmpty { return true }
      rowCount += 1
      let fields = Self.fields(of: record, delimiter: delimiter)
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
    guard fields.count == width else { return "\(fields.count) fields where the header has \(width)" }
    let time = fields[timeIndex]
    guard let timestamp = Self.time(time) else { return "'\(Self.shown(time))' is no time" }
    let value = fields[valueIndex]
    let more = more.map { ($0.name, Self.json(fields[$0.index])) }
    if let number = Int64(String(decoding: value, as: UTF8.self)) {
      bodies.append(time: timestamp, number: String(number).utf8, more: more)
    } else if let number = Double(String(decoding: value, as: UTF8.self)), number.isFinite {
      bodies.append(time: timestamp, number: "\(number)".utf8, more: more)
    } else {
      return "'\(Self.shown(value))' is no number"
    }
    return nil
  }

  /// What JSON takes for a number as one, an empty field as null, all else as a text.
  private static func json(_ field: ArraySlice<UInt8>) -> JSON {
    if field.isEmpty { return .null }
    if let number = try? JSON(parsing: field), number.number != nil { return number }
    return .string(String(decoding: field, as: UTF8.self))
  }

  /// ISO 8601, as X writes times, or seconds (10 digits) or milliseconds (13) since 1970.
  private static func time(_ text: ArraySlice<UInt8>) -> Timestamp? {
    if let time = Timestamp(iso8601: text) { return time }
    let written = String(decoding: text, as: UTF8.self)
    guard let number = Int64(written) else { return Timestamp(tweetDate: written) }
    return switch text.count {
    case 10: Timestamp(seconds: number)
    case 13: Timestamp(microseconds: number * 1_000)
    default: nil
    }
  }

  private static func shown(_ text: ArraySlice<UInt8>) -> String {
    String(decoding: text.prefix(40), as: UTF8.self)
  }

  /// Comma, semicolon or tab, whichever a header has most of.
  static func delimiter(of header: ArraySlice<UInt8>) -> UInt8 {
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let most = candidates.max { left, right in header.count { $0 == left } < header.count { $0 == right } }
    return most ?? candidates[0]
  }

  static func fields(of record: ArraySlice<UInt8>, delimiter: UInt8) -> [ArraySlice<UInt8>] {
    let quote = UInt8(ascii: "\"")
    if !record.contains(quote) {
      return record.split(separator: delimiter, omittingEmptySubsequences: false)
    }
    var fields: [ArraySlice<UInt8>] = []
    var field: [UInt8] = []
    var (isQuoted, isAtStart) = (false, true)
    var position = record.startIndex
    while position < record.endIndex {
      let byte = record[position]
      if isQuoted, byte == quote {
        // A doubled quote within quotes stands for one.
        if position + 1 < record.endIndex, record[position + 1] == quote {
          field.append(quote)
          position += 1
        } else {
          isQuoted = false
        }
      } else if byte == quote, isAtStart {
        isQuoted = true
      } else if byte == delimiter, !isQuoted {
        fields.append(field[...])
        field = []
        isAtStart = true
        position += 1
        continue
      } else {
        field.append(byte)
      }
      isAtStart = false
      position += 1
    }
    return fields + [field[...]]
  }
}
