/// A command with unknown or missing words.
package enum UsageError: Explained, Hashable {
  case emptyCommand
  case unknownCommand(UnknownName)
  /// Words that end the shell, within a cell.
  case endsShell(String)
  /// A command of the program, and not of the cell language.
  case programOnly(String)
  case notebookAsCommand(String)
  case unknownOption(verb: String, UnknownName)
  case unknownChoice(verb: String, UnknownChoice)
  /// What the parser says of a command's words.
  case unparsed(verb: String, message: String)

  package var problem: String {
    switch self {
    case .emptyCommand: "an empty command"
    case .unknownCommand(let name): name.problem
    case .endsShell(let verb): "\(verb) ends the shell, so it works neither in a notebook nor beside other statements"
    case .programOnly(let verb): "\(verb) answers files of detection requests, on the command line only"
    case .notebookAsCommand(let path): "\(path) is a notebook, not a command"
    case .unknownOption(let verb, let name): "\(verb): \(name.problem)"
    case .unknownChoice(let verb, let choice): "\(verb): \(choice.problem)"
    case .unparsed(let verb, let message): "\(verb): \(message)"
    }
  }

  package var remedy: String? {
    switch self {
    case .emptyCommand: "try: help"
    case .unknownCommand(let name): name.remedy
    case .endsShell: "delete it, or type it alone at the prompt"
    case .programOnly: "leave the shell, then: groundswell score REQUESTS.jsonl"
    case .notebookAsCommand(let path): "run it: run \(path)"
    case .unknownOption(_, let name): name.remedy
    case .unknownChoice(_, let choice): choice.remedy
    case .unparsed(let verb, _): "try: help \(verb)"
    }
  }

  package var wordAtFault: String? {
    switch self {
    case .emptyCommand, .unparsed: nil
    case .endsShell(let word), .programOnly(let word), .notebookAsCommand(let word): word
    case .unknownCommand(let name), .unknownOption(_, let name): name.wordAtFault
    case .unknownChoice(_, let choice): choice.wordAtFault
    }
  }
}

extension UsageError {
  /// A word that is neither a command nor the beginning of SQL.
  static func unknownCommand(_ verb: String, known: [String]) -> UsageError {
    .unknownCommand(UnknownName(kind: "command", name: verb, known: known, remedy: "try: help", listsKnown: false))
  }
}
