extension StringProtocol {
  /// Without the blanks and line ends around it.
  package var trimmed: SubSequence { drop(while: \.isWhitespace).trimmedEnd }

  /// Without the blanks and line ends at its end.
  package var trimmedEnd: SubSequence {
    lastIndex { !$0.isWhitespace }.map { self[...$0] } ?? self[..<startIndex]
  }

  /// Without the line ends behind its last line; blanks stay.
  package var withoutLineEnds: SubSequence {
    lastIndex { !$0.isNewline }.map { self[...$0] } ?? self[..<startIndex]
  }
}
