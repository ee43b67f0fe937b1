import Wording
import Rendering

extension Cell {
  /// The location behind a text on a line, counted from 1; nil if the line does not contain the text, as when the statement
  /// starts in the middle of the line or has a parameter.
  func place(onLine number: Int, behind before: String) -> FaultPlace? {
    let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard all.indices.contains(number - 1) else { return nil }
    let line = all[number - 1]
    guard let end = before.isEmpty ? line.startIndex : line.firstRange(of: before)?.upperBound else { return nil }
    return FaultPlace(line: String(line), column: Self.width(line[..<end]), isWholeLine: false)
  }

  /// How many columns of a terminal the beginning of a line takes.
  private static func width(_ text: Substring) -> Int { displayWidth(visible(String(text), lineEnd: "")) }

  /// The location of a word on the cell's lines, counted from 1; nil if the word was not typed there, but came from a parameter.
  func place(of word: String, in lines: ClosedRange<Int>) -> FaultPlace? {
    let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for number in lines where all.indices.contains(number - 1) {
      let line = all[number - 1]
      for range in line.ranges(of: word) {
        let before = line[..<range.lowerBound].last
        let after = range.upperBound < line.endIndex ? line[range.upperBound] : nil
        let isWhole = [before, after].allSatisfy { $0.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true }
        guard isWhole else { continue }
        return FaultPlace(
          line: String(line), column: Self.width(line[..<range.lowerBound]),
          isWholeLine: line.count == word.count)
      }
    }
    return nil
  }
}
