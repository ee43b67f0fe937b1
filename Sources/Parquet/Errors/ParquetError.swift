/// Why a Parquet file could not be read or written.
package struct ParquetError: Error, Equatable, CustomStringConvertible {
  /// What is wrong with a file.
  package enum Kind: Equatable, Sendable {
    /// The file does not begin and end with `PAR1`.
    case notParquet
    /// The file is encrypted.
    case encrypted
    /// The file breaks the format's rules; what was found there.
    case damaged(String)
    /// Valid Parquet that this reader does not know; the feature's name, and what to write instead.
    case unsupported(String, remedy: String)
    /// The system refused to read the file: its error number, and its words.
    case unreadable(code: Int32, reason: String)
    /// The file has no column of that name; the names that it has.
    case noSuchColumn(known: [String])
    /// Two columns whose names do not differ by more than case.
    case sameNames(String)
    /// A null in a column that is declared without nulls. Rows count from 0.
    case nullInRequiredColumn(row: Int)
    /// A text whose bytes are not UTF-8.
    case notUTF8(row: Int)
    /// A value that the column's type cannot hold.
    case outOfRange(row: Int, what: String)
    /// More than the format's 32-bit sizes hold; what it is.
    case tooLarge(String)
  }

  /// The file's path, or what stands for it.
  package let file: String
  /// The column's name; nil if the fault lies in no column.
  package let column: String?
  /// Byte offset in the file, or in the page's content if the fault lies in compressed bytes.
  package let position: Int?
  /// What is wrong.
  package let kind: Kind

  /// The problem, in one line, with its location. Rows count from 1.
  package var description: String {
    var location = file
    if let column { location += ", column '\(column)'" }
    if let position { location += ", byte \(position)" }
    return "\(location): \(sentence)"
  }

  private var sentence: String {
    switch kind {
    case .notParquet: "not a Parquet file: it does not begin and end with the letters PAR1"
    case .encrypted: "the file is encrypted, which is not supported"
    case .damaged(let what): "the file is damaged: \(what)"
    case .unsupported(let what, _): "\(what) is not supported"
    case .unreadable(_, let reason): "the file cannot be read: \(reason)"
    case .noSuchColumn: "there is no such column"
    case .sameNames(let other): "another column is called '\(other)'"
    case .nullInRequiredColumn(let row): "row \(row + 1) is null, but the column is declared without nulls"
    case .notUTF8(let row): "row \(row + 1) is not UTF-8 text"
    case .outOfRange(let row, let what): "row \(row + 1): \(what)"
    case .tooLarge(let what): "\(what) is larger than Parquet can hold"
    }
  }
}
