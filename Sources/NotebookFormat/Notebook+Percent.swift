import JSONText
import Wording

extension Notebook {
  /// Reads percent text: cells that begin at lines such as `# %%` or `# %% [markdown]`, as jupytext writes them.
  ///
  /// Text before the first marker is a code cell. A header between two lines `# ---` holds the notebook's metadata under
  /// `jupyter:`; without one the notebook is in our cell language. Blank lines at the end of a cell separate it
  /// from the next and are dropped. Cells without `id="…"` are called `cell-` and their number.
  /// - Parameter name: the notebook's name in errors, usually its path.
  public init(percent text: String, name: String) throws(NotebookError) {
    self.init()
    var lines = text.sourceLines
    if lines.first?.hasPrefix("\u{FEFF}") == true { lines[0] = lines[0].dropFirst() }
    var position = 0
    if let header = try PercentHeader(lines: lines, name: name) {
      position = header.lineCount
      metadata = header.metadata
      if let frontMatter = header.frontMatter {
        cells.append(NotebookCell(id: "", kind: .raw, source: frontMatter))
      }
    }
    let firstMarker = lines[position...].firstIndex { PercentMarker.content(of: $0) != nil } ?? lines.endIndex
    let preamble = Self.source(of: lines[position..<firstMarker].drop { $0.trimmed.isEmpty }, commented: false)
    if !preamble.isEmpty { cells.append(.code(id: "", preamble)) }

    position = firstMarker
    while position < lines.endIndex {
      guard let content = PercentMarker.content(of: lines[position]), let marker = PercentMarker(content: content)
      else {
        throw .badMetadata(name: name, line: position + 1, text: String(lines[position]))
      }
      let body = lines[(position + 1)...].prefix { PercentMarker.content(of: $0) == nil }
      position = body.endIndex
      var cell = NotebookCell(id: "", kind: marker.kind, source: "", metadata: marker.metadata)
      cell.id = cell.metadata.removeValue(forKey: "id")?.text ?? ""
      cell.source = Self.source(of: body, commented: !cell.isCode)
      cells.append(cell)
    }
    repairIDs()
  }

  private static func source(of lines: ArraySlice<Substring>, commented: Bool) -> String {
    let end = lines.lastIndex { !$0.trimmed.isEmpty }.map { $0 + 1 } ?? lines.startIndex
    let kept = lines[..<end]
    guard commented else { return kept.joined(separator: "\n") }
    return kept.map { $0.hasPrefix("# ") ? $0.dropFirst(2) : $0.hasPrefix("#") ? $0.dropFirst() : $0 }
      .joined(separator: "\n")
  }

  /// The notebook as percent text, for review and version control: sources, tags and metadata, in the form that
  /// ``init(percent:name:)`` and jupytext read.
  ///
  /// Outputs, execution counts, attachments, and blank lines at the end of code are not stored. An id is
  /// stored unless reading would give the same one.
  /// - Throws: ``NotebookError/markerInCell(id:line:text:)`` and ``NotebookError/kindWithoutTextForm(id:type:)``.
  public func percentText() throws(NotebookError) -> String {
    var parts: [String] = []
    if metadata != Self.groundswellMetadata { parts.append(PercentHeader.text(of: metadata)) }
    for (index, cell) in cells.enumerated() {
      var metadata = cell.metadata
      if cell.id != "cell-\(index + 1)" { metadata["id"] = .string(cell.id) }
      guard let marker = PercentMarker(kind: cell.kind, metadata: metadata).line else {
        guard case .other(let type) = cell.kind else { continue }
        throw .kindWithoutTextForm(id: cell.id, type: type)
      }
      var lines = cell.source.isEmpty ? [] : cell.source.sourceLines
      if !cell.isCode { lines = lines.map { $0.isEmpty ? "#" : "# " + $0 } }
      if let line = lines.firstIndex(where: { PercentMarker.content(of: $0) != nil }) {
        throw .markerInCell(id: cell.id, line: line + 1, text: String(lines[line]))
      }
      let body = cell.isCode ? Self.source(of: lines[...], commented: false) : lines.joined(separator: "\n")
      parts.append(body.isEmpty ? marker + "\n" : marker + "\n" + body + "\n")
    }
    return parts.joined(separator: "\n")
  }
}
