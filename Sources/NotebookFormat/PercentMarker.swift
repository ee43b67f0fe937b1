import JSONText
import Wording

/// The line that begins a cell in percent text: `# %% Title [markdown] tags=["a"] name="b"`.
///
/// The convention of Spyder and jupytext: the cell's type in brackets, none for code; then metadata, as `key=JSON`
/// or as one JSON object. More `%` make a cell subordinate, which is kept as the metadata `cell_depth`.
struct PercentMarker {
  var kind: NotebookCell.Kind
  var metadata: [String: JSON]

  /// The text after `%%` on a marker line; nil for every other line.
  static func content(of line: Substring) -> Substring? {
    var rest = line.drop(while: \.isWhitespace)
    guard rest.first == "#" else { return nil }
    rest = rest.dropFirst().drop(while: \.isWhitespace)
    guard rest.hasPrefix("%%") else { return nil }
    rest = rest.dropFirst(2)
    let afterDepth = rest.drop { $0 == "%" }
    return afterDepth.isEmpty || afterDepth.first?.isWhitespace == true ? rest : nil
  }
}

extension PercentMarker {
  /// Reads the text after `%%`; nil if its metadata is not JSON.
  init?(content: Substring) {
    var title = content.drop { $0 == "%" }
    let depth = content.count - title.count
    guard let metadata = Self.takeMetadata(from: &title) else { return nil }
    self.metadata = metadata
    kind = .code(outputs: [], executionCount: nil)
    let kinds: [(String, NotebookCell.Kind)] = [("[markdown]", .markdown), ("[md]", .markdown), ("[raw]", .raw)]
    for (word, kind) in kinds {
      guard let range = title.firstRange(of: word) else { continue }
      title.removeSubrange(range)
      self.kind = kind
      break
    }
    let words = title.trimmed
    if !words.isEmpty { self.metadata["title"] = .string(String(words)) }
    if depth > 0 { self.metadata["cell_depth"] = .integer(Int64(depth)) }
  }

  /// Cuts the metadata off the text's end, leaving the title and the type.
  private static func takeMetadata(from text: inout Substring) -> [String: JSON]? {
    let brace = text.firstIndex(of: "{") ?? text.endIndex
    let equals = text.firstIndex(of: "=") ?? text.endIndex
    if brace < equals {
      guard let object = try? JSON(parsing: String(text[brace...])).members else { return nil }
      text = text[..<brace]
      return object
    }
    // From the right: the shortest end that is a value belongs to the key before it. A value that holds '=' is not
    // JSON from that position on, so the search continues to the left.
    var metadata: [String: JSON] = [:]
    var end = text.endIndex
    while let equals = text[..<end].lastIndex(of: "=") {
      end = equals
      let key = text[..<equals].trimmedEnd.suffix { !$0.isWhitespace }
      guard isKey(key), let value = try? JSON(parsing: String(text[text.index(after: equals)...])) else { continue }
      metadata[String(key)] = value
      text = text[..<key.startIndex]
      end = text.endIndex
    }
    return text.contains("=") ? nil : metadata
  }

  private static func isKey(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first), first != UInt8(ascii: "-") else { return false }
    return text.utf8.allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
      default: false
      }
    }
  }

  /// The whole line; nil for a kind that the form cannot express.
  var line: String? {
    var metadata = metadata
    var words: [String] = []
    var start = "# %%"
    if let depth = metadata["cell_depth"]?.integer, (1...9).contains(depth) {
      start += String(repeating: "%", count: Int(depth))
      metadata["cell_depth"] = nil
    }
    if let title = metadata["title"]?.text, Self.isPlain(title: title) {
      words.append(title)
      metadata["title"] = nil
    }
    switch kind {
    case .code: break
    case .markdown: words.append("[markdown]")
    case .raw: words.append("[raw]")
    case .other: return nil
    }
    if metadata.keys.allSatisfy(Self.isKey) {
      let sorted = metadata.sorted { $0.key < $1.key }
      words += sorted.map { "\($0.key)=\($0.value.spaced)" }
    } else {
      words.append(JSON.object(metadata).spaced)
    }
    return ([start] + words).joined(separator: " ")
  }

  private static func isPlain(title: String) -> Bool {
    !title.isEmpty && title == title[...].trimmed && !title.contains { "={}[]%\n\r".contains($0) || $0.isNewline }
  }
}

extension JSON {
  /// JSON on one line, with blanks after commas and colons, as Python writes it.
  var spaced: String {
    switch self {
    case .array(let elements): "[" + elements.map(\.spaced).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\(JSON.string($0.key)): \($0.value.spaced)" }
        .joined(separator: ", ") + "}"
    default: description
    }
  }
}

extension Substring {
  /// The longest suffix whose characters all match.
  func suffix(while fits: (Character) -> Bool) -> Substring {
    lastIndex { !fits($0) }.map { self[index(after: $0)...] } ?? self
  }
}
