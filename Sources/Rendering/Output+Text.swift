import Columnar

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
    case .picture(let picture): picture.drawing.text(columns: display.columns ?? 80, ascii: display.ascii)
    case .comparison(let comparison): comparison.rendered(columns: display.columns ?? 100)
    }
  }

  private func rendered(_ table: Table, on display: Display) -> String {
    guard display.format == .table else { return display.format.render(table, longest: display.longestValue) }
    // Names, types, four rules, the count and the next prompt take nine lines.
    let room = display.rows.map { max(6, $0 - 9) } ?? TableText.maximalRows
    return TableText(
      table, columns: display.columns, maximalRows: min(room, TableText.maximalRows), ascii: display.ascii
    ).rendered
  }
}
