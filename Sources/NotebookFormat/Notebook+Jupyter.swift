import JSONText

extension Notebook {
  /// Reads a notebook of format 4 (`.ipynb`), any minor version.
  ///
  /// Ids that are missing (before minor version 5), invalid or duplicate are replaced, equally at each reading.
  /// Members that Jupyter itself drops on saving (`orig_nbformat`, `signature`, `trusted`) are dropped.
  /// - Parameters:
  ///   - ipynb: UTF-8 text.
  ///   - name: the notebook's name in errors, usually its path.
  public init(ipynb: some Sequence<UInt8>, name: String) throws(NotebookError) {
    let content: JSON
    do {
      content = try JSON(parsing: ipynb, keepingAnyNumber: true)
    } catch {
      throw .notJSON(name: name, line: error.line, column: error.column, reason: error.reason)
    }
    self = try NotebookReader(name: name).notebook(content)
    repairIDs()
  }
}

/// Reads a file's JSON, and names the member that does not fit.
private struct NotebookReader {
  let name: String

  func notebook(_ content: JSON) throws(NotebookError) -> Notebook {
    guard var members = content.members else { throw misfit("the whole text", "an object") }
    guard let major = members.removeValue(forKey: "nbformat")?.integer.flatMap(Int.init(exactly:)) else {
      // The first formats kept cells in worksheets, and some of their writers omitted the version.
      if members["worksheets"] != nil { throw .unsupportedVersion(name: name, major: 3) }
      throw misfit("the member \"nbformat\"", "4")
    }
    guard major == 4 else { throw .unsupportedVersion(name: name, major: major) }
    let minor = members.removeValue(forKey: "nbformat_minor")?.integer.flatMap(Int.init(exactly:)) ?? 0
    guard let cells = members.removeValue(forKey: "cells")?.elements else {
      throw misfit("the member \"cells\"", "a list")
    }
    var metadata = try object(&members, "metadata", of: "the notebook")
    for transient in ["orig_nbformat", "orig_nbformat_minor", "signature"] { metadata[transient] = nil }
    var notebook = Notebook(metadata: metadata)
    notebook.minorVersion = max(5, minor)
    notebook.otherMembers = members
    for (index, cell) in cells.enumerated() {
      notebook.cells.append(try self.cell(cell, member: "cell \(index + 1)"))
    }
    return notebook
  }

  private func cell(_ content: JSON, member: String) throws(NotebookError) -> NotebookCell {
    guard var members = content.members else { throw misfit(member, "an object") }
    let type = try string(&members, "cell_type", of: member)
    let kind: NotebookCell.Kind
    switch type {
    case "code":
      let count = try executionCount(&members, of: member)
      let list = members.removeValue(forKey: "outputs") ?? []
      guard let elements = list.elements else { throw misfit("\"outputs\" of \(member)", "a list") }
      kind = .code(outputs: elements.map(output), executionCount: count)
    case "markdown": kind = .markdown
    case "raw": kind = .raw
    default: kind = .other(type)
    }
    if case .other = kind, members["source"] == nil { members["source"] = "" }
    guard let source = members.removeValue(forKey: "source")?.joinedText else {
      throw misfit("\"source\" of \(member)", "a text or a list of lines")
    }
    var cell = NotebookCell(id: members.removeValue(forKey: "id")?.text ?? "", kind: kind, source: source)
    cell.metadata = try object(&members, "metadata", of: member)
    cell.metadata["trusted"] = nil
    cell.otherMembers = members
    return cell
  }

  /// An output that differs from format 4.5 is kept as it is.
  private func output(_ content: JSON) -> CellOutput {
    guard var members = content.members else { return .other(content) }
    let type = members.removeValue(forKey: "output_type")?.text
    switch (type, Set(members.keys)) {
    case ("stream", ["name", "text"]):
      if let name = members["name"]?.text, let text = members["text"]?.joinedText {
        return .stream(name: name, text: text)
      }
    case ("display_data", ["data", "metadata"]):
      if let data = members["data"]?.members, let metadata = members["metadata"]?.members {
        return .display(MIMEBundle(joining: data), metadata: metadata)
      }
    case ("execute_result", ["data", "metadata", "execution_count"]):
      if let data = members["data"]?.members, let metadata = members["metadata"]?.members,
        let count = members["execution_count"], count == .null || count.integer != nil
      {
        return .result(
          MIMEBundle(joining: data), metadata: metadata, executionCount: count.integer.flatMap(Int.init(exactly:)))
      }
    case ("error", ["ename", "evalue", "traceback"]):
      if let name = members["ename"]?.text, let value = members["evalue"]?.text,
        let lines = members["traceback"]?.elements, case let traceback = lines.compactMap(\.text),
        traceback.count == lines.count
      {
        return .error(name: name, value: value, traceback: traceback)
      }
    default: break
    }
    return .other(content)
  }

  private func executionCount(
    _ members: inout [String: JSON], of member: String
  ) throws(NotebookError) -> Int? {
    let content = members.removeValue(forKey: "execution_count") ?? .null
    if content == .null { return nil }
    guard let count = content.integer.flatMap(Int.init(exactly:)) else {
      throw misfit("\"execution_count\" of \(member)", "a whole number or null")
    }
    return count
  }

  private func string(
    _ members: inout [String: JSON], _ key: String, of member: String
  ) throws(NotebookError) -> String {
    guard let text = members.removeValue(forKey: key)?.text else { throw misfit("\"\(key)\" of \(member)", "a text") }
    return text
  }

  private func object(
    _ members: inout [String: JSON], _ key: String, of member: String
  ) throws(NotebookError) -> [String: JSON] {
    guard let object = (members.removeValue(forKey: key) ?? [:]).members else {
      throw misfit("\"\(key)\" of \(member)", "an object")
    }
    return object
  }

  private func misfit(_ member: String, _ expected: String) -> NotebookError {
    .notANotebook(name: name, member: member, expected: expected)
  }
}

extension JSON {
  /// A text that may be written as a list of its lines; nil for anything else.
  fileprivate var joinedText: String? {
    if let text { return text }
    guard let elements else { return nil }
    let lines = elements.compactMap(\.text)
    return lines.count == elements.count ? lines.joined() : nil
  }
}

extension MIMEBundle {
  /// Joins lists of lines; JSON types, whose lists are lists, stay as they are.
  fileprivate init(joining data: [String: JSON]) {
    self = data
    for (type, value) in data where type != "application/json" && !type.hasSuffix("+json") {
      if let text = value.joinedText { self[type] = .string(text) }
    }
  }
}
