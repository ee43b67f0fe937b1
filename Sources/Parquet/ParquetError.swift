/// Why a Parquet file could not be read or written.
package struct ParquetError: Error, Equatable, CustomStringConvertible {
  package enum Problem: Equatable, Sendable {
    case notParquet
    case encrypted
    /// The file breaks the format's rules; what was found there.
    case damaged(String)
    /// Valid Parquet that this reader does not know; the feature's name, and what to write instead.
    case unsupported(String, remedy: String)
    case unreadable(code: Int32, reason: String)
    case noSuchColumn(known: [String])
    /// Names that differ at most by case, so that nobody could tell the columns apart.
    case sameNames(String)
    case nullInRequiredColumn(row: Int)
    /// A text whose bytes are not UTF-8.
    case notUTF8(row: Int)
    /// A value that the column's type cannot hold.
    case outOfRange(row: Int, what: String)
    case tooLarge(String)
  }

  package let file: String
  package let column: String?
  /// Byte offset in the file, or in the page's content where the fault lies behind its compression.
  package let position: Int?
  package let problem: Problem

  package var description: String {
    var place = file
    if let column { place += ", column '\(column)'" }
    if let position { place += ", byte \(position)" }
    return "\(place): \(sentences)"
  }

  /// Rows count from 1.
  private var sentences: String {
    switch problem {
    case .notParquet:
      "this is no Parquet file.\nIt must begin and end with the letters PAR1; was it written to its end?"
    case .encrypted: "the file is encrypted, which is not supported.\nWrite it again without encryption."
    case .damaged(let what): "the file is damaged: \(what).\nFetch or write it again."
    case .unsupported(let what, let remedy): "\(what) is not supported.\n\(remedy)."
    case .unreadable(_, let reason): "the file cannot be read: \(reason).\nCheck that it exists and who may read it."
    case .noSuchColumn(let known): "there is no such column.\nThe file has: \(known.joined(separator: ", "))."
    case .sameNames(let other):
      "another column is called '\(other)'.\nRename one of them: names must differ by more than case."
    case .nullInRequiredColumn(let row):
      "row \(row + 1) is null, but the column is declared without nulls.\nDeclare it nullable or leave the row out."
    case .notUTF8(let row):
      "row \(row + 1) is not UTF-8 text.\nWrite the column as UTF-8, or as hexadecimal digits if it is no text."
    case .outOfRange(let row, let what):
      "row \(row + 1): \(what).\nCorrect the value, or leave the row or the column out."
    case .tooLarge(let what): "\(what) is larger than Parquet can hold.\nWrite fewer rows or shorter texts."
    }
  }
}

/// A fault inside a file; the file's and the column's names are added where they are known.
struct Fault: Error, Equatable {
  let position: Int?
  let problem: ParquetError.Problem

  static func damaged(_ what: String, at position: Int? = nil) -> Fault {
    Fault(position: position, problem: .damaged(what))
  }

  static func unsupported(_ what: String, remedy: String, at position: Int? = nil) -> Fault {
    Fault(position: position, problem: .unsupported(what, remedy: remedy))
  }

  /// The same fault, of bytes that stand so far into the file.
  func moved(by offset: Int) -> Fault { Fault(position: position.map { $0 + offset }, problem: problem) }

  /// The same fault, of rows of which so many stand before.
  func behind(rows: Int) -> Fault {
    switch problem {
    case .notUTF8(let row): Fault(position: position, problem: .notUTF8(row: row + rows))
    case .outOfRange(let row, let what): Fault(position: position, problem: .outOfRange(row: row + rows, what: what))
    default: self
    }
  }

  func inside(_ file: String, column: String? = nil) -> ParquetError {
    ParquetError(file: file, column: column, position: position, problem: problem)
  }
}
