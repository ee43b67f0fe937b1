/// The text of a cell: one or more statements, one a line.
///
/// - `\` at the end of a line continues a command on the next one, and so does a word that opens a parenthesis, up to
///   the one that closes it.
/// - `#` at the start of a word starts a comment that runs to the end of the line.
/// - Words may be quoted: nothing is special within `'…'`; within `"…"` a parameter is, and `\"` and `\\`.
/// - `$name` and `${name}` stand for a parameter: in a command for its text, in SQL for a literal.
/// - A statement that begins with a word of SQL runs to its `;` or to the end of the cell.
/// - The text of `note TEXT` and `insert N TEXT` is verbatim, up to the end of the line.
/// - A cell may be pasted with its prompts, `[2]> ` and `  ...> `; the text is without them.
package struct Cell: Hashable, Sendable {
  package var text: String

  package init(_ text: String) {
    self.text = Self.withoutPrompts(text)
  }

  /// The text without the prompts before its lines, if its first line has one.
  private static func withoutPrompts(_ text: String) -> String {
    let first = #/\s*\[\d+\]> ?/#
    guard text.first.map({ $0 == "[" || $0.isWhitespace }) == true, text.prefixMatch(of: first) != nil else {
      return text
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return lines.map { $0.trimmingPrefix(#/\s*(\[\d+\]|\.\.\.)> ?/#) }.joined(separator: "\n")
  }

  /// The statements, in order, with the parameters' values.
  ///
  /// - Parameter parameters: the session's parameters; nil keeps `$name`, for text that does not run.
  /// - Throws: ``CellSyntaxError``, with the line.
  package func statements(parameters: [String: Parameter]? = nil) throws(CellSyntaxError) -> [Statement] {
    var scanner = CellScanner(text)
    var statements: [Statement] = []
    while let statement = try scanner.next(parameters: parameters) { statements.append(statement) }
    return statements
  }

  /// Checks the whole cell, so that no part of a cell with an open quote runs.
  func check() throws(CellSyntaxError) { _ = try statements() }

  /// Whether the last statement is complete, so that the prompt runs the cell instead of asking for more lines.
  ///
  /// An open quote, parenthesis or comment, a `\` at the end, and SQL without `;` need more lines. An empty last line ends
  /// SQL and parentheses.
  package var isComplete: Bool {
    var scanner = CellScanner(text)
    do {
      while try scanner.next(parameters: nil) != nil {}
    } catch {
      switch error.fault {
      case .openQuote, .openComment: return false
      case .unknownParameter, .openParameterName: return true
      }
    }
    return !scanner.wantsMore
  }
}

extension Cell {
  /// Whether the cell is `quit` or `exit`.
  package var isFarewell: Bool {
    guard let statements = try? statements(), statements.count == 1, case .command(let words) = statements[0].content
    else { return false }
    return words == ["quit"] || words == ["exit"]
  }

  /// Whether the cell begins with an SQL statement.
  package var isSQL: Bool {
    var scanner = CellScanner(text)
    guard case .sql? = (try? scanner.next(parameters: nil))?.content else { return false }
    return true
  }
}

/// The first words of SQL statements; any other first word is a command.
package enum SQLKeyword: String, CaseIterable, Sendable {
  case select, with, create, drop, explain, values

  /// Whether a statement that begins with the word is SQL, given the text after it: `explain` is a command as well.
  package static func begins(with word: some StringProtocol, before rest: some StringProtocol) -> Bool {
    guard Self(rawValue: word.lowercased()) == .explain else { return begins(with: word) }
    let next = rest.drop(while: \.isWhitespace).prefix { $0.isLetter }.lowercased()
    return ["select", "with", "values", "query"].contains(next)
  }

  /// Whether the word begins SQL, ignoring case.
  package static func begins(with word: some StringProtocol) -> Bool {
    Self(rawValue: word.lowercased()) != nil
  }
}
