import EventHub
import Wording

/// Splits a cell's characters into statements. See ``Cell`` for the language.
struct CellScanner {
  /// The text's characters, with `\n` for each line end.
  let characters: [Character]
  private var parameters: [String: Parameter]?
  private var position = 0
  private var line = 1
  /// Whether the last statement ended only because the text ended.
  private(set) var wantsMore = false
  private var firstLine = 1
  /// The ranges of the last command's words among ``characters``, with their quotes.
  private(set) var wordRanges: [Range<Int>] = []
  /// The lines of the last statement, from 1.
  var lines: ClosedRange<Int> { firstLine...max(firstLine, line) }
  /// Commands with a verbatim text, and how many words come before it.
  private static let verbatimCommands = ["note": 1, "insert": 2]

  init(_ text: String) {
    // "\r\n" is one character in Swift, and a line end like "\n". "\r" ends lines only in a text without "\n".
    let endsByReturns = !text.utf8.contains(UInt8(ascii: "\n"))
    characters = text.map { $0 == "\r\n" || endsByReturns && $0 == "\r" ? "\n" : $0 }
  }

  /// The next statement with the parameters' values; nil at the end of the cell.
  mutating func next(parameters: [String: Parameter]?) throws(CellSyntaxError) -> Statement? {
    self.parameters = parameters
    while try skipToStatement() {
      let start = line
      firstLine = line
      let opened = characters[position...].drop { $0 == "(" || $0.isWhitespace }
      let word = String(opened.prefix { $0.isLetter })
      if SQLKeyword.begins(with: word, before: String(opened.dropFirst(word.count).prefix(20))) {
        return Statement(.sql(try sql()), line: start)
      }
      let words = try command()
      if !words.isEmpty { return Statement(.command(words), line: start) }
    }
    return nil
  }

  /// Skips blanks, empty lines, lone semicolons and comments, also those of SQL.
  ///
  /// - Returns: false at the end of the cell.
  private mutating func skipToStatement() throws(CellSyntaxError) -> Bool {
    while let character = peek {
      if character == "-", peek(1) == "-", peek(2)?.isWhitespace ?? true {
        skipComment()
      } else if character == "/", peek(1) == "*" {
        _ = try verbatim(upTo: "*/", .openComment)
      } else if character == "#" {
        skipComment()
      } else if character.isWhitespace || character == ";" {
        advance()
      } else {
        return true
      }
    }
    return false
  }

  // MARK: Commands

  private mutating func command() throws(CellSyntaxError) -> [String] {
    var words: [String] = []
    wordRanges = []
    var depth = 0
    while let character = peek {
      if depth > 0, character == "\n", peek(1) != "\n" {
        advance()
        wantsMore = peek == nil
      } else if character == "\n" || character == ";" {
        advance()
        return words
      } else if character == "\\", continuesLine() {
        wantsMore = peek == nil
      } else if character.isWhitespace {
        advance()
      } else if character == "#" {
        skipComment()
      } else {
        if character == "(" { depth += 1 }
        var start = position
        let word = try word()
        if depth > 0, word.last == ")" { depth -= 1 }
        words.append(word)
        wordRanges.append(start..<position)
        if let verb = words.first, Self.verbatimCommands[verb] == words.count {
          while let blank = peek, blank.isWhitespace, blank != "\n" { advance() }
          start = position
          let text = verbatimLine()
          wordRanges.append(start..<position)
          return text.isEmpty ? words : words + [text]
        }
      }
    }
    if depth > 0 { wantsMore = true }
    return words
  }

  /// The rest of the line, and the lines that `\` continues it with.
  private mutating func verbatimLine() -> String {
    var text = ""
    while let character = peek, character != "\n" {
      if character == "\\", continuesLine() {
        wantsMore = peek == nil
        text.append("\n")
      } else {
        text.append(character)
        advance()
      }
    }
    if peek != nil { advance() }
    return String(text.trimmed)
  }

  private mutating func word() throws(CellSyntaxError) -> String {
    var word = ""
    while let character = peek, !character.isWhitespace, character != ";" || isWithinConnectionString(word) {
      switch character {
      case "'":
        word += try quoted("'", substituting: false)
      case "\"":
        word += try quoted("\"", substituting: true)
      case "$":
        word += try parameter()?.word ?? "$"
      case "\\":
        if isLineEnd(after: position) { return word }
        advance()
        if let escaped = peek {
          word.append(escaped)
          advance()
        }
      default:
        word.append(character)
        advance()
      }
    }
    return word
  }

