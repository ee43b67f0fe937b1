import CivilTime
package import Columnar

/// A condition that cannot be read.
package struct PredicateSyntaxError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    /// What was wanted, and what stands there instead (nil: the end).
    case unexpected(wanted: String, found: String?)
    case unknownField(String, fields: [String])
    case wrongLiteral(field: String, DataType, found: String)
    case openQuote
  }

  package let text: String
  package let fault: Fault

  package var description: String {
    switch fault {
    case .unexpected(let wanted, let found):
      "condition '\(text)': expected \(wanted), found \(found.map { "'\($0)'" } ?? "the end")"
    case .unknownField(let name, _): "condition '\(text)': there is no field '\(name)'"
    case .wrongLiteral(let field, let type, let found):
      "condition '\(text)': \(field) is \(type.sqlName), found \(found)"
    case .openQuote: "condition '\(text)': the text in quotes does not end"
    }
  }
}

extension Predicate {
  /// Reads `favorite > 10 AND (lang = 'en' OR lang IS NULL)` against a schema.
  ///
  /// - Throws: ``PredicateSyntaxError``, with what was wanted and what was found.
  package init(parsing text: String, schema: Schema) throws(PredicateSyntaxError) {
    var parser = PredicateParser(text: text, schema: schema, tokens: try PredicateParser.tokens(of: text))
    self.init(text: text, condition: try parser.whole())
  }
}

private struct PredicateParser {
  enum Token: Hashable {
    case word(String)
    case number(String)
    case text(String)
    case symbol(String)

    var shown: String {
      switch self {
      case .word(let word), .number(let word), .symbol(let word): word
      case .text(let text): "'\(text)'"
      }
    }
  }

  let text: String
  let schema: Schema
  let tokens: [Token]
  var position = 0
  var terms = 0
  var depth = 0

  static func tokens(of text: String) throws(PredicateSyntaxError) -> [Token] {
    var tokens: [Token] = []
    var rest = Substring(text)
    while let character = rest.first {
      if character.isWhitespace {
        rest.removeFirst()
      } else if character == "'" {
        var quoted = ""
        repeat {
          rest.removeFirst()
          let piece = rest.prefix { $0 != "'" }
          guard piece.endIndex < rest.endIndex else { throw PredicateSyntaxError(text: text, fault: .openQuote) }
          quoted += piece
          rest = rest[rest.index(after: piece.endIndex)...]
          if rest.first == "'" { quoted += "'" }
        } while rest.first == "'"
        tokens.append(.text(quoted))
      } else if character.isLetter || character == "_" {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        tokens.append(.word(String(word)))
        rest.removeFirst(word.count)
      } else if character.isNumber || character == "-" || character == "." || character == "+" {
        let number = rest.prefix { $0.isNumber || "+-.eE".contains($0) }
        tokens.append(.number(String(number)))
        rest.removeFirst(number.count)
      } else {
        let two = String(rest.prefix(2))
        let symbol = ["<=", ">=", "<>", "!=", "=="].contains(two) ? two : String(character)
        tokens.append(.symbol(symbol))
        rest.removeFirst(symbol.count)
      }
    }
    return tokens
  }

  mutating func whole() throws(PredicateSyntaxError) -> Condition {
    let condition = try disjunction()
    guard position == tokens.count else { throw unexpected("AND, OR or the end") }
    return condition
  }

  private mutating func disjunction() throws(PredicateSyntaxError) -> Condition {
    var condition = try conjunction()
    while take(word: "or") {
      try countTerm()
      condition = .or(condition, try conjunction())
    }
    return condition
  }

  private mutating func conjunction() throws(PredicateSyntaxError) -> Condition {
    var condition = try term()
    while take(word: "and") {
      try countTerm()
      condition = .and(condition, try term())
    }
    return condition
  }

  /// A chain nests as deep as it is long.
  private mutating func countTerm() throws(PredicateSyntaxError) {
    terms += 1
    guard terms < 1_000 else { throw unexpected("a shorter condition") }
  }

  private mutating func term() throws(PredicateSyntaxError) -> Condition {
    // A condition that nests deeper was written by no person.
    guard depth < 100 else { throw unexpected("a simpler condition") }
    depth += 1
    defer { depth -= 1 }
    if take(word: "not") { return .not(try term()) }
    if take(symbol: "(") {
      let condition = try disjunction()
      guard take(symbol: ")") else { throw unexpected(")") }
      return condition
    }
    return try comparison()
  }

  private mutating func comparison() throws(PredicateSyntaxError) -> Condition {
    guard case .word(let name)? = token else { throw unexpected("a field") }
    guard let field = schema.index(of: name).map({ schema.fields[$0] }) else {
      throw PredicateSyntaxError(text: text, fault: .unknownField(name, fields: schema.names))
    }
    position += 1
    if take(word: "is") {
      let isNegated = take(word: "not")
      guard take(word: "null") else { throw unexpected("NULL") }
      return isNegated ? .not(.isNull(field.name)) : .isNull(field.name)
    }
    guard case .symbol(let symbol)? = token,
      let comparison = Condition.Comparison(rawValue: ["==": "=", "!=": "<>"][symbol] ?? symbol)
    else { throw unexpected("=, <>, <, <=, >, >= or IS NULL") }
    position += 1
    return .comparison(field.name, comparison, try literal(for: field))
  }

  private mutating func literal(for field: Field) throws(PredicateSyntaxError) -> Value {
    guard let token else { throw unexpected("a value") }
    let value: Value? =
      switch (token, field.type) {
      case (.number(let digits), .integer), (.number(let digits), .long), (.number(let digits), .double):
        Int64(digits).map { .integer($0) } ?? Double(digits).map { .double($0) }
      case (.text(let text), .string): .string(text)
      case (.text(let text), .timestamp): Timestamp(text).map { .timestamp($0) }
      case (.word(let word), .boolean) where ["true", "false"].contains(word.lowercased()):
        .boolean(word.lowercased() == "true")
      default: nil
      }
    guard let value else {
      throw PredicateSyntaxError(
        text: text, fault: .wrongLiteral(field: field.name, field.type, found: token.shown))
    }
    position += 1
    return value
  }

  private var token: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func take(word: String) -> Bool {
    guard case .word(let found)? = token, found.lowercased() == word else { return false }
    position += 1
    return true
  }

  private mutating func take(symbol: String) -> Bool {
    guard token == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  private func unexpected(_ wanted: String) -> PredicateSyntaxError {
    PredicateSyntaxError(text: text, fault: .unexpected(wanted: wanted, found: token?.shown))
  }
}
