import JSONText

/// Why a notebook could not be read or written.
public enum NotebookError: Error, Hashable, CustomStringConvertible {
  /// The file system refused to read the file.
  case unreadable(path: String, reason: String)
  /// The file system refused to write the file; nothing was changed.
  case unwritable(path: String, reason: String)
  /// A report, which is a form for writing only.
  case reportOnly(path: String)
  /// A text form that is not UTF-8.
  case notText(name: String)
  /// Text in UTF-16.
  case utf16(name: String)
  /// Text that is not JSON; lines and columns count from 1.
  case notJSON(name: String, line: Int, column: Int, reason: String)
  /// JSON whose member is missing or of a wrong type.
  case notANotebook(name: String, member: String, expected: String)
  /// A major version of the notebook format other than 4.
  case unsupportedVersion(name: String, major: Int)
  /// An invalid header or cell marker of a text form; lines count from 1.
  case badMetadata(name: String, line: Int, text: String)
  /// A line of a cell that would begin a new cell in text form; lines count from 1 within the cell.
  case markerInCell(id: String, line: Int, text: String)
  /// A cell that would read back differently from a text form.
  case notItself(id: String, form: String)
  /// A file whose name ends in no known form.
  case unknownForm(path: String)
  /// A cell of a newer format's type, which text form cannot express.
  case kindWithoutTextForm(id: String, type: String)

  /// The problem, in one line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read the notebook \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write the notebook \(path): \(reason)"
    case .reportOnly(let path): "\(path) is a report, which cannot be read as a notebook"
    case .notText(let name): "\(name) is not a notebook in text form: it is not UTF-8"
    case .utf16(let name): "\(name) is UTF-16, and notebooks are UTF-8"
    case .notJSON(let name, let line, let column, let reason):
      "\(name) is not JSON: line \(line), column \(column): \(reason)"
    case .notANotebook(let name, let member, let expected):
      "\(name) is JSON but not a notebook: \(member) should be \(expected)"
    case .unsupportedVersion(let name, let major):
      "\(name) is in notebook format \(major); only format 4 can be read"
    case .badMetadata(let name, let line, let text): "\(name), line \(line): invalid metadata: \(text)"
    case .markerInCell(let id, let line, let text):
      "cell \(id) cannot be kept in text form: its line \(line) would begin a new cell: \(text)"
    case .notItself(let id, let form): "cell \(id) cannot be kept as \(form): it would read back differently"
    case .unknownForm(let path): "\(path) cannot be written: its name does not end in a notebook's form"
    case .kindWithoutTextForm(let id, let type): "cell \(id) cannot be kept in text form: it has the type '\(type)'"
    }
  }
}
