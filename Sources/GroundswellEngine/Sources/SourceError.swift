/// A file of events that cannot be used.
package struct SourceError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case empty
    case openQuote(line: Int)
    /// What gzip packed cannot be unpacked.
    case packed(String)
    /// No JSON objects, one a line or in an array.
    case noObjects
    /// An archive's file of something else.
    case noTweetArchive
    /// No tweet makes an event.
    case noTweets(count: Int, line: Int, reason: String)
    /// Every row was left out.
    case noEvents(rows: Int, line: Int, reason: String)
    case noColumn(role: String, option: String, names: [String], header: [String])
    case unknownColumn(String, header: [String], closest: String?)
  }

  package let path: String
  package let fault: Fault

  package init(path: String, fault: Fault) {
    self.path = path
    self.fault = fault
  }

  package var description: String {
    switch fault {
    case .empty: return "\(path) is empty\na CSV file begins with the names of its columns"
    case .packed(let reason):
      return
        "\(path) is packed by gzip and damaged: \(reason)\nget it again from where it came; what was read of it is sent"
    case .openQuote(let line):
      return
        "\(path), line \(line): the quoted field that begins there does not end\nadd the \" at its end, or double the one at its beginning"
    case .noObjects:
      return
        "\(path) holds no JSON objects\nput one on each line, or all into an array; a table's name should end in .csv"
    case .noTweetArchive:
      return "\(path) holds no tweets\nof an X archive they are in data/tweets.js, with counts of likes"
    case .noTweets(let count, let line, let reason):
      return
        "\(path): none of its \(counted(count, "tweet")) makes an event; line \(line): \(reason)\nof X's API v2 ask for tweet.fields=created_at,public_metrics"
    case .noEvents(let rows, let line, let reason):
      return
        "\(path): none of its \(counted(rows, "row")) makes an event; line \(line): \(reason)\nname the columns that hold time and number: --time COLUMN --value COLUMN"
    case .noColumn(let role, let option, let names, let header):
      return """
        \(path) has no column that looks like \(role): its columns are \(header.joined(separator: ", "))
        name it with \(option) COLUMN; found by themselves are \(names.joined(separator: ", "))
        """
    case .unknownColumn(let name, let header, let closest):
      let wayOut = closest.map { "did you mean '\($0)'?" } ?? "its columns are \(header.joined(separator: ", "))"
      return "\(path) has no column '\(name)'\n\(wayOut)"
    }
  }
}
