/// A statement that SQLite refused or could not finish.
package struct SQLError: Error, Hashable, CustomStringConvertible {
  /// SQLite's own words, `no such table: twets`, or the message of a table's or a function's error, of one or two lines.
  package var message: String
  /// The statement as it was given.
  package var statement: String
  /// The offset of the fault in the statement's UTF-8 text, in bytes; nil if unknown.
  package var offset: Int?
  /// The line of the cell on which the statement begins, from 1.
  package var firstLine = 1
  /// The right name that is nearest to the unknown one.
  package var closest: String?

  /// The name of the missing table or view; nil for other errors.
  package var unknownTable: String? {
    let prefix = "no such table: "
    guard message.hasPrefix(prefix) else { return nil }
    // A view's statement names its tables with their schema.
    let name = message.dropFirst(prefix.count)
    return String(name.hasPrefix("main.") ? name.dropFirst(5) : name)
  }

  /// The message when the answer does not fit into memory.
  package static let tooManyRows = "the answer has more than 1,000,000 rows"
  /// The message when the task was cancelled.
  package static let interrupted = "interrupted"

  /// The offset at which a name first stands as a word of its own, in UTF-8 bytes; nil if there is none.
  package func offset(of name: String) -> Int? {
    let (text, wanted) = (Array(statement.lowercased().utf8), Array(name.lowercased().utf8))
    guard !wanted.isEmpty, text.count >= wanted.count, text.count == statement.utf8.count else { return nil }
    func isWord(_ byte: UInt8) -> Bool {
      byte >= 0x80 || byte == 0x5F || Character(Unicode.Scalar(byte)).isLetter
        || Character(Unicode.Scalar(byte)).isNumber
    }
    return (0...text.count - wanted.count).first { start in
      let end = start + wanted.count
      return text[start..<end].elementsEqual(wanted) && (start == 0 || !isWord(text[start - 1]))
        && (end == text.count || !isWord(text[end]))
    }
  }

  /// An error of a statement; unknown facts are nil.
  package init(message: String, statement: String, offset: Int? = nil, closest: String? = nil) {
    self.message = message
    self.statement = statement
    self.offset = offset
    self.closest = closest
  }

  /// The problem, with its line and column if known.
  package var description: String {
    let location = position.map { " at line \($0.line), column \($0.before.count + 1)" } ?? ""
    return "SQL\(location): \(message)"
  }

  /// The line of the cell, from 1, and the text before the fault on that line; nil if the offset is unknown.
  package var position: (line: Int, before: String)? {
    guard let offset else { return nil }
    let before = statement.utf8.prefix(offset)
    let line = before.count { $0 == 0x0A } + firstLine
    let lineStart = before.lastIndex(of: 0x0A).map { before.index(after: $0) } ?? before.startIndex
    return (line, String(before[lineStart...]) ?? "")
  }
}
