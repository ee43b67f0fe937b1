package import Columnar
import NotebookFormat

/// What a statement gives back. A command returns outputs and never prints; who runs it decides how they are shown.
package enum Output: Hashable, Sendable {
  /// Lines for a person, without a line end at the end.
  case text(String)
  case table(Table)
  /// How things stand at the moment; the columns of these names differ from run to run and are not kept.
  case status(Table, momentary: Set<String>)
  /// With how it is drawn where there are only characters.
  case plot(Plot, PlotText)

  /// As text/plain: what a terminal prints and a notebook saves.
  package var plainText: String {
    switch self {
    case .text(let text): text
    case .table(let table): TableText(table).rendered
    case .status(let table, let momentary): TableText(table.without(momentary)).rendered
    case .plot(let plot, let style): style.render(plot)
    }
  }

  /// As a notebook keeps it: the text, and beside it the richer form where there is one.
  var mimeBundle: MIMEBundle {
    var bundle: MIMEBundle = ["text/plain": .string(plainText)]
    switch self {
    case .text: break
    case .table(let table) where !table.columns.isEmpty: bundle["text/html"] = .string(TableHTML(table: table).rendered)
    case .status(let table, let momentary):
      bundle["text/html"] = .string(TableHTML(table: table.without(momentary)).rendered)
    case .table: break
    case .plot(let plot, _): bundle["image/svg+xml"] = .string(PlotSVG(plot).rendered)
    }
    return bundle
  }
}

extension Table {
  fileprivate func without(_ names: Set<String>) -> Table {
    let kept = schema.fields.indices.filter { !names.contains(schema.fields[$0].name) }
    return Table(schema: Schema(kept.map { schema.fields[$0] }), columns: kept.map { columns[$0] }, rowCount: rowCount)
  }
}

/// What running a cell gave: the outputs up to the end or to the first statement that failed.
package struct CellResult: Sendable {
  package var outputs: [Output]
  /// The failed statement's message: the problem, then the way out.
  package var failure: String?
}
