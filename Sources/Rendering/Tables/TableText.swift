import Columnar
import Wording

/// Draws a table with lines: names over types over values, numbers to the right, texts to the left.
///
/// If it is too wide, texts are cut first, marked by `…`, then columns in the middle are left out. Numbers and times are never cut:
/// half a number is another number.
struct TableText {
  private let table: Table
  private let columns: Int?
  private let limit: Int
  private let ascii: Bool

  /// The most rows that are drawn.
  static let maximalRows = 40
  /// The longest value that is drawn, in Unicode scalars; other formats have all of it.
  static let longestValue = 2_000
  /// The narrowest column that a text is cut to.
  private static let leastWidth = 8

  /// - Parameters:
  ///   - columns: the room, in columns of characters; nil for any.
  ///   - maximalRows: the most rows that are drawn; of a longer table, the first and the last.
  init(
    _ table: Table, columns: Int? = nil, maximalRows: Int = TableText.maximalRows, ascii: Bool = false
  ) {
    self.table = table
    self.columns = columns
    limit = max(2, maximalRows)
    self.ascii = ascii
  }

  /// The drawing, without a line end at the end.
  var rendered: String {
    let lineEnd = ascii ? "\\n" : "⏎"
    var cells = [
      table.schema.names.map { visible($0, lineEnd: lineEnd) },
      table.schema.fields.map { $0.type.sqlName.lowercased() },
    ]
    cells += shownRows.map { row in
      row.map { table.row($0).map { visible(shortened($0.description, to: Self.longestValue), lineEnd: lineEnd) } }
        ?? table.schema.names.map { _ in "⋮" }
    }
    let layout = Layout(cells, canCut: table.schema.fields.map { $0.type == .string }, room: columns)
    let isNumeric = table.schema.fields.map(\.type.isNumeric)
    func line(_ values: [String]) -> String {
      let padded = layout.slots.map { slot -> String in
        guard let column = slot else { return "…" }
        let text = clipped(values[column], to: layout.widths[column])
        let blanks = String(repeating: " ", count: layout.widths[column] - displayWidth(text))
        return isNumeric[column] ? blanks + text : text + blanks
      }
      return "│ " + padded.joined(separator: " │ ") + " │"
    }
    func rule(_ left: String, _ middle: String, _ right: String) -> String {
      let widths = layout.slots.map { $0.map { layout.widths[$0] } ?? 1 }
      return left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right
    }
    let drawn =
      [rule("┌", "┬", "┐")] + cells.prefix(2).map(line) + [rule("├", "┼", "┤")]
      + cells.dropFirst(2).map(line)
      + [rule("└", "┴", "┘")]
    return ((ascii ? drawn.map(Self.plain) : drawn) + notes(layout)).joined(separator: "\n")
  }

  private func notes(_ layout: Layout) -> [String] {
    var notes: [String] = []
    if table.rowCount > limit {
      notes.append(
        "\(counted(table.rowCount, "row")), \(grouped(table.rowCount - limit / 2 * 2)) in the middle left out")
    }
    let hidden = table.columns.count - layout.slots.count(where: { $0 != nil })
    if hidden > 0 { notes.append("\(counted(hidden, "column")) left out: set format vertical shows all") }
    return notes.isEmpty ? [] : [notes.joined(separator: "; ")]
  }

  /// The indices of the rows that are drawn; nil stands for the rows between the first and the last ones of a long table.
  private var shownRows: [Int?] {
    let count = table.rowCount
    guard count > limit else { return Array(0..<count) }
    return (0..<limit / 2).map { $0 } + [nil] + (count - limit / 2..<count).map { $0 }
  }

  /// A line in plain characters.
  private static func plain(_ line: String) -> String {
    // In a rule ┤ is a crossing; on a plot's axis it is a tick.
    String(line.map { $0 == "…" ? "~" : $0 == "┤" ? "+" : plainFrame[$0] ?? $0 })
  }

  /// The columns that are drawn, and their widths.
  private struct Layout {
    /// The indices of the columns; nil stands for the columns left out.
    private(set) var slots: [Int?]
    private(set) var widths: [Int]

    init(_ cells: [[String]], canCut: [Bool], room: Int?) {
      slots = canCut.indices.map { $0 }
      widths = canCut.indices.map { column in cells.map { displayWidth($0[column]) }.max() ?? 0 }
      guard let room else { return }
      var excess = total - room
      while excess > 0,
        let widest = widths.indices.filter({ canCut[$0] && widths[$0] > TableText.leastWidth })
          .max(by: { widths[$0] < widths[$1] })
      {
        // Down to the next widest at once would be quicker; texts are short enough.
        widths[widest] -= 1
        excess -= 1
      }
      while total > room, slots.count(where: { $0 != nil }) > 1 {
        let middle = slots.firstIndex(of: nil) ?? slots.count / 2
        // The columns left out share one slot.
        if slots.indices.contains(middle), slots[middle] == nil {
          slots.remove(at: middle > slots.count / 2 ? middle - 1 : min(middle + 1, slots.count - 1))
        } else {
          slots[middle] = nil
        }
      }
    }

    private var total: Int { slots.reduce(1) { $0 + ($1.map { widths[$0] } ?? 1) + 3 } }
  }
}
