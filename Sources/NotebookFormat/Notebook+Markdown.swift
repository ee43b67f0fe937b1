import JSONText
import Wording

/// Markdown for readers and for version control: explanations unchanged, cells between fences ```` ```groundswell ````, their
/// outputs between fences ```` ```output ````.
extension Notebook {
  private static let language = "groundswell"
  private static let outputs = "output"
  /// Separates two explanations that are cells of their own.
  private static let boundary = "<!-- cell -->"

  /// Reads Markdown: fences of our language are code cells, everything between them is explanation. Outputs are skipped.
  public init(markdown text: String) {
    self.init()
    var explanation: [Substring] = []
    func flush(into cells: inout [NotebookCell]) {
      let lines = explanation.drop { $0.trimmed.isEmpty }
      let end = lines.lastIndex { !$0.trimmed.isEmpty }.map { $0 + 1 } ?? lines.startIndex
      if end > lines.startIndex { cells.append(.markdown(id: "", lines[..<end].joined(separator: "\n"))) }
      explanation = []
    }
    var lines = text.sourceLines[...]
    if lines.first?.hasPrefix("\u{FEFF}") == true { lines[lines.startIndex] = lines[lines.startIndex].dropFirst() }
    while let line = lines.popFirst() {
      guard let fence = Fence(line) else {
        if line.trimmedEnd == Self.boundary[...] { flush(into: &cells) } else { explanation.append(line) }
        continue
      }
      var body = lines.prefix { !fence.isClosed(by: $0) }
      lines = lines.dropFirst(body.count)
      let closing = lines.popFirst()
      // An unclosed block ends with the text.
      while closing == nil, body.last?.trimmed.isEmpty == true { body.removeLast() }
      switch fence.language {
      case Self.language:
        flush(into: &cells)
        var metadata = (try? JSON(parsing: String(fence.rest)).members) ?? [:]
        let id = metadata.removeValue(forKey: "id")?.text ?? ""
        cells.append(.code(id: id, body.joined(separator: "\n"), metadata: metadata))
      case "raw" where closing != nil:
        flush(into: &cells)
        cells.append(NotebookCell(id: "", kind: .raw, source: body.joined(separator: "\n")))
      case Self.outputs where cells.last?.isCode == true && explanation.allSatisfy({ $0.trimmed.isEmpty }): break
      default: explanation += [line] + body + (closing.map { [$0] } ?? [])
      }
    }
    flush(into: &cells)
    repairIDs()
  }

  /// The notebook as Markdown: sources, cells' metadata and ids, and outputs as text. Plots are drawn with characters.
  ///
  /// The ids, tags and attachments of notes, and the notebook's own metadata, are not stored.
  /// - Throws: ``NotebookError/kindWithoutTextForm(id:type:)``, ``NotebookError/notItself(id:form:)`` where reading the text would
  ///   give other cells, as a note with an open fence does.
  public func markdown() throws(NotebookError) -> String {
    var parts: [String] = []
    var isAfterExplanation = false
    for (index, cell) in cells.enumerated() {
      switch cell.kind {
      case .markdown:
        if isAfterExplanation { parts.append(Self.boundary) }
        parts.append(cell.source)
      case .raw: parts.append(Self.fenced("raw", cell.source))
      case .code(let outputs, _):
        var metadata = cell.metadata
        if cell.id != "cell-\(index + 1)" { metadata["id"] = .string(cell.id) }
        let info = metadata.isEmpty ? "" : " " + JSON.object(metadata).spaced
        parts.append(Self.fenced(Self.language + info, cell.source))
        parts += outputs.compactMap(\.plainText).map { Self.fenced(Self.outputs, $0) }
      case .other(let type): throw .kindWithoutTextForm(id: cell.id, type: type)
      }
      isAfterExplanation = cell.kind == .markdown
    }
    let text = parts.joined(separator: "\n\n") + "\n"
    try checkReads(as: Notebook(markdown: text), form: "Markdown")
    return text
  }

  /// - Throws: an error for the first cell that would read back differently.
  func checkReads(as other: Notebook, form: String) throws(NotebookError) {
    // Blank cells have nothing to lose.
    func filled(_ notebook: Notebook) -> [NotebookCell] {
      notebook.cells.filter { $0.source.contains { !$0.isWhitespace } }
    }
    let (kept, read) = (filled(self), filled(other))
    for (index, cell) in kept.enumerated() {
      let again = read.indices.contains(index) ? read[index] : nil
      let isSame = again.map { $0.isCode == cell.isCode && Self.core($0.source) == Self.core(cell.source) } ?? false
      guard isSame else { throw .notItself(id: cell.id, form: form) }
    }
    if read.count > kept.count { throw .notItself(id: kept.last?.id ?? "", form: form) }
  }

  /// A text without surrounding blank lines, and without blanks at line ends.
  private static func core(_ source: String) -> String {
    source.sourceLines.map { String($0.trimmedEnd) }.joined(separator: "\n")[...].trimmed.description
  }

  /// Fences the text, with fences longer than any run of backticks within.
  private static func fenced(_ info: String, _ source: String) -> String {
    let longest = source.split(omittingEmptySubsequences: true) { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(info)\n\(source)\n\(fence)"
  }
}

/// The line that opens a fenced block.
private struct Fence {
  let mark: Character
  let length: Int
  let language: Substring
  let rest: Substring

  init?(_ line: Substring) {
    let text = line.drop { $0 == " " }
    guard line.count - text.count < 4, let mark = text.first, mark == "`" || mark == "~" else { return nil }
    self.mark = mark
    length = text.prefix { $0 == mark }.count
    let info = text.dropFirst(length).trimmed
    guard length >= 3, mark == "~" || !info.contains("`") else { return nil }
    language = info.prefix { !$0.isWhitespace }
    rest = info.dropFirst(language.count).trimmed
  }

  func isClosed(by line: Substring) -> Bool {
    let text = line.trimmed
    return text.count >= length && text.allSatisfy { $0 == mark }
  }
}

extension CellOutput {
  /// The representations by type, also of an output that differs from the format.
  package var bundle: MIMEBundle {
    switch self {
    case .display(let data, _), .result(let data, _, _): data
    case .other(let content): content["data"]?.members ?? [:]
    case .stream, .error: [:]
    }
  }

  /// An output as text; nil if it has none.
  var plainText: String? {
    let text: String?
    switch self {
    case .stream(_, let written): text = written
    case .display, .result: text = bundle["text/plain"]?.text
    case .error(let name, let value, let traceback):
      text = traceback.isEmpty ? "\(name): \(value)" : traceback.joined(separator: "\n")
    case .other(let content): text = bundle["text/plain"]?.text ?? content["text"]?.text
    }
    return text.map { String(withoutTerminalCodes($0).withoutLineEnds) }
  }
}
