import Columnar
import NotebookFormat
import Wording

/// Writes a table as HTML for notebooks.
struct TableHTML {
  let table: Table
  /// The most rows that are shown; a caption counts all.
  static let maximalRows = 200

  var rendered: String {
    let header = table.schema.fields.map { #"<th title="\#($0.type.sqlName)">\#(escaped($0.name))</th>"# }
    var lines = ["<table>", "<thead><tr>\(header.joined())</tr></thead>", "<tbody>"]
    for row in 0..<min(table.rowCount, Self.maximalRows) {
      lines.append("<tr>\(table.row(row).map { "<td>\(Self.text(of: $0))</td>" }.joined())</tr>")
    }
    lines.append("</tbody>")
    if table.rowCount > Self.maximalRows {
      lines.append("<caption>\(Self.maximalRows) of \(counted(table.rowCount, "row"))</caption>")
    }
    return (lines + ["</table>"]).joined(separator: "\n")
  }

  private static func text(of value: Value) -> String {
    escaped(shortened(value.description, to: TableText.longestValue))
  }
}
