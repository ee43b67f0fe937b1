package import Columnar
import JSONText
import Wording

/// A format of tables: for people, or for other programs.
package enum TableFormat: String, CaseIterable, Sendable {
  /// Drawn with lines, for people.
  case table
  /// RFC 4180, with a header.
  case csv
  /// An array of objects.
  case json
  /// An object a line.
  case jsonl
  case markdown
  /// One line a value, for wide rows.
  case vertical

  /// Whether it is for other programs, which get the exact values.
  package var isData: Bool {
    switch self {
    case .csv, .json, .jsonl: true
    case .table, .markdown, .vertical: false
    }
  }

  /// The table's text, without a line end at the end.
  ///
  /// - Parameter longest: the longest value for people, in Unicode scalars; nil for any. Data for programs is whole.
  package func render(_ table: Table, longest: Int? = nil) -> String {
    switch self {
    case .table: return TableText(table).rendered
    case .csv: return ([table.schema.names] + cells(of: table)).map(Self.record).joined(separator: "\n")
    case .vertical: return vertical(table, longest)
    case .json: return "[" + objects(of: table).joined(separator: ",\n ") + "]"
    case .jsonl: return objects(of: table).joined(separator: "\n")
    case .markdown:
      let rule = table.schema.fields.map { $0.type.isNumeric ? "---:" : "---" }
      let cells = cells(of: table).map { row in row.map { cell in longest.map { shortened(cell, to: $0) } ?? cell } }
      return ([table.schema.names, rule] + cells).map { row in
        "| "
          + row.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
          .map { harmless($0.split(whereSeparator: \.isNewline).joined(separator: " ")) }.joined(separator: " | ")
          + " |"
      }.joined(separator: "\n")
    }
  }

  private func vertical(_ table: Table, _ longest: Int?) -> String {
    let names = table.schema.names.map { visible($0, lineEnd: "⏎") }
    let width = names.map { displayWidth($0) }.max() ?? 0
    return (0..<table.rowCount).map { row in
      let values = zip(names, table.row(row)).map { name, value in
        let text = longest.map { shortened(value.description, to: $0) } ?? value.description
        return name + String(repeating: " ", count: width - displayWidth(name) + 2)
          + visible(text, lineEnd: "\n" + String(repeating: " ", count: width + 2))
      }
      return (["-- \(row + 1) --"] + values).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The rows of CSV, without the header and without a line end at the end.
  package func renderRows(_ table: Table) -> String { cells(of: table).map(Self.record).joined(separator: "\n") }

  /// Nulls are empty fields.
  private func cells(of table: Table) -> [[String]] {
    (0..<table.rowCount).map { row in table.row(row).map { $0 == .null ? "" : $0.description } }
  }

  private static func record(_ fields: [String]) -> String {
    fields.map { field in
      // By bytes: a mark that combines with a comma makes another character of it, and the same byte.
      guard field.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return field }
      let pieces = field.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
      return "\"" + pieces.joined(separator: "\"\"") + "\""
    }.joined(separator: ",")
  }

  /// Members in the order of the columns, as people expect them.
  private func objects(of table: Table) -> [String] {
    (0..<table.rowCount).map { row in
      let members = zip(table.schema.names, table.row(row)).map { name, value in
        JSON.string(name).description + ":" + Self.json(value).description
      }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  private static func json(_ value: Value) -> JSON {
    switch value {
    case .null: .null
    case .boolean(let flag): .boolean(flag)
    case .integer(let number): .integer(number)
    case .double(let number): .double(number)
    case .string(let text): .string(text)
    case .decimal, .date, .timestamp: .string(value.description)
    }
  }
}
