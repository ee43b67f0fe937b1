/// A fault inside a file; the file's and the column's names are added where they are known.
struct Fault: Error, Equatable {
  let position: Int?
  let kind: ParquetError.Kind

  static func damaged(_ what: String, at position: Int? = nil) -> Fault {
    Fault(position: position, kind: .damaged(what))
  }

  static func unsupported(_ what: String, remedy: String, at position: Int? = nil) -> Fault {
    Fault(position: position, kind: .unsupported(what, remedy: remedy))
  }

  /// The same fault, with its position moved by an offset.
  func moved(by offset: Int) -> Fault { Fault(position: position.map { $0 + offset }, kind: kind) }

  /// The same fault, with its row moved by a number of rows before it.
  func behind(rows: Int) -> Fault {
    switch kind {
    case .notUTF8(let row): Fault(position: position, kind: .notUTF8(row: row + rows))
    case .outOfRange(let row, let what): Fault(position: position, kind: .outOfRange(row: row + rows, what: what))
    default: self
    }
  }

  func inside(_ file: String, column: String? = nil) -> ParquetError {
    ParquetError(file: file, column: column, position: position, kind: kind)
  }
}
