import JSONText
import NotebookFormat

/// Tells where a replayed notebook's outputs differ from the saved ones.
struct OutputComparison {
  /// How far numbers may differ, as a part of the saved one.
  let tolerance: Double
  /// The folder of the replay, which messages name and no saved notebook can.
  let workspace: String

  /// One for each cell whose outputs differ, in order.
  func differences(_ saved: Notebook, _ fresh: Notebook) -> [Comparison] {
    let replayed = Dictionary(fresh.cells.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var number = 0
    return saved.cells.compactMap { cell in
      guard cell.isCode else { return nil }
      number += 1
      guard !cell.tags.contains("skip-execution"), !cell.tags.contains("nbval-ignore-output") else { return nil }
      let title = "cell [\(number)] \(cell.id)"
      let (before, now) = (cell.outputs, replayed[cell.id]?.outputs ?? [])
      let (left, right) = (text(of: before), text(of: now))
      guard areEqual(left, right) else { return Comparison(title: title, left: left, right: right) }
      guard let type = firstDifferentType(before, now) else { return nil }
      return Comparison(title: title, left: "another \(type)", right: "the same text")
    }
  }

  /// What a reader sees of outputs.
  private func text(of outputs: [CellOutput]) -> String {
    let texts = outputs.map { output -> String in
      switch output {
      case .stream(_, let text): text
      case .display(let data, _), .result(let data, _, _): data["text/plain"]?.text ?? ""
      case .error(let name, _, let traceback): ([name] + traceback).joined(separator: "\n")
      case .other(let content): content.description
      }
    }
    return texts.joined(separator: "\n").split(separator: workspace, omittingEmptySubsequences: false)
      .joined(separator: ".groundswell")
  }

  /// The type of the first form beside the text that differs.
  private func firstDifferentType(_ before: [CellOutput], _ now: [CellOutput]) -> String? {
    for (old, new) in zip(before.compactMap(\.bundle), now.compactMap(\.bundle)) {
      for type in Set(old.keys).union(new.keys).sorted() where type != "text/plain" {
        guard let left = old[type]?.text, let right = new[type]?.text else {
          if old[type] != new[type] { return type }
          continue
        }
        if !areEqual(left, right) { return type }
      }
    }
    return nil
  }

  private func areEqual(_ left: String, _ right: String) -> Bool {
    if left == right { return true }
    guard tolerance > 0 else { return false }
    let (old, new) = (Self.tokens(left), Self.tokens(right))
    return old.count == new.count && zip(old, new).allSatisfy { areEqual($0, $1) }
  }

  private func areEqual(_ left: Token, _ right: Token) -> Bool {
    switch (left, right) {
    case (.text(let old), .text(let new)): old == new
    case (.number(let old), .number(let new)): abs(old - new) <= tolerance * max(abs(old), abs(new))
    default: false
    }
  }

  private enum Token {
    case number(Double)
    case text(String)
  }

  /// Numbers, and what stands between them, without blanks and the lines of tables, whose lengths go with the numbers'.
  private static func tokens(_ text: String) -> [Token] {
    var tokens: [Token] = []
    for word in text.split(whereSeparator: { $0.isWhitespace || "─│┌┬┐├┼┤└┴┘,()\"".contains($0) }) {
      tokens.append(Double(word).map(Token.number) ?? .text(String(word)))
    }
    return tokens
  }
}

extension CellOutput {
  fileprivate var bundle: MIMEBundle? {
    switch self {
    case .display(let data, _), .result(let data, _, _): data
    case .stream, .error, .other: nil
    }
  }
}
