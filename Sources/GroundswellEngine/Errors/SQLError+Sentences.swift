package import Pipeline

extension SQLError: Explained {
  // The message of a table's or a function's error has its remedy on a second line.
  package var problem: String { String(description.prefix { $0 != "\n" }) }

  package var remedy: String? {
    if let end = message.firstIndex(of: "\n") { return String(message[message.index(after: end)...]) }
    if let closest { return "did you mean '\(closest)'?" }
    return switch message {
    case Self.interrupted: "the shell goes on; run it again for an answer"
    case Self.tooManyRows: "add a LIMIT, aggregate, or write it to a file: export TABLE FILE"
    default: "correct the statement and run it again"
    }
  }
}
