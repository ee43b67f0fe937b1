package import Columnar
package import NotebookFormat
import Wording

/// The value that a statement gives. A command returns outputs and never prints; the caller decides how they are shown.
package enum Output: Hashable, Sendable {
  /// Lines for people, without a line end at the end.
  case text(String)
  /// Lines about the shell and this machine, which notebooks leave out.
  case aside(String)
  case table(Table)
  /// A table that is shown with all its rows.
  case listing(Table)
  /// A status at this moment; the columns of these names differ from run to run, and notebooks leave them out.
  case status(Table, momentary: Set<String>)
  /// A plot or another picture.
  case picture(Picture)
  /// A saved text and the new one.
  case comparison(Comparison)

  /// The text in a saved notebook and in a pipe, without a line end at the end.
  package var plainText: String { kept.rendered(on: .notebook) }

  /// The output in a notebook: its text, and HTML or SVG beside it if it has such a form.
  package var mimeBundle: MIMEBundle {
    var bundle: MIMEBundle = ["text/plain": .string(harmless(plainText))]
    switch kept {
    case .text, .aside, .comparison, .status: break
    case .table(let table), .listing(let table):
      if !table.columns.isEmpty { bundle["text/html"] = .string(TableHTML(table: table).rendered) }
    case .picture(let picture): bundle["image/svg+xml"] = .string(picture.drawing.svg)
    }
    return bundle
  }

  /// The output without what differs from run to run.
  private var kept: Output {
    if case .status(let table, let momentary) = self { .table(table.without(momentary)) } else { self }
  }
}

extension Output {
  /// An output that is a drawing of any kind.
  package static func drawing(_ drawing: some Drawing) -> Output { .picture(Picture(drawing: drawing)) }

  /// A plot, with its style on terminals.
  package static func plot(_ plot: Plot, _ style: PlotText) -> Output { .drawing(StyledPlot(plot: plot, style: style)) }

  /// A histogram.
  package static func histogram(_ histogram: Histogram) -> Output { .drawing(histogram) }
}

extension Table {
  fileprivate func without(_ names: Set<String>) -> Table {
    let kept = schema.fields.indices.filter { !names.contains(schema.fields[$0].name) }
    return Table(schema: Schema(kept.map { schema.fields[$0] }), columns: kept.map { columns[$0] }, rowCount: rowCount)
  }
}
