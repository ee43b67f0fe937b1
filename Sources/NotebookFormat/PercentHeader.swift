import JSONText
import Wording

/// The header of percent text: YAML in comments between two lines `# ---`, whose part under `jupyter:` is the
/// notebook's metadata.
///
/// Reads what jupytext writes: nested mappings, plain and quoted values, and any value as JSON. Other YAML (lists in
/// block form, anchors, folded texts) is refused rather than misread.
struct PercentHeader {
  let metadata: [String: JSON]
  /// The part outside of `jupyter:`, between lines `---`: front matter for site generators, kept as a raw cell.
  let frontMatter: String?
  /// How many lines the header takes, including its borders.
  let lineCount: Int

  /// - Returns: nil if the text does not begin with a header.
  init?(lines: [Substring], name: String) throws(NotebookError) {
    let start = lines.prefix { $0.trimmed.isEmpty }.count
    guard start < lines.count, lines[start].trimmedEnd == "# ---",
      let end = lines[(start + 1)...].firstIndex(where: { $0.trimmedEnd == "# ---" })
    else { return nil }
    var entries: [Entry] = []
    var others: [Substring] = []
    var isInside = false
    for number in start + 1..<end {
      guard lines[number].hasPrefix("#") else {
        throw .badMetadata(name: name, line: number + 1, text: String(lines[number]))
      }
      let line = lines[number].hasPrefix("# ") ? lines[number].dropFirst(2) : lines[number].dropFirst()
      if line.first?.isWhitespace == false { isInside = line.hasPrefix("jupyter:") }
      guard isInside else {
        others.append(line)
        continue
      }
      if line.trimmed.isEmpty { continue }
      guard let entry = Entry(line: line, number: number + 1) else {
        throw .badMetadata(name: name, line: number + 1, text: String(lines[number]))
      }
      entries.append(entry)
    }
    var position = 0
    let content = try Self.mapping(entries, from: &position, deeperThan: -1, name: name)
    var metadata = content["jupyter"]?.members ?? Notebook.groundswellMetadata
    // This part describes the text file, not the notebook.
    if var jupytext = metadata["jupytext"]?.members {
      jupytext["text_representation"] = nil
      metadata["jupytext"] = jupytext.isEmpty ? nil : .object(jupytext)
    }
    self.metadata = metadata
    frontMatter =
      others.allSatisfy { $0.trimmed.isEmpty } ? nil : (["---"] + others + ["---"]).joined(separator: "\n")
    lineCount = end + 1
  }

  static func text(of metadata: [String: JSON]) -> String {
    let sorted = metadata.sorted { $0.key < $1.key }
    let lines = sorted.map {
      "#   \(isPlain(key: $0.key) ? $0.key : JSON.string($0.key).description): \($0.value.spaced)"
    }
    let start = metadata.isEmpty ? "# jupyter: {}" : "# jupyter:"
    return (["# ---", start] + lines + ["# ---"]).joined(separator: "\n") + "\n"
  }

  /// One line `key: value`.
  private struct Entry {
    let number: Int
    let indent: Int
    let key: String
    /// nil if the value is the mapping in the lines below.
    let value: JSON?

    init?(line: Substring, number: Int) {
      self.number = number
      let content = line.drop { $0 == " " }
      indent = line.count - content.count
      guard let (key, rest) = Self.key(of: content) else { return nil }
      self.key = key
      let text = rest.trimmed
      if text.isEmpty {
        value = nil
      } else if let json = try? JSON(parsing: String(text)) {
        value = json
      } else if text == "~" {
        value = .null
      } else if text.count > 1, text.first == "'", text.last == "'" {
        value = .string(
          String(text.dropFirst().dropLast()).split(separator: "''", omittingEmptySubsequences: false).joined(
            separator: "'"))
      } else if text.first.map({ "[{&*!|>%@`\"'#-?".contains($0) }) != true, !text.contains(": "), !text.contains(" #")
      {
        value = .string(String(text))
      } else {
        return nil
      }
    }

    private static func key(of content: Substring) -> (String, Substring)? {
      var colon = content.startIndex
      while let next = content[colon...].firstIndex(of: ":") {
        let key = content[..<next]
        if PercentHeader.isPlain(key: key) { return (String(key), content[content.index(after: next)...]) }
        if let text = try? JSON(parsing: String(key)).text { return (text, content[content.index(after: next)...]) }
        colon = content.index(after: next)
      }
      return nil
    }
  }

  private static func isPlain(key: some StringProtocol) -> Bool {
    !key.isEmpty
      && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == ".") }
      && key.first?.isLetter == true
  }

  private static func mapping(
    _ entries: [Entry], from position: inout Int, deeperThan indent: Int, name: String
  ) throws(NotebookError) -> [String: JSON] {
    var members: [String: JSON] = [:]
    guard position < entries.count, entries[position].indent > indent else { return members }
    let level = entries[position].indent
    while position < entries.count, entries[position].indent > indent {
      let entry = entries[position]
      guard entry.indent == level else {
        throw .badMetadata(name: name, line: entry.number, text: "'\(entry.key)' is indented unlike its neighbours")
      }
      position += 1
      if let value = entry.value {
        members[entry.key] = value
      } else {
        members[entry.key] = .object(try mapping(entries, from: &position, deeperThan: level, name: name))
      }
    }
    return members
  }
}
