import CivilTime
import NotebookFormat

/// The parameters of a notebook, which its cell tagged `parameters` sets to their defaults.
struct NotebookParameters {
  let defaults: [String: Parameter]

  init(of notebook: Notebook) {
    guard let index = notebook.parametersCell else {
      defaults = [:]
      return
    }
    let statements = (try? Cell(notebook.cells[index].source).statements()) ?? []
    let pairs = statements.compactMap { statement -> (String, Parameter)? in
      guard case .command(let words) = statement.content, words.count > 2, words[0] == "set" else { return nil }
      return (words[1], Parameter(reading: words[2]))
    }
    defaults = Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  /// A value whose type differs from the default's.
  struct WrongType: Explained {
    let name: String
    let value: String
    let expected: String
    let example: String

    var problem: String { "the parameter '\(name)' is \(expected), not '\(value)'" }
    var remedy: String? { "write it as the notebook does: -p \(name) \(example)" }
  }

  /// - Throws: an error for the first name, in alphabetical order, that is unknown or has a value of the wrong type.
  func check(_ values: [String: String], allowsUnknown: Bool) throws {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let standard = defaults[name] else {
        if allowsUnknown { continue }
        throw UnknownName(
          kind: "notebook parameter", name: name, known: Array(defaults.keys),
          remedy: defaults.isEmpty
            ? "tag the cell that sets the parameters with 'parameters', or allow it: --allow-unknown"
            : "allow it: --allow-unknown")
      }
      if let expected = Self.misfit(of: value, to: standard) {
        throw WrongType(name: name, value: value, expected: expected, example: standard.word)
      }
    }
  }

  /// The expected type; nil if the value fits it.
  private static func misfit(of value: String, to standard: Parameter) -> String? {
    let given = Parameter(reading: value).value
    switch (standard.value, given) {
    case (.integer, .integer), (.double, .double), (.double, .integer), (.boolean, .boolean): return nil
    case (.integer, _): return "a whole number"
    case (.double, _): return "a number"
    case (.boolean, _): return "true or false"
    case (.text(let text), _):
      // A default that is a time takes times only.
      return Timestamp(text) != nil && Timestamp(value) == nil ? "a time" : nil
    }
  }

  /// A cell that sets the parameters. Puts a single quote within a value into double quotes.
  static func setting(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key < $1.key }.map { name, value in
      let pieces = value.split(separator: "'", omittingEmptySubsequences: false)
      return "set \(name) '\(pieces.joined(separator: "'\"'\"'"))'"
    }.joined(separator: "\n")
  }
}
