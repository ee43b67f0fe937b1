import JSONText
import Wording

/// The source form in which Databricks exports notebooks: cells between lines `# COMMAND ----------`, and cells in other
/// languages after `# MAGIC`. The comment mark is the language's: `#`, `//` or `--`.
extension Notebook {
  /// Whether a text begins like Databricks source.
  static func isDatabricks(_ text: String) -> Bool { Dialect(firstLineOf: text) != nil }

  /// Reads Databricks source.
  ///
  /// `%md` is Markdown; `%sql` is SQL, marked as such if its text does not show it; the environment of serverless compute
  /// becomes the notebook's metadata. Cells in the notebook's own language are code, except Scala, which nothing here
  /// runs: they become Markdown that shows them, as other languages do. A cell titled `parameters` gets that tag.
  /// - Parameter name: the notebook's name in errors, usually its path.
  public init(databricks text: String, name: String) throws(NotebookError) {
    self.init()
    guard let dialect = Dialect(firstLineOf: text) else {
      throw .notANotebook(name: name, member: "the first line", expected: "\"# Databricks notebook source\"")
    }
    var lines = text.sourceLines.dropFirst()
    if let environment = dialect.takeEnvironment(from: &lines) {
      metadata[Self.environmentKey] = .string(environment)
    }
    var bodies: [[Substring]] = [[]]
    for line in lines {
      if line.trimmedEnd == dialect.separator[...] {
        bodies.append([])
      } else {
        bodies[bodies.count - 1].append(line)
      }
    }
    cells = bodies.compactMap(dialect.cell)
    repairIDs()
  }

  /// The notebook as Databricks source for Python: Markdown, SQL cells, and other cells unchanged. Outputs and ids are not
  /// stored; of the tags, only `parameters` is, as the cell's title.
  ///
  /// - Throws: ``NotebookError/markerInCell(id:line:text:)``, ``NotebookError/kindWithoutTextForm(id:type:)`` and
  ///   ``NotebookError/notItself(id:form:)``.
  public func databricksSource() throws(NotebookError) -> String {
    let dialect = Dialect.python
    let environment = metadata[Self.environmentKey]?.text.map { $0 + "\n" } ?? ""
    var parts: [String] = []
    for cell in cells {
      var lines = cell.source.sourceLines.map(String.init)
      switch cell.kind {
      case .code:
        if let line = lines.firstIndex(where: { $0.hasPrefix(dialect.separator) || $0.hasPrefix(dialect.magic) }) {
          throw .markerInCell(id: cell.id, line: line + 1, text: lines[line])
        }
        if cell.isSQL { lines = dialect.magic("%sql", lines) }
      case .markdown: lines = Dialect.magicWithin(lines).map { dialect.magic($0) } ?? dialect.magic("%md", lines)
      case .raw: lines = dialect.magic("%raw", lines)
      case .other(let type): throw .kindWithoutTextForm(id: cell.id, type: type)
      }
      let title = cell.tags.contains("parameters") ? "parameters" : cell.metadata["title"]?.text
      if let title, !title.contains(where: \.isNewline) { lines.insert("\(dialect.title) 1,\(title)", at: 0) }
      parts.append(lines.joined(separator: "\n"))
    }
    let text = "\(dialect.header)\n\(environment)" + parts.joined(separator: "\n\n\(dialect.separator)\n\n") + "\n"
    try checkReads(as: try Notebook(databricks: text, name: "the text"), form: "Databricks source")
    return text
  }

  /// The metadata's key of the environment block.
  private static let environmentKey = "databricks_environment"
}

extension NotebookCell {
  /// Whether a cell was marked as SQL, or begins like a query after its comments.
  fileprivate var isSQL: Bool { metadata["language"]?.text == "sql" || Self.isQuery(source) }

  /// - Parameter isSQL: whether the cell is SQL even if its text does not show it.
  fileprivate static func code(_ source: String, isSQL: Bool, _ metadata: [String: JSON]) -> NotebookCell {
    let mark: [String: JSON] = isSQL && !isQuery(source) ? ["language": "sql"] : [:]
    return .code(id: "", source, metadata: metadata.merging(mark) { $1 })
  }

  private static func isQuery(_ source: String) -> Bool {
    var rest = source[...].drop { $0.isWhitespace || $0 == "(" }
    while rest.hasPrefix("--") || rest.hasPrefix("/*") {
      let end = rest.hasPrefix("--") ? rest.firstIndex(where: \.isNewline) : rest.firstRange(of: "*/")?.upperBound
      rest = rest[(end ?? rest.endIndex)...].drop { $0.isWhitespace || $0 == "(" }
    }
    return ["select", "with", "values", "create", "drop"].contains(rest.prefix { $0.isLetter }.lowercased())
  }
}

