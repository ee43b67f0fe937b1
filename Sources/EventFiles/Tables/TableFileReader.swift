package import Columnar
import JSONText
import Parquet
import Wording

/// A format of table files, told by the file's name.
package enum TableFileFormat: String, CaseIterable, Sendable {
  case csv, jsonl, parquet

  /// The name's ending is of no known format.
  package struct Unknown: Error, Hashable, CustomStringConvertible {
    /// The path without a known ending.
    package let path: String
    /// The problem in one line.
    package var description: String { "\(path): unknown format" }
  }

  /// The format of a file with this name.
  ///
  /// - Throws: ``Unknown``.
  package init(of path: String) throws {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    switch ending {
    case "csv", "tsv": self = .csv
    case "jsonl", "ndjson", "json": self = .jsonl
    case "parquet": self = .parquet
    default: throw Unknown(path: path)
    }
  }
}

/// Reads a whole file as a table. A text file's column gets the narrowest type that holds all its values (``TextColumn``); an
/// empty field is null.
package struct TableFileReader {
  /// Options for CSV and JSON.
  package var text: DelimitedReader.Options
  /// Types of columns by name, in place of the found ones.
  package var types: [String: DataType]
  /// New names for columns; the old one is a name or a number, from 1.
  package var renames: [(old: String, new: String)]

  /// A reader that finds names and types, unless they are given.
  package init(
    text: DelimitedReader.Options = .init(), types: [String: DataType] = [:], renames: [(old: String, new: String)] = []
  ) {
    self.text = text
    self.types = types
    self.renames = renames
  }

  /// Reads a file of the format that its name tells.
  ///
  /// - Returns: the table, and notes for people.
  /// - Throws: `FileError`, ``EventFileError``, `ParquetError`, ``TableFileFormat/Unknown``.
  package func read(_ path: String) throws -> (table: Table, notes: [String]) {
    let isPacked = path.lowercased().hasSuffix(".gz")
    let format = try TableFileFormat(of: isPacked ? String(path.dropLast(3)) : path)
    if format != .csv, text.hasHeader != nil || text.columns != nil {
      throw EventFileError(path: path, fault: .notCSV)
    }
    switch format {
    case .csv: return try readDelimited(path)
    case .jsonl: return try readObjects(path)
    case .parquet:
      guard types.isEmpty, text.encoding == nil else {
        throw EventFileError(path: path, fault: .hasOwnTypes)
      }
      let file = try ParquetFile(path: path)
      let (table, cut) = try file.readAll(as: named(file.names, path))
      let local = file.localTimeColumns.map { "'\($0)' has no time zone: its times were taken as UTC" }
      return (table, local + cut.map { "'\($0)' has nanoseconds: digits after the microsecond were cut off" })
    }
  }

  private func readDelimited(_ path: String) throws -> (table: Table, notes: [String]) {
    let reader = try RecordReader(path, .record, encoding: text.encoding)
    let rows = try DelimitedReader(reader, text)
    let names = try named(rows.names, path)
    var columns = try wantedTypes(of: names, path).map { TextColumn($0) }
    while let fields = try rows.next() {
      guard fields.count == names.count else {
        throw EventFileError(path: path, fault: .fieldCount(fields.count, header: names.count, line: reader.line))
      }
      for (index, field) in fields.enumerated() {
        if field.isEmpty {
          columns[index].appendNull()
        } else if !columns[index].append(field) {
          throw misfit(field, names[index], in: reader)
        }
      }
    }
    return table(names, columns, notes: rows.notes)
  }

  private func readObjects(_ path: String) throws -> (table: Table, notes: [String]) {
    let reader = try RecordReader(path, .line, encoding: text.encoding)
    guard let form = try JSONLinesSource.form(of: reader) else {
      guard try reader.firstByte() == nil else { throw EventFileError(path: path, fault: .noObjects) }
      throw EventFileError(path: path, fault: .empty)
    }
    reader.form = form
    var names: [String] = []
    var columns: [String: TextColumn] = [:]
    var count = 0
    while let line = try reader.next() {
      if line.withoutBlanks.isEmpty { continue }
      let object: JSONMembers
      do { object = try JSONMembers(line) } catch {
        throw EventFileError(path: path, fault: .badObject(error, line: reader.line))
      }
      let members = object.json
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        if columns[name] == nil {
          names.append(name)
          columns[name] = TextColumn(type(of: name), nulls: count)
        }
        switch value {
        case .null: columns[name]?.appendNull()
        case .array where type(of: name) != .string, .object where type(of: name) != .string:
          throw EventFileError(path: path, fault: .nested(column: name, line: reader.line))
        default:
          let text = object.text(of: name, value)
          if columns[name]?.append(text, isText: value.text != nil) == false { throw misfit(text, name, in: reader) }
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
      "column \(name): digits after the microsecond are cut off"
    }
    return (Table(schema: Schema(zip(names, read).map { Field($0, $1.type) }), columns: read), notes + cut)
  }

  private func misfit(_ text: ArraySlice<UInt8>, _ name: String, in reader: RecordReader) -> EventFileError {
    let shown = visible(String(String(decoding: text.prefix(160), as: UTF8.self).prefix(40)), lineEnd: "⏎")
    return EventFileError(
      path: reader.name, fault: .misfit(shown, column: name, type: type(of: name) ?? .string, line: reader.line))
  }

  // MARK: Names and types

  private func type(of name: String) -> DataType? {
    types[name] ?? types.first { $0.key.lowercased() == name.lowercased() }?.value
  }

  /// The types that the caller wants, column by column; nil finds one.
  private func wantedTypes(of names: [String], _ path: String) throws -> [DataType?] {
    let columns = ColumnNames(path: path, names: names)
    for name in types.keys.sorted() { _ = try columns.index(of: name) }
    return names.map(type(of:))
  }

  /// The columns' names after renaming.
  ///
  /// - Throws: ``EventFileError`` for a name that a table cannot have, and for two equal names.
  private func named(_ written: [String], _ path: String) throws -> [String] {
    let columns = ColumnNames(path: path, names: written)
    var names = written
    for (old, new) in renames {
      let number = written.contains(old) ? nil : Int(old).flatMap { written.indices.contains($0 - 1) ? $0 - 1 : nil }
      names[try number ?? columns.index(of: old)] = new
    }
    var seen: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      guard !name.isEmpty, !name.contains(where: { " ,;{}()\n\t=\r".contains($0) }) else {
        throw EventFileError(path: path, fault: .badColumnName(name, number: index + 1))
      }
      if let first = seen[name.lowercased()] {
        throw EventFileError(
          path: path, fault: .repeatedColumnName(name, first: first + 1, second: index + 1))
      }
      seen[name.lowercased()] = index
    }
    return names
  }
}
