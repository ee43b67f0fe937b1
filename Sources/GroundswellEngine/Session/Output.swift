package import Columnar
import NotebookFormat
import Wording

/// What a statement gives back. A command returns outputs and never prints; who runs it decides how they are shown.
package enum Output: Hashable, Sendable {
  /// Lines for a person, without a line end at the end.
  case text(String)
  /// Lines about the shell and this machine, which no notebook keeps.
  case aside(String)
  case table(Table)
  /// A table that is shown with all its rows.
  case listing(Table)
  /// How things stand at the moment; the columns of these names differ from run to run and are not kept.
  case status(Table, momentary: Set<String>)
  /// With how it is drawn where there are only characters.
  case plot(Plot, PlotText)
  case histogram(Histogram)
  /// What a saved notebook says and what came instead.
  case comparison(Comparison)

  /// As text/plain: what a notebook saves, and a pipe gets.
  package var plainText: String { kept.rendered(on: .notebook) }

  /// Without what differs from run to run.
  private var kept: Output {
    if case .status(let table, let momentary) = self { .table(table.without(momentary)) } else { self }
  }

  /// As a notebook keeps it, without secrets: the text, and beside it the richer form where there is one.
  func mimeBundle(without secrets: Secrets) -> MIMEBundle {
    let bundle = mimeBundle
    // Values are masked before they are drawn, so that what is drawn keeps its widths.
    guard bundle.values.contains(where: { $0.text.map { secrets.masked($0) != $0 } ?? false }) else { return bundle }
    return masked(by: secrets, isKept: true).mimeBundle.mapValues { $0.text.map { .string(secrets.masked($0)) } ?? $0 }
  }

  private var mimeBundle: MIMEBundle {
    var bundle: MIMEBundle = ["text/plain": .string(harmless(plainText))]
    switch kept {
    case .text, .aside, .comparison, .status: break
    case .table(let table), .listing(let table):
      if !table.columns.isEmpty { bundle["text/html"] = .string(TableHTML(table: table).rendered) }
    case .plot(let plot, _): bundle["image/svg+xml"] = .string(PlotSVG(plot).rendered)
    case .histogram(let histogram): bundle["image/svg+xml"] = .string(HistogramSVG(histogram).rendered)
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
  /// Where in the cell the fault lies, if it is at a word.
  package var place: FaultPlace?
  /// What was read: `tweets (version 3)`, `the hub default`.
  package var sources: [String] = []

  package init(outputs: [Output], failure: String? = nil, place: FaultPlace? = nil, sources: [String] = []) {
    self.outputs = outputs
    self.failure = failure
    self.place = place
    self.sources = sources
  }

  /// Whether there is more to show than words about the shell.
  package var isWorthARemark: Bool {
    outputs.contains { if case .aside = $0 { false } else { true } }
  }

  /// How many rows the last table of the outputs has; nil where there is none.
  package var rowCount: Int? {
    for output in outputs.reversed() {
      switch output {
      case .table(let table), .listing(let table), .status(let table, _): return table.rowCount
      default: continue
      }
    }
    return nil
  }
}

/// A word of a cell that is at fault.
package struct FaultPlace: Hashable, Sendable {
  /// The line of the cell, as it was typed.
  package let line: String
  /// Where the word begins in it, in columns of a terminal.
  package let column: Int
  let isWholeLine: Bool
  /// Of longer lines a part is shown, in columns.
  private static let longest = 400

  /// The line, and below it a mark under the word; nil where the word is the whole line.
  package var rendered: String? {
    guard !isWholeLine else { return nil }
    let shown = visible(line, lineEnd: "")
    guard shown.utf8.count > Self.longest, displayWidth(shown) > Self.longest else {
      return "  \(shown)\n  \(String(repeating: " ", count: column))^"
    }
    // Of a long line what stands around the word.
    var (before, start) = (0, shown.startIndex)
    while before < column - Self.longest / 2, start < shown.endIndex {
      before += displayWidth(String(shown[start]))
      start = shown.index(after: start)
    }
    return
      "  …\(clipped(String(shown[start...]), to: Self.longest))\n   \(String(repeating: " ", count: column - before))^"
  }
}
