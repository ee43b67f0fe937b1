import JSONText
import NotebookFormat
import Rendering

/// Tells where a replayed notebook's outputs differ from the saved ones.
struct OutputComparison {
  /// Maximum difference of numbers, relative to the larger one.
  let tolerance: Double
  /// The folder of the replay. Messages name it, and saved notebooks the usual one.
  let workspace: String

  /// A comparison for each cell whose outputs differ, in order.
  func differences(_ saved: Notebook, _ fresh: Notebook) -> [Comparison] {
    let replayed = Dictionary(fresh.cells.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var number = 0
    return saved.cells.compactMap { cell in
      guard cell.isCode else { return nil }
      number += 1
      guard isCompared(cell) else { return nil }
      let title = "cell [\(number)] \(cell.id)"
      let (before, now) = (cell.outputs, replayed[cell.id]?.outputs ?? [])
      let (left, right) = (text(of: before), text(of: now))
      guard areEqual(left, right) else { return Comparison(title: title, left: left, right: right) }
      guard let (type, old, new) = firstDifferentForm(before, now) else { return nil }
      return Comparison(title: "\(title), \(type)", left: old, right: new)
    }
  }

  /// The outputs as text.
  private func text(of outputs: [CellOutput]) -> String {
    let texts = outputs.map { output -> String in
      switch output {
      case .stream(_, let text): text
      case .display(let data, _), .result(let data, _, _): data["text/plain"]?.text ?? ""
      case .error(let name, _, let traceback): ([name] + traceback).joined(separator: "\n")
      case .other(let content): content.description
      }
    }
    return texts.joined(separator: "\n")
  }

  /// The number of cells whose outputs are compared.
  func comparedCount(_ notebook: Notebook) -> Int { notebook.cells.count(where: isCompared) }

  private func isCompared(_ cell: NotebookCell) -> Bool {
    cell.isCode && !cell.tags.contains("skip-execution") && !cell.tags.contains("nbval-ignore-output")
  }

  /// A replayed notebook whose messages name the usual workspace instead of the replay's.
  func inUsualWorkspace(_ notebook: Notebook) -> Notebook {
    func usual(_ text: String) -> String {
      text.split(separator: workspace, omittingEmptySubsequences: false).joined(separator: ".groundswell")
    }
    var notebook = notebook
    for index in notebook.cells.indices {
      guard case .code(let outputs, let count) = notebook.cells[index].kind else { continue }
      let named = outputs.map { output -> CellOutput in
        switch output {
        case .result(let data, let metadata, let count):
          .result(
            data.mapValues { $0.text.map { .string(usual($0)) } ?? $0 }, metadata: metadata, executionCount: count)
        case .error(let name, let value, let traceback):
          .error(name: name, value: usual(value), traceback: traceback.map(usual))
        case .stream, .display, .other: output
        }
      }
      notebook.cells[index].kind = .code(outputs: named, executionCount: count)
    }
    return notebook
  }

  /// The first saved form besides the text that differs or is missing.
  private func firstDifferentForm(
    _ before: [CellOutput], _ now: [CellOutput]
  ) -> (type: String, old: String, new: String)? {
    for (old, new) in zip(before.map(\.bundle).filter { !$0.isEmpty }, now.map(\.bundle).filter { !$0.isEmpty }) {
      for type in old.keys.sorted() where type != "text/plain" {
        guard let left = old[type] else { continue }
        let leftText = left.text ?? left.description
        guard let right = new[type] else { return (type, leftText, "none") }
        let rightText = right.text ?? right.description
        if !areEqual(leftText, rightText, isMarkup: true) { return (type, leftText, rightText) }
      }
    }
    return nil
  }

  private func areEqual(_ left: String, _ right: String, isMarkup: Bool = false) -> Bool {
    if left == right { return true }
    guard tolerance > 0 else { return false }
    let (old, new) = (Self.tokens(left, isMarkup), Self.tokens(right, isMarkup))
    return old.count == new.count && zip(old, new).allSatisfy { areEqual($0, $1) }
  }

  private func areEqual(_ left: Token, _ right: Token) -> Bool {
    switch (left, right) {
    case (.text(let old), .text(let new)): old == new
    case (.number(let old), .number(let new)): old == new || abs(old - new) <= tolerance * max(abs(old), abs(new))
    default: false
    }
  }

  private enum Token {
    case number(Double)
    case text(String)
  }

  /// The numbers and words of a text, without blanks and the lines of tables, whose lengths depend on the numbers.
  private static func tokens(_ text: String, _ isMarkup: Bool) -> [Token] {
    let separators = "─│┌┬┐├┼┤└┴┘,()\"" + (isMarkup ? "<>=;" : "")
    var tokens: [Token] = []
    for word in text.split(whereSeparator: { $0.isWhitespace || separators.contains($0) }) {
      let number = Double(word).flatMap { $0.isFinite ? $0 : nil }
      tokens.append(number.map(Token.number) ?? .text(String(word)))
    }
    return tokens
  }
}
