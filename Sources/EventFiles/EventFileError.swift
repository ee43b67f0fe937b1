import CivilTime
import Wording

/// A file of events that cannot be used.
package struct EventFileError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case empty
    case openQuote(line: Int)
    /// A line, record or object beyond ``RecordReader/longestRecord``.
    case longLine(line: Int)
    /// What gzip packed cannot be unpacked.
    case packed(String)
    case notText(TextFault, line: Int)
    /// It looks like an encoding that nobody named.
    case unmarked(TextEncoding)
    /// No JSON objects, one a line or in an array.
    case noObjects
    /// An archive's file of something else.
    case noTweetArchive
    /// No tweet makes an event.
    case noTweets(count: Int, line: Int, reason: String)
    /// Every row was left out.
    case noEvents(rows: Int, line: Int, reason: String)
    /// The first line, which has values rather than names.
    case noHeader(String)
    case otherColumnCount(given: Int, found: Int)
    case noColumn(role: String, option: String, names: [String], header: [String])
    case unknownColumn(String, header: [String], closest: String?)
    /// Several columns have the name; their numbers count from 1.
    case ambiguousColumn(String, numbers: [Int])
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
    case .longLine(let line):
      return
        "\(path), line \(line): it is longer than \(RecordReader.longestRecord >> 20) MB, which is the most that is read as one\ncut it into lines"
    case .notText(let fault, let line): return Self.sentence(fault, "\(path), line \(line)")
    case .unmarked(let encoding):
      return "\(path) looks like \(encoding.rawValue.uppercased())\nsay so: --encoding \(encoding.rawValue)"
    case .noObjects:
      return
        "\(path) holds no JSON objects\nput one on each line, or all into an array; a table's name should end in .csv"
    case .noTweetArchive:
      return "\(path) holds no tweets\nof an X archive they are in data/tweets.js, with counts of likes"
    case .noTweets(let count, let line, let reason):
      return
        "\(path): none of its \(counted(count, "tweet")) makes an event; line \(line): \(reason)\nof X's API v2 ask for tweet.fields=created_at,public_metrics"
    case .noEvents(let rows, let line, let reason):
      let forms = reason.hasSuffix(EventTime.fault) ? "; times are read as \(EventTime.forms)" : ""
      return
        "\(path): none of its \(counted(rows, "row")) makes an event; line \(line): \(reason)\nname the columns that hold time and number: --time COLUMN --value COLUMN\(forms)"
    case .noHeader(let line):
      return
        "\(path), line 1: '\(visible(line, lineEnd: "⏎"))' has values, not names of columns\nname them: --columns a,b,…; or number them: --no-header; or say that they are names: --header"
    case .otherColumnCount(let given, let found):
      return
        "\(path): --columns names \(given), and its first line has \(counted(found, "field"))\nname each column once"
    case .noColumn(let role, let option, let names, let header):
      let usual = names.isEmpty ? "" : "; found by themselves are \(names.joined(separator: ", "))"
      return """
        \(path) has no column that looks like \(role): its columns are \(header.joined(separator: ", "))
        name it with \(option) COLUMN\(usual)
        """
    case .unknownColumn(let name, let header, let closest):
      let wayOut = closest.map { "did you mean '\($0)'?" } ?? "its columns are \(header.joined(separator: ", "))"
      return "\(path) has no column '\(name)'\n\(wayOut)"
    case .ambiguousColumn(let name, let numbers):
      let list = numbers.map(String.init).joined(separator: " and ")
      return "\(path): columns \(list) are called '\(name)'\ngive them names: --header --columns a,b,…"
    }
  }

  private static func sentence(_ fault: TextFault, _ location: String) -> String {
    let bytes = fault.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    if fault.encoding == .utf8, fault.bytes.first != 0 {
      return
        "\(location): byte \(fault.offset) of the file is 0x\(bytes[0]), which is not UTF-8\nname the file's encoding: --encoding latin1, windows-1252, utf-16le or utf-16be"
    }
    if fault.encoding == .utf8 {
      return
        "\(location): byte \(fault.offset) of the file is 0x00, which is no text\nremove it, or name the file's encoding: --encoding utf-16le"
    }
    return
      "\(location): byte \(fault.offset) of the file, 0x\(bytes.joined()), is no character in \(fault.encoding.rawValue)\nname the file's encoding: --encoding \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", "))"
  }
}
