import CivilTime
import Columnar
import JSONText
import Parquet

/// What files of tables are written as, by their names' ends.
enum TableFileFormat: String, CaseIterable {
  case csv, jsonl, parquet

  struct Unknown: Error, CustomStringConvertible {
    let path: String
    var description: String {
      "\(path): it does not say what it is\nname it .csv, .jsonl or .parquet"
    }
  }

  init(of path: String) throws {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    switch ending {
    case "csv", "tsv": self = .csv
    case "jsonl", "ndjson", "json": self = .jsonl
    case "parquet": self = .parquet
    default: throw Unknown(path: path)
    }
  }
}

/// Reads a whole file as a table. Of text files the columns get the narrowest type that holds all their values: BOOLEAN,
/// BIGINT, DOUBLE, DATE, TIMESTAMP, else STRING; an empty field is null.
enum TableFileReader {
  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  static func read(_ path: String) throws -> Table {
    switch try TableFileFormat(of: path) {
    case .csv: try readDelimited(path)
    case .jsonl: try readLines(path)
    case .parquet: try ParquetFile(path: path).read()
    }
  }

  private static func readDelimited(_ path: String) throws -> Table {
    let reader = try RecordReader(path, .record)
    guard let header = try reader.next() else {
      throw Unreadable(description: "\(path) is empty\nits first line should name the columns")
    }
    let delimiter = DelimitedFileSource.delimiter(of: header)
    reader.delimiters = [delimiter]
    let names = DelimitedFileSource.fields(of: header, delimiter: delimiter).map { String(decoding: $0, as: UTF8.self) }
    try check(names, path)
    var columns = names.map { _ in TextColumn() }
    while let record = try reader.next() {
      if record.isEmpty, names.count > 1 { continue }
      let fields = DelimitedFileSource.fields(of: record, delimiter: delimiter)
      guard fields.count == names.count else {
        throw Unreadable(
          description:
            "\(path), line \(reader.line): \(fields.count) fields, where the first line names \(names.count)\nmend that line; nothing was imported"
        )
      }
      for (place, field) in fields.enumerated() { columns[place].append(field.isEmpty ? nil : Array(field)) }
      if reader.line % 10_000 == 0 { try Task.checkCancellation() }
    }
    let read = columns.map(\.column)
    return Table(schema: Schema(zip(names, read).map { Field($0, $1.type) }), columns: read)
  }

  private static func readLines(_ path: String) throws -> Table {
    let reader = try RecordReader(path, .line)
    var names: [String] = []
    var columns: [String: TextColumn] = [:]
    var count = 0
    while let line = try reader.next() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      func bad(_ what: String) -> Unreadable {
        Unreadable(description: "\(path), line \(reader.line): \(what)\nmend that line; nothing was imported")
      }
      let json: JSON
      do { json = try JSON(parsing: line) } catch { throw bad("\(error)") }
      guard let members = json.members else { throw bad("no JSON object") }
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        if columns[name] == nil {
          names.append(name)
          columns[name] = TextColumn(nulls: count)
        }
        switch value {
        case .null: columns[name]?.append(nil)
        case .string(let text): columns[name]?.append(Array(text.utf8), isText: true)
        case .array, .object: throw bad("'\(name)' is nested, which a table's column cannot be")
        default: columns[name]?.append(Array(value.description.utf8))
        }
      }
      count += 1
      for name in names where members[name] == nil { columns[name]?.append(nil) }
      if count % 10_000 == 0 { try Task.checkCancellation() }
    }
    guard !names.isEmpty else { throw Unreadable(description: "\(path) is empty\nit should hold a JSON object a line") }
    try check(names, path)
    let read = names.compactMap { columns[$0]?.column }
    return Table(schema: Schema(zip(names, read).map { Field($0, $1.type) }), columns: read)
  }

  private static func check(_ names: [String], _ path: String) throws {
    var seen: Set<String> = []
    for name in names {
      guard !name.isEmpty, !name.contains(where: { " ,;{}()\n\t=".contains($0) }) else {
        throw Unreadable(
          description:
            "\(path): '\(name)' is no name for a column\nuse letters, digits and _; blanks and any of ,;{}()= are not allowed"
        )
      }
      guard seen.insert(name.lowercased()).inserted else {
        throw Unreadable(description: "\(path): two columns are called '\(name)'\nnames must differ by more than case")
      }
    }
  }
}

/// Texts of a column, and what they could all be.
private struct TextColumn {
  private enum Kind: CaseIterable { case boolean, long, double, date, timestamp }

  private var texts = StringValues()
  private var validity: [Bool] = []
  private var kinds = Set(Kind.allCases)

  init(nulls: Int = 0) {
    for _ in 0..<nulls { append(nil) }
  }

  /// - Parameter isText: whether it was written as one, so that no number or flag is meant.
  mutating func append(_ bytes: [UInt8]?, isText: Bool = false) {
    validity.append(bytes != nil)
    texts.append(bytes ?? [])
    guard let bytes, !kinds.isEmpty else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    kinds = kinds.filter { kind in
      switch kind {
      case .boolean: !isText && (text == "true" || text == "false")
      case .long: !isText && Int64(text) != nil && !text.hasPrefix("+")
      case .double: !isText && text.first?.isLetter == false && Double(text) != nil
      case .date: bytes.count == 10 && Timestamp(text) != nil
      case .timestamp: bytes.count > 10 && Timestamp(text) != nil
      }
    }
  }

  var column: Column {
    let marks = validity.contains(false) ? validity : nil
    guard validity.contains(true) else { return Column(.string(texts), validity: marks) }
    func values<Element>(_ zero: Element, _ read: (String) -> Element?) -> [Element] {
      (0..<texts.count).map { read(texts[$0]) ?? zero }
    }
    if kinds.contains(.boolean) { return Column(.boolean(values(false) { $0 == "true" }), validity: marks) }
    if kinds.contains(.long) { return Column(.long(values(0) { Int64($0) }), validity: marks) }
    if kinds.contains(.double) { return Column(.double(values(0) { Double($0) }), validity: marks) }
    if kinds.contains(.date) {
      return Column(
        .date(values(0) { Timestamp($0).map { Int32(truncatingIfNeeded: $0.date.daysSinceEpoch) } }), validity: marks)
    }
    if kinds.contains(.timestamp) {
      return Column(.timestamp(values(0) { Timestamp($0)?.microseconds }), validity: marks)
    }
    return Column(.string(texts), validity: marks)
  }
}
