import Columnar
import JSONText
import Parquet
import Wording

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

/// Reads a whole file as a table. Of text files the columns get the types that hold all their values (``TextColumn``); an empty
/// field is null.
struct TableFileReader {
  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  /// For CSV and JSON.
  var text = DelimitedReader.Options()
  /// Types of columns, by name, in place of those that are found.
  var types: [String: DataType] = [:]
  /// New names for columns, each named as it was or by its place, from 1.
  var renames: [(old: String, new: String)] = []

  /// - Returns: the table, and what a person should know of it.
  /// - Throws: `FileError`, ``SourceError``, `ParquetError`, ``Unreadable``.
  func read(_ path: String) throws -> (table: Table, notes: [String]) {
    let isPacked = path.lowercased().hasSuffix(".gz")
    let format = try TableFileFormat(of: isPacked ? String(path.dropLast(3)) : path)
    if format != .csv, text.hasHeader != nil || text.columns != nil {
      throw Unreadable(description: "\(path): --columns, --header and --no-header are for CSV\nleave them out")
    }
    switch format {
    case .csv: return try readDelimited(path)
    case .jsonl: return try readObjects(path)
    case .parquet:
      guard types.isEmpty, text.encoding == nil else {
        throw Unreadable(description: "\(path): Parquet has types of its own\nleave out --types and --encoding")
      }
      let file = try ParquetFile(path: path)
      let (table, cut) = try file.readAll(as: named(file.names, path))
      let local = file.localTimeColumns.map { "'\($0)' has no time zone: its times were taken as UTC" }
      return (table, local + cut.map { "'\($0)' has nanoseconds: digits behind the microsecond were cut off" })
    }
  }

  private func readDelimited(_ path: String) throws -> (table: Table, notes: [String]) {
    let reader = try RecordReader(path, .record, encoding: text.encoding)
    let rows = try DelimitedReader(reader, text)
    let names = try named(rows.names, path)
    var columns = try wantedTypes(of: names, path).map { TextColumn($0) }
    while let fields = try rows.next() {
      guard fields.count == names.count else {
        throw Unreadable(
          description:
            "\(path), line \(reader.line): \(fields.count) fields, where the first line has \(names.count)\nmend that line; nothing was imported"
        )
      }
      for (place, field) in fields.enumerated() {
        if field.isEmpty {
          columns[place].appendNull()
        } else if !columns[place].append(field) {
          throw misfit(field, names[place], at: "\(path), line \(reader.line)")
        }
      }
    }
    return table(names, columns, notes: rows.notes)
  }

  private func readObjects(_ path: String) throws -> (table: Table, notes: [String]) {
    let reader = try RecordReader(path, .line, encoding: text.encoding)
    guard let form = try JSONLinesSource.form(of: reader) else {
      guard try reader.firstByte() == nil else { throw SourceError(path: path, fault: .noObjects) }
      throw Unreadable(description: "\(path) is empty\nit should hold JSON objects")
    }
    reader.form = form
    var names: [String] = []
    var columns: [String: TextColumn] = [:]
    var count = 0
    while let line = try reader.next() {
      if line.withoutBlanks.isEmpty { continue }
      let place = "\(path), line \(reader.line)"
      func bad(_ what: String) -> Unreadable {
        Unreadable(description: "\(place): \(what)\nmend that line; nothing was imported")
      }
      let object: JSONMembers
      do { object = try JSONMembers(line) } catch { throw bad("\(error)") }
      let members = object.json
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        if columns[name] == nil {
          names.append(name)
          columns[name] = TextColumn(type(of: name), nulls: count)
        }
        switch value {
        case .null: columns[name]?.appendNull()
        case .array where type(of: name) != .string, .object where type(of: name) != .string:
          throw Unreadable(
            description:
              "\(place): '\(name)' is nested, which a table's column cannot be\ntake it as JSON text: --types '\(name)=STRING'; nothing was imported"
          )
        default:
          let text = object.text(of: name, value)
          if columns[name]?.append(text, isText: value.text != nil) == false { throw misfit(text, name, at: place) }
        }
      }
      count += 1
      for name in names where members[name] == nil { columns[name]?.appendNull() }
    }
    _ = try wantedTypes(of: names, path)
    return table(try named(names, path), names.compactMap { columns[$0] }, notes: [])
  }

  private func table(_ names: [String], _ columns: [TextColumn], notes: [String]) -> (Table, [String]) {
    let read = columns.map(\.column)
    let cut = zip(names, zip(columns, read)).filter { $0.1.0.cutsTimes && $0.1.1.type == .timestamp }.map { name, _ in
      "column \(name): digits behind the microsecond are cut off"
    }
    return (Table(schema: Schema(zip(names, read).map { Field($0, $1.type) }), columns: read), notes + cut)
  }

  private func misfit(_ text: ArraySlice<UInt8>, _ name: String, at place: String) -> Unreadable {
    let shown = visible(String(String(decoding: text.prefix(160), as: UTF8.self).prefix(40)), lineEnd: "⏎")
    return Unreadable(
      description:
        "\(place): '\(shown)' is no \(type(of: name)?.sqlName ?? "value"), which --types asks of '\(name)'\nmend that line, or ask for another type; nothing was imported"
    )
  }

  // MARK: Names and types

  private func type(of name: String) -> DataType? {
    types[name] ?? types.first { $0.key.lowercased() == name.lowercased() }?.value
  }

  /// The types that were asked for, column by column.
  private func wantedTypes(of names: [String], _ path: String) throws -> [DataType?] {
    let columns = ColumnNames(path: path, names: names)
    for name in types.keys.sorted() { _ = try columns.place(of: name) }
    return names.map(type(of:))
  }

  /// The columns' names once they are renamed, which a table can have.
  private func named(_ written: [String], _ path: String) throws -> [String] {
    let columns = ColumnNames(path: path, names: written)
    var names = written
    for (old, new) in renames {
      let number = written.contains(old) ? nil : Int(old).flatMap { written.indices.contains($0 - 1) ? $0 - 1 : nil }
      names[try number ?? columns.place(of: old)] = new
    }
    var seen: [String: Int] = [:]
    for (place, name) in names.enumerated() {
      guard !name.isEmpty, !name.contains(where: { " ,;{}()\n\t=\r".contains($0) }) else {
        let better = name.map { $0.isLetter || $0.isNumber ? $0 : "_" }
        throw Unreadable(
          description:
            "\(path): '\(visible(name, lineEnd: "⏎"))' is no name for a column: blanks and any of ,;{}()= are not allowed\nrename it: --rename '\(place + 1)=\(better.isEmpty ? "column\(place + 1)" : String(better))'"
        )
      }
      if let first = seen[name.lowercased()] {
        throw Unreadable(
          description:
            "\(path): columns \(first + 1) and \(place + 1) are both called '\(name)' (case does not count)\nrename one: --rename \(place + 1)=\(name)2"
        )
      }
      seen[name.lowercased()] = place
    }
    return names
  }
}