private struct Dialect {
  let mark: String
  static let python = Dialect(mark: "#")

  var header: String { "\(mark) Databricks notebook source" }
  var separator: String { "\(mark) COMMAND ----------" }
  var magic: String { "\(mark) MAGIC" }
  var title: String { "\(mark) DBTITLE" }

  private init(mark: String) { self.mark = mark }

  init?(firstLineOf text: String) {
    let first = text.drop { $0 == "\u{FEFF}" }.prefix { !$0.isNewline }.trimmedEnd
    // Until about 2017 the time of the export followed.
    let known = ["#", "//", "--"].map(Dialect.init).first {
      first == $0.header[...] || first.hasPrefix($0.header + " exported at ")
    }
    guard let known else { return nil }
    self = known
  }

  func magic(_ word: String, _ lines: [String]) -> [String] { magic([word] + lines) }

  func magic(_ lines: [String]) -> [String] { lines.map { $0.isEmpty ? magic : "\(magic) \($0)" } }

  /// Removes the block of comments between `# /// script` and `# ///` before the first cell.
  func takeEnvironment(from lines: inout ArraySlice<Substring>) -> String? {
    let rest = lines.drop { $0.trimmed.isEmpty }
    guard rest.first?.trimmedEnd == "\(mark) /// script"[...],
      let end = rest.dropFirst().firstIndex(where: { $0.trimmedEnd == "\(mark) ///"[...] })
    else { return nil }
    let block = rest[...end]
    guard block.allSatisfy({ $0.hasPrefix(mark) }) else { return nil }
    lines = lines[(end + 1)...]
    return block.joined(separator: "\n")
  }

  /// The lines of another language's cell, which ``cell(_:)`` shows as Markdown; nil for other Markdown.
  static func magicWithin(_ lines: [String]) -> [String]? {
    guard lines.count > 2, lines.last == "```", let first = lines.first, first.hasPrefix("```") else { return nil }
    let inner = lines.dropFirst().dropLast()
    let language = first.dropFirst(3)
    guard !language.isEmpty, language.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }),
      !["md", "md-sandbox", "sql", "raw"].contains(language),
      inner.first?.prefix(while: { !$0.isWhitespace }) == "%\(language)"[...],
      !inner.contains(where: { $0.hasPrefix("```") })
    else { return nil }
    return Array(inner)
  }

  /// The cell of these lines; nil if they are blank.
  func cell(_ lines: [Substring]) -> NotebookCell? {
    var lines = lines.drop { $0.trimmed.isEmpty }
    var metadata: [String: JSON] = [:]
    if let first = lines.first, first.hasPrefix(title) {
      let text = String(first.dropFirst(title.count).drop { $0 != "," }.dropFirst())
      metadata = text == "parameters" ? ["tags": ["parameters"]] : ["title": .string(text)]
      lines = lines.dropFirst().drop { $0.trimmed.isEmpty }
    }
    while lines.last?.trimmed.isEmpty == true { lines.removeLast() }
    guard let first = lines.first else { return nil }
    guard first.hasPrefix(magic) else {
      let source = lines.joined(separator: "\n")
      if mark == "//" { return .markdown(id: "", Self.fenced(source, "scala"), metadata: metadata) }
      return .code(source, isSQL: mark == "--", metadata)
    }
    var texts = lines.map { line in
      line.hasPrefix(magic + " ")
        ? line.dropFirst(magic.count + 1) : line.hasPrefix(magic) ? line.dropFirst(magic.count) : line
    }
    texts[0] = texts[0].drop(while: \.isWhitespace)
    let word = texts[0].prefix { !$0.isWhitespace }
    let rest = texts[0].dropFirst(word.count).trimmed
    let source = ((rest.isEmpty ? [] : [rest]) + texts.dropFirst()).joined(separator: "\n")
    switch word {
    case "%md", "%md-sandbox": return .markdown(id: "", source, metadata: metadata)
    case "%sql": return .code(source, isSQL: true, metadata)
    case "%raw": return NotebookCell(id: "", kind: .raw, source: source, metadata: metadata)
    default:
      return .markdown(id: "", Self.fenced(texts.joined(separator: "\n"), String(word.dropFirst())), metadata: metadata)
    }
  }

  private static func fenced(_ source: String, _ language: String) -> String { "```\(language)\n\(source)\n```" }
}

extension String {
  /// The lines without their ends, `\n` or `\r\n`.
  var sourceLines: [Substring] { self[...].split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" } }
}
