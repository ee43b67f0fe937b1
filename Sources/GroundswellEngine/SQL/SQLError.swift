/// A statement that SQLite refused or could not finish.
package struct SQLError: Error, Hashable, CustomStringConvertible {
  /// SQLite's own words: `no such table: twets`.
  package var message: String
  package var statement: String
  /// Where in the statement's UTF-8 text the fault lies; nil where SQLite does not say.
  package var offset: Int?
  /// The line of the cell on which the statement begins, from 1.
  var firstLine = 1
  /// The right name that is nearest to the unknown one.
  package var closest: String?

  /// The name of a table or view that is not there.
  var unknownTable: String? {
    let prefix = "no such table: "
    return message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : nil
  }

  package init(message: String, statement: String, offset: Int? = nil, closest: String? = nil) {
    self.message = message
    self.statement = statement
    self.offset = offset
    self.closest = closest
  }

  package var description: String {
    let place = offset.map { " at line \(self.place(of: $0))" } ?? ""
    let wayOut =
      closest.map { "did you mean '\($0)'?" }
      ?? (message == "interrupted"
        ? "the shell goes on; run it again for an answer" : "correct the statement and run it again")
    return "SQL\(place): \(message)\n\(wayOut)"
  }

  /// `2, column 8`, both from 1.
  private func place(of offset: Int) -> String {
    let before = statement.utf8.prefix(offset)
    let line = before.count { $0 == 0x0A } + firstLine
    let lineStart = before.lastIndex(of: 0x0A).map { before.index(after: $0) } ?? before.startIndex
    return "\(line), column \((String(before[lineStart...]) ?? "").count + 1)"
  }
}
