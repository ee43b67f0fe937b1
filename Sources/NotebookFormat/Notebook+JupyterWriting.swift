import JSONText

extension Notebook {
  /// The notebook in format 4.5, byte for byte as Jupyter saves it: keys sorted, one blank per level, texts as lists
  /// of lines, non-ASCII characters unescaped, a newline at the end.
  public func ipynb() -> String {
    var members = otherMembers
    members["nbformat"] = 4
    members["nbformat_minor"] = .integer(Int64(minorVersion))
    members["metadata"] = .object(metadata)
    members["cells"] = .array(cells.map(\.json))
    return JSON.object(members).written(indent: 1) + "\n"
  }
}

extension NotebookCell {
  fileprivate var json: JSON {
    var members = otherMembers
    members["id"] = .string(id)
    members["metadata"] = .object(metadata)
    members["source"] = .lines(of: source)
    switch kind {
    case .code(let outputs, let executionCount):
      members["cell_type"] = "code"
      members["outputs"] = .array(outputs.map(\.json))
      members["execution_count"] = .count(executionCount)
    case .markdown: members["cell_type"] = "markdown"
    case .raw: members["cell_type"] = "raw"
    case .other(let type): members["cell_type"] = .string(type)
    }
    return .object(members)
  }
}

extension CellOutput {
  fileprivate var json: JSON {
    switch self {
    case .stream(let name, let text):
      ["output_type": "stream", "name": .string(name), "text": .lines(of: text)]
    case .display(let data, let metadata):
      ["output_type": "display_data", "data": .splitting(data), "metadata": .object(metadata)]
    case .result(let data, let metadata, let executionCount):
      [
        "output_type": "execute_result", "data": .splitting(data), "metadata": .object(metadata),
        "execution_count": .count(executionCount),
      ]
    case .error(let name, let value, let traceback):
      [
        "output_type": "error", "ename": .string(name), "evalue": .string(value),
        "traceback": .array(traceback.map(JSON.string)),
      ]
    case .other(let content): content
    }
  }
}

extension JSON {
  fileprivate static func count(_ number: Int?) -> JSON {
    number.map { .integer(Int64($0)) } ?? .null
  }

  /// Types whose texts Jupyter splits into lines: those named text, and these two.
  fileprivate static func splitting(_ data: MIMEBundle) -> JSON {
    .object(
      Dictionary(
        uniqueKeysWithValues: data.map { type, value in
          let isText = type.hasPrefix("text/") || type == "image/svg+xml" || type == "application/javascript"
          guard isText, let text = value.text else { return (type, value) }
          return (type, lines(of: text))
        }))
  }

  /// The lines with their ends, split like Python's `splitlines`, which Jupyter uses.
  fileprivate static func lines(of text: String) -> JSON {
    var lines: [JSON] = []
    var line = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      if isAfterReturn, scalar != "\n" {
        lines.append(.string(String(line)))
        line = .init()
      }
      line.append(scalar)
      isAfterReturn = scalar == "\r"
      switch scalar {
      case "\n", "\u{B}", "\u{C}", "\u{1C}"..."\u{1E}", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(.string(String(line)))
        line = .init()
      default: break
      }
    }
    if !line.isEmpty { lines.append(.string(String(line))) }
    return .array(lines)
  }
}
