import Columnar

/// A table drawn with lines: names over the values, numbers to the right, texts to the left.
struct TableText {
  private let table: Table

  init(_ table: Table) {
    self.table = table
  }

  /// The drawing, without a line end at the end.
  var rendered: String {
    let header = table.schema.names
    let cells = shownRows.map { row in
      row.map { table.row($0).map { flattened($0.description) } } ?? header.map { _ in "⋮" }
    }
    let widths = header.indices.map { column in
      max(displayWidth(header[column]), cells.map { displayWidth($0[column]) }.max() ?? 0)
    }
    let isNumeric = table.schema.fields.map(\.type.isNumeric)
    func line(_ values: [String]) -> String {
      let padded = values.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - displayWidth(values[column]))
        return isNumeric[column] ? blanks + values[column] : values[column] + blanks
      }
      return "│ " + padded.joined(separator: " │ ") + " │"
    }
    func rule(_ left: String, _ middle: String, _ right: String) -> String {
      left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right
    }
    let count = table.rowCount > Self.maximalRows ? ["\(counted(table.rowCount, "row"))"] : []
    return ([rule("┌", "┬", "┐"), line(header), rule("├", "┼", "┤")] + cells.map(line) + [rule("└", "┴", "┘")] + count)
      .joined(separator: "\n")
  }

  /// The rows that are drawn, nil for those between: of a long table the first and the last.
  private var shownRows: [Int?] {
    let count = table.rowCount
    guard count > Self.maximalRows else { return Array(0..<count) }
    return (0..<Self.maximalRows / 2).map { $0 } + [nil] + (count - Self.maximalRows / 2..<count).map { $0 }
  }

  /// More would push what matters off the screen.
  private static let maximalRows = 40

  private func flattened(_ text: String) -> String { visible(text, lineEnd: "⏎") }
}
