import Columnar

/// What outputs are drawn on: how much room there is and which characters it knows.
package struct Display: Hashable, Sendable {
  /// Columns of characters; nil where lines may be of any length.
  package var columns: Int?
  /// Lines; nil where there is no end.
  package var rows: Int?
  /// Whether there are plain characters only.
  package var ascii: Bool
  package var format: TableFormat

  package init(columns: Int? = nil, rows: Int? = nil, ascii: Bool = false, format: TableFormat = .table) {
    self.columns = columns
    self.rows = rows
    self.ascii = ascii
    self.format = format
  }

  /// How much of a value a screen shows, in Unicode scalars; nil for all.
  var longestValue: Int? { columns == nil ? nil : 10_000 }

  /// As a notebook keeps what it shows: the same wherever it ran.
  package static let notebook = Display()
}

extension Output {
  /// The output's text, without a line end at the end.
  package func rendered(on display: Display) -> String {
    switch self {
    case .text(let text), .aside(let text): text
    case .table(let table): rendered(table, on: display)
    case .status(let table, _): rendered(table, on: display)
    case .listing(let table):
      display.format == .table
        ? TableText(table, columns: display.columns, maximalRows: .max, ascii: display.ascii).rendered
        : display.format.render(table, longest: display.longestValue)
    case .plot(let plot, var style):
      {
        style.ascii = style.ascii || display.ascii; return style.render(plot, columns: display.columns ?? 80)
      }()
    case .histogram(let histogram):
      HistogramText(histogram, columns: display.columns ?? 80, ascii: display.ascii).rendered
    case .comparison(let comparison): comparison.rendered(columns: display.columns ?? 100)
    }
  }

  private func rendered(_ table: Table, on display: Display) -> String {
    guard display.format == .table else { return display.format.render(table, longest: display.longestValue) }
    // Names, types, four rules, the count and the next prompt take lines as well.
    let room = display.rows.map { max(6, $0 - 9) } ?? TableText.maximalRows
    return TableText(
      table, columns: display.columns, maximalRows: min(room, TableText.maximalRows), ascii: display.ascii
    ).rendered
  }
}
