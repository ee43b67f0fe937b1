/// A session as text: what is typed, and below it what is printed.
///
///     # A comment stands before a prompt.
///     > SELECT 1 AS one;
///     ┌────────┐
///     │    one │
///     …
///     > SELECT
///     ...> two;
///     ! SQL at line 2, column 1: no such column: two
///
/// A number before the prompt is allowed: `[1]> `. Empty lines and comments directly before a prompt belong to what is typed
/// there, not to the output above it.
package struct Transcript: Equatable, Sendable {
  /// One cell and what it prints.
  package struct Exchange: Equatable, Sendable {
    /// The line of the prompt in the text, from 1.
    package let line: Int
    /// The lines from the last output's end to the cell's end: comments, prompts and all.
    fileprivate var typed: [String]
    /// The cell, without prompts.
    package var cell: String
    /// What it prints, without a line end after the last line; a failure begins with `! `.
    package var output: String
  }

  package var exchanges: [Exchange] = []
  /// Empty lines and comments after the last output.
  private var ending: [String] = []

  package init(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var between: [String] = []
    for (index, line) in lines.enumerated() {
      if let words = Self.typed(line, after: #/(\[\d+\])?> /#) {
        let before = Self.preamble(between)
        finish(between.dropLast(before.count))
        exchanges.append(Exchange(line: index + 1, typed: before + [line], cell: words, output: ""))
        between = []
      } else if between.isEmpty, let words = Self.typed(line, after: #/ *\.\.\.> ?/#), !exchanges.isEmpty {
        exchanges[exchanges.count - 1].typed.append(line)
        exchanges[exchanges.count - 1].cell += "\n" + words
      } else {
        between.append(line)
      }
    }
    ending = exchanges.isEmpty ? between : Self.preamble(between)
    finish(between.dropLast(ending.count))
  }

  private static func typed<Output>(_ line: String, after prompt: Regex<Output>) -> String? {
    (try? prompt.prefixMatch(in: line)).map { String(line[$0.range.upperBound...]) }
  }

  /// The empty lines and comments at the end of an output.
  private static func preamble(_ lines: [String]) -> [String] {
    Array(lines[(lines.lastIndex { !$0.isEmpty && !$0.hasPrefix("#") }.map { $0 + 1 } ?? 0)...])
  }

  private mutating func finish(_ output: ArraySlice<String>) {
    guard !exchanges.isEmpty else { return }
    exchanges[exchanges.count - 1].output = output.joined(separator: "\n")
  }

  /// As it is written in a file, with a line end after the last line.
  package var text: String {
    let lines = exchanges.flatMap { $0.typed + ($0.output.isEmpty ? [] : [$0.output]) } + ending
    return lines.map { $0 + "\n" }.joined()
  }

  /// The same cells with what they print now.
  ///
  /// - Parameter run: takes a cell's text, gives back what it prints; any front of the engine can stand behind it.
  package func replayed(by run: (String) async throws -> String) async rethrows -> Transcript {
    var replayed = self
    for index in exchanges.indices {
      var output = try await run(exchanges[index].cell)[...]
      while output.last?.isNewline == true { output.removeLast() }
      replayed.exchanges[index].output = String(output)
    }
    return replayed
  }
}
