/// One statement of a cell, with the line of the cell on which it begins (from 1).
package struct Statement: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    /// A verb, then words and options. Never empty.
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

/// A cell that does not split into statements.
package struct CellSyntaxError: Explained, Hashable {
  package enum Fault: Hashable, Sendable {
    case openQuote(Character)
    case openComment
    case unknownParameter(UnknownName)
    case openParameterName
  }

  package var fault: Fault
  /// From 1, in the cell.
  package var line: Int

  package var wordAtFault: String? {
    if case .unknownParameter(let name) = fault { name.wordAtFault } else { nil }
  }

  package var problem: String {
    switch fault {
    case .openQuote(let quote): "line \(line): the text that begins with \(quote) does not end"
    case .openComment: "line \(line): the comment that begins with /* does not end"
    case .unknownParameter(let name): "line \(line): \(name.problem)"
    case .openParameterName: "line \(line): the parameter's name after ${ does not end"
    }
  }

  package var remedy: String? {
    switch fault {
    case .openQuote(let quote): "add \(quote) where it should end"
    case .openComment: "add */ where it should end"
    case .unknownParameter(let name): name.remedy
    case .openParameterName: "write ${name}"
    }
  }
}
