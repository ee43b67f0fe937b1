import Wording

/// The location of a fault in a cell: a line, and the column of the wrong word.
package struct FaultPlace: Hashable, Sendable {
  /// The line of the cell, as it was typed.
  package let line: String
  /// The column of a terminal at which the word begins, from 0.
  package let column: Int
  /// Whether the word is the whole line.
  private let isWholeLine: Bool
  /// The longest part of a line that is shown, in columns.
  private static let longest = 400

  /// A word on a line, by its column.
  package init(line: String, column: Int, isWholeLine: Bool) {
    self.line = line
    self.column = column
    self.isWholeLine = isWholeLine
  }

  /// The line, and a caret under the word below it; nil if the word is the whole line.
  package var rendered: String? {
    guard !isWholeLine else { return nil }
    let shown = visible(line, lineEnd: "")
    guard shown.utf8.count > Self.longest, displayWidth(shown) > Self.longest else {
      return "  \(shown)\n  \(String(repeating: " ", count: column))^"
    }
    // A long line is shown around the word.
    var (before, start) = (0, shown.startIndex)
    while before < column - Self.longest / 2, start < shown.endIndex {
      before += displayWidth(String(shown[start]))
      start = shown.index(after: start)
    }
    return
      "  …\(clipped(String(shown[start...]), to: Self.longest))\n   \(String(repeating: " ", count: column - before))^"
  }
}
