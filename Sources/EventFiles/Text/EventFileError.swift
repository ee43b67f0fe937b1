package import Columnar
import Wording

/// A file of events or of a table that cannot be used.
package struct EventFileError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with the file. Lines and columns count from 1.
  package enum Fault: Hashable, Sendable {
    case empty
    /// A quoted field without its end.
    case openQuote(line: Int)
    /// A record beyond ``RecordReader/longestRecord``.
    case longLine(line: Int)
    /// zlib's reason why the file cannot be unpacked.
    case damagedGzip(String)
    case notText(TextFault, line: Int)
    /// It looks like an encoding for which it has no byte-order mark.
    case unmarked(TextEncoding)
    /// No JSON objects, one a line or in an array.
    case noObjects
    /// A file of an X archive without tweets.
    case noTweetArchive
    /// No tweet makes an event; the first reason.
    case noTweets(count: Int, line: Int, reason: NoEvent)
    /// No row or object makes an event; the first reason.
    case noEvents(rows: Int, line: Int, reason: NoEvent)
    /// The first line, which has values instead of names.
    case noHeader(String)
    case otherColumnCount(given: Int, found: Int)
    /// No column has a usual name of this role.
    case noColumn(ColumnRole, usual: [String], header: [String])
    case unknownColumn(String, header: [String], closest: String?)
    /// Several columns have the name.
    case ambiguousColumn(String, numbers: [Int])
    /// The caller gives names of columns to a file that is not CSV.
    case notCSV
    /// The caller gives types or an encoding to a file that has its own.
    case hasOwnTypes
    case fieldCount(Int, header: Int, line: Int)
    case badObject(ObjectFault, line: Int)
    /// A JSON list or object in place of a column's value.
    case nested(column: String, line: Int)
    /// A value that is not of the type that the caller wants.
    case misfit(String, column: String, type: DataType, line: Int)
    case badColumnName(String, number: Int)
    /// Two columns whose names differ at most in case.
    case repeatedColumnName(String, first: Int, second: Int)
  }

  /// The path, or "standard input".
  package let path: String
  /// What is wrong with it.
  package let fault: Fault

  /// The fault of one file.
  package init(path: String, fault: Fault) {
    self.path = path
    self.fault = fault
  }

  /// The problem in one line.
  package var description: String {
    switch fault {
    case .empty: "\(path) is empty"
    case .openQuote(let line): "\(path), line \(line): a quoted field does not end"
    case .longLine(let line): "\(path), line \(line): longer than \(RecordReader.longestRecord >> 20) MB"
    case .damagedGzip(let reason): "\(path): damaged gzip: \(reason)"
    case .notText(let fault, let line): "\(path), line \(line): \(fault)"
    case .unmarked(let encoding): "\(path) looks like \(encoding.rawValue.uppercased())"
    case .noObjects: "\(path) holds no JSON objects"
    case .noTweetArchive: "\(path) holds no tweets"
    case .noTweets(let count, let line, let reason):
      "\(path): no event in \(counted(count, "tweet")); line \(line): \(reason)"
    case .noEvents(let rows, let line, let reason):
      "\(path): no event in \(counted(rows, "row")); line \(line): \(reason)"
    case .noHeader(let line): "\(path), line 1: '\(visible(line, lineEnd: "⏎"))' has values, not names of columns"
    case .otherColumnCount(let given, let found):
      "\(path): \(counted(given, "name")) of columns, but \(counted(found, "field")) in the first line"
    case .noColumn(let role, _, let header):
      "\(path) has no column that looks like \(role == .time ? "a time" : "a number"): its columns are \(header.joined(separator: ", "))"
    case .unknownColumn(let name, _, _): "\(path) has no column '\(name)'"
    case .ambiguousColumn(let name, let numbers):
      "\(path): columns \(numbers.map(String.init).joined(separator: " and ")) are called '\(name)'"
    case .notCSV: "\(path) is not CSV, and names its columns itself"
    case .hasOwnTypes: "\(path): Parquet has its own types"
    case .fieldCount(let count, let header, let line):
      "\(path), line \(line): \(counted(count, "field")), but \(header) in the first line"
    case .badObject(let fault, let line): "\(path), line \(line): \(fault)"
    case .nested(let column, let line): "\(path), line \(line): '\(column)' is nested, which a table's column cannot be"
    case .misfit(let value, let column, let type, let line):
      "\(path), line \(line): invalid \(type.sqlName) '\(value)' in '\(column)'"
    case .badColumnName(let name, _):
      "\(path): invalid column name '\(visible(name, lineEnd: "⏎"))': blanks and any of ,;{}()= are not allowed"
    case .repeatedColumnName(let name, let first, let second):
      "\(path): columns \(first) and \(second) are both called '\(name)' (case does not count)"
    }
  }
}

/// The use of a column or member of an event file.
package enum ColumnRole: Hashable, Sendable {
  case time, number
}