  /// Whether a `;` here is a part of an unquoted connection string, and not the end of a command.
  private func isWithinConnectionString(_ word: String) -> Bool {
    guard ConnectionString.looksLike(word), let next = peek(1) else { return false }
    // The string may end with one, with options behind it.
    return !next.isWhitespace
      || characters[(position + 1)...].prefix { $0 != "\n" }.drop { $0 == " " }.starts(with: "--")
  }

  /// Skips `\` at the end of a line, and the line end.
  ///
  /// - Returns: false, without skipping, if the `\` stands elsewhere.
  private mutating func continuesLine() -> Bool {
    guard isLineEnd(after: position) else { return false }
    repeat { advance() } while peek.map { $0 != "\n" } ?? false
    if peek != nil { advance() }
    return true
  }

  private func isLineEnd(after index: Int) -> Bool {
    characters[(index + 1)...].first { $0 == "\n" || !$0.isWhitespace }.map { $0 == "\n" } ?? true
  }

  private mutating func quoted(_ quote: Character, substituting: Bool) throws(CellSyntaxError) -> String {
    let start = line
    advance()
    var text = ""
    while let character = peek {
      if character == quote {
        advance()
        return text
      } else if substituting, character == "$" {
        text += try parameter()?.word ?? "$"
      } else {
        if substituting, character == "\\", let next = peek(1), next == quote || next == "\\" { advance() }
        if let kept = peek { text.append(kept) }
        advance()
      }
    }
    throw CellSyntaxError(fault: .openQuote(quote), line: start)
  }

  // MARK: SQL

  private mutating func sql() throws(CellSyntaxError) -> String {
    var text = ""
    while let character = peek {
      switch character {
      case ";":
        advance()
        return String(text.trimmed)
      case "'", "\"", "`":
        text += try verbatim(upTo: String(character), .openQuote(character))
      case "-" where peek(1) == "-":
        while let commented = peek, commented != "\n" {
          text.append(commented)
          advance()
        }
      case "/" where peek(1) == "*":
        text += try verbatim(upTo: "*/", .openComment)
      case "$":
        text += try parameter()?.sqlLiteral ?? "$"
      default:
        text.append(character)
        advance()
      }
    }
    wantsMore = characters.suffix(2) != ["\n", "\n"]
    return String(text.trimmed)
  }

  /// Reads a quoted text or a comment, with its delimiters. Reads a text with a doubled quote as two texts in a row.
  private mutating func verbatim(upTo end: String, _ fault: CellSyntaxError.Fault) throws(CellSyntaxError) -> String {
    let start = line
    var text = ""
    repeat {
      guard let character = peek else { throw CellSyntaxError(fault: fault, line: start) }
      text.append(character)
      advance()
    } while !(text.count >= 2 * end.count && text.hasSuffix(end))
    return text
  }

  // MARK: Parameters

  /// Reads the parameter at `$`; reads only `$` and gives nil if no name follows or the caller keeps parameters.
  private mutating func parameter() throws(CellSyntaxError) -> Parameter? {
    advance()
    guard let parameters else { return nil }
    let isBraced = peek == "{"
    let nameStart = position + (isBraced ? 1 : 0)
    guard nameStart <= characters.count else { return nil }
    let name = String(characters[nameStart...].prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) })
    guard !name.isEmpty, name.first?.isNumber == false else { return nil }
    guard let parameter = parameters[name] else {
      let unknown = UnknownName(
        kind: "parameter", name: name, known: Array(parameters.keys), remedy: "set it first: set \(name) VALUE",
        listsKnown: false)
      throw CellSyntaxError(fault: .unknownParameter(unknown), line: line)
    }
    position = nameStart + name.count
    if isBraced {
      guard peek == "}" else { throw CellSyntaxError(fault: .openParameterName, line: line) }
      advance()
    }
    return parameter
  }

  // MARK: Characters

  private var peek: Character? { peek(0) }

  private func peek(_ ahead: Int) -> Character? {
    position + ahead < characters.count ? characters[position + ahead] : nil
  }

  private mutating func advance() {
    if peek == "\n" { line += 1 }
    position += 1
  }

  private mutating func skipComment() {
    while peek.map({ $0 != "\n" }) ?? false { advance() }
  }
}
