/// Why a Parquet file could not be read or written.
package struct ParquetError: Error, Equatable, CustomStringConvertible {
  package enum Problem: Equatable, Sendable {
    case notParquet
    case encrypted
    /// The file breaks the format's rules; what was found there.
    case damaged(String)
    /// Valid Parquet that this reader does not know; the feature's name.
    case unsupported(String)
    case unreadable(code: Int32, reason: String)
    case noSuchColumn(known: [String])
    case nullInRequiredColumn(row: Int)
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

  private var sentences: String {
    switch problem {
    case .notParquet:
      "this is no Parquet file.\nIt must begin and end with the letters PAR1; was it written to its end?"
    case .encrypted: "the file is encrypted, which is not supported.\nWrite it again without encryption."
    case .damaged(let what): "the file is damaged: \(what).\nFetch or write it again."
    case .unsupported(let what):
      "\(what) is not supported.\nWrite the file with flat columns, plain or dictionary pages, and snappy, zstd or no codec."
    case .unreadable(_, let reason): "the file cannot be read: \(reason).\nCheck that it exists and who may read it."
    case .noSuchColumn(let known): "there is no such column.\nThe file has: \(known.joined(separator: ", "))."
    case .nullInRequiredColumn(let row):
      "row \(row) is null, but the column is declared without nulls.\nDeclare it nullable or leave the row out."
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

  static func unsupported(_ what: String, at position: Int? = nil) -> Fault {
    Fault(position: position, problem: .unsupported(what))
  }

  /// The same fault, of bytes that stand so far into the file.
  func moved(by offset: Int) -> Fault { Fault(position: position.map { $0 + offset }, problem: problem) }

  func inside(_ file: String, column: String? = nil) -> ParquetError {
    ParquetError(file: file, column: column, position: position, problem: problem)
  }
}
