import JSONText
import Wording

/// A report for a browser, in one file.
extension Notebook {
  /// The notebook as a self-contained page of HTML: explanations, cells, and outputs in their richest safe representation
  /// (``HarmlessMarkup``). A content security policy forbids scripts and external content.
  ///
  /// - Parameter name: the title, if the notebook has no heading.
  public func html(name: String) -> String {
    let title = heading ?? name
    let bodies = cells.map { cell in
      let body: String
      switch cell.kind {
      case .markdown: body = #"<div class="text">\#(renderedMarkdown(cell.source))</div>"#
      case .raw, .other: body = "<pre>\(escaped(cell.source))</pre>"
      case .code(let outputs, let count):
        let mark = count.map { "[\($0)]" } ?? "[ ]"
        body =
          #"<pre class="code"><span class="count">\#(mark)</span> \#(escaped(cell.source))</pre>"# + "\n"
          + outputs.map(Self.html).joined(separator: "\n")
      }
      return #"<section id="\#(escaped(cell.id))">"# + "\n\(body)\n</section>"
    }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      \(bodies.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }

  /// The first heading of the explanations; nil without one.
  private var heading: String? {
    for cell in cells where cell.kind == .markdown {
      var isFenced = false
      for line in cell.source.sourceLines {
        if line.trimmed.hasPrefix("```") || line.trimmed.hasPrefix("~~~") { isFenced.toggle() }
        if !isFenced, line.hasPrefix("#") { return String(line.drop { $0 == "#" }.trimmed) }
      }
    }
    return nil
  }

  /// An output in its richest representation that is safe in a page.
  private static func html(_ output: CellOutput) -> String {
    let data = output.bundle
    if let drawing = data["image/svg+xml"]?.text, HarmlessMarkup.accepts(drawing) {
      return #"<figure>\#(drawing)</figure>"#
    }
    for type in ["image/png", "image/jpeg"] {
      guard let picture = data[type]?.text else { continue }
      let text = picture.filter { !$0.isWhitespace }
      return #"<figure><img alt="" src="data:\#(type);base64,\#(escaped(text))"></figure>"#
    }
    if let table = data["text/html"]?.text, HarmlessMarkup.accepts(table) {
      return #"<div class="table">\#(NumberColumns.marked(table))</div>"#
    }
    if let text = data["text/markdown"]?.text { return #"<div class="text">\#(renderedMarkdown(text))</div>"# }
    guard let text = output.plainText else { return "" }
    if case .error = output { return #"<pre class="error">\#(escaped(text))</pre>"# }
    return "<pre>\(escaped(text))</pre>"
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --faint: #f3f5f7; --line: #d5dbe1; --bad: #b3261e; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #dfe4ea; --paper: #14171a; --faint: #1f2429; --line: #3a424a; --bad: #ff8a80; }
    }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 58rem; margin: 0 auto; padding: 1.5rem; }
    pre { overflow-x: auto; font: 13px/1.4 ui-monospace, monospace; margin: .5rem 0; }
    pre.code { background: var(--faint); border-left: 3px solid var(--line); padding: .6rem .8rem; }
    .count { opacity: .6; user-select: none; }
    pre.error { color: var(--bad); }
    figure { margin: .5rem 0; }
    svg, img { max-width: 100%; height: auto; }
    .table { overflow-x: auto; max-height: 30rem; }
    table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
    th, td { border: 1px solid var(--line); padding: .15rem .6rem; text-align: left; }
    td.number { text-align: right; }
    """
}
