/// One statement of a cell, with the line of the cell on which it begins (from 1).
package struct Statement: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// A verb, then words and options; never empty.
    case command([String])
    /// SQL, without the semicolon at its end.
    case sql(String)
  }

  package var content: Content
  package var line: Int

  package init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }
}

/// A cell that cannot be read as statements.
package struct CellSyntaxError: WordFault, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case openQuote(Character)
    case openComment
    case unknownParameter(String, closest: String?)
    case openParameterName
  }

  package var fault: Fault
  /// From 1, in the cell.
  package var line: Int

  var wordAtFault: String? {
    if case .unknownParameter(let name, _) = fault { name } else { nil }
  }

  package var description: String {
    switch fault {
    case .openQuote(let quote):
      "line \(line): the text that begins with \(quote) does not end\nadd \(quote) where it should end"
    case .openComment:
      "line \(line): the comment that begins with /* does not end\nadd */ where it should end"
    case .unknownParameter(let name, let closest?):
      "line \(line): there is no parameter '\(name)'\ndid you mean '\(closest)'?"
    case .unknownParameter(let name, nil):
      "line \(line): there is no parameter '\(name)'\nset it first: set \(name) VALUE"
    case .openParameterName:
      "line \(line): the parameter's name after ${ does not end\nwrite ${name}"
    }
  }
}
