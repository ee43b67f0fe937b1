import JSONText

/// Why a notebook could not be read or written. Each description has the problem on its first line, the way out on
/// its second.
public enum NotebookError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// A report, which is written and not read.
  case reportOnly(path: String)
  /// A text form that is not UTF-8.
  case notText(name: String)
  /// Text in UTF-16.
  case utf16(name: String)
  case notJSON(name: String, line: Int, column: Int, reason: String)
  /// JSON with something missing or of a wrong type at `place`.
  case notANotebook(name: String, place: String, expected: String)
  /// A major version of the notebook format other than 4.
  case unsupportedVersion(name: String, major: Int)
  /// A header or cell marker of a text form that cannot be understood; lines count from 1.
  case badMetadata(name: String, line: Int, text: String)
  /// A line of a cell that would begin a new cell in text form; lines count from 1 within the cell.
  case markerInCell(id: String, line: Int, text: String)
  /// A cell that would not come back from a text form as it is.
  case notItself(id: String, form: String)
  /// A file's ending that says no form.
  case unknownForm(path: String)
  /// A cell of a newer format's type, which text form has no word for.
  case kindWithoutTextForm(id: String, type: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      """
      Cannot read the notebook \(path): \(reason).
      Check the path; a relative one starts at the folder where the program was started.
      """
    case .unwritable(let path, let reason):
      """
      Cannot write the notebook \(path): \(reason).
      Nothing was changed; choose another place, or make this one writable.
      """
    case .reportOnly(let path):
      """
      \(path) is a report, which cannot be read as a notebook.
      Name the notebook that it was made from: .ipynb, .gsw, .py or .md.
      """
    case .notText(let name):
      """
      \(name) is not a notebook in text form: it is not UTF-8.
      Convert it to UTF-8, or name a file that ends in .ipynb.
      """
    case .utf16(let name):
      """
      \(name) is UTF-16, and notebooks are UTF-8.
      Convert it: iconv -f UTF-16 -t UTF-8 '\(name)' > converted.ipynb
      """
    case .notJSON(let name, let line, let column, let reason):
      """
      \(name) is not JSON: line \(line), column \(column): \(reason).
      Mend it there, or take an earlier copy: Jupyter keeps one in the folder .ipynb_checkpoints.
      """
    case .notANotebook(let name, let place, let expected):
      """
      \(name) is JSON but not a notebook: \(place) should be \(expected).
      A notebook has "nbformat": 4 and "cells", each with "cell_type" and "source".
      """
    case .unsupportedVersion(let name, let major):
      """
      \(name) is in notebook format \(major); only format 4 can be read.
      \(major < 4 ? "Convert it first: jupyter nbconvert --to notebook --output converted.ipynb '\(name)'" : "Save it in format 4, or look for a newer groundswell.")
      """
    case .badMetadata(let name, let line, let text):
      """
      \(name), line \(line): the metadata cannot be understood: \(text)
      Write a marker as '# %% Title [markdown] key=JSON', a header's line as '# key: JSON'.
      """
    case .markerInCell(let id, let line, let text):
      """
      Cell \(id) cannot be kept in text form: its line \(line) would begin a new cell: \(text)
      Change the line, or save the notebook as .ipynb.
      """
    case .notItself(let id, let form):
      """
      Cell \(id) cannot be kept as \(form): read again, it would be another.
      Close its fences and comments, take it out if it is empty, or save the notebook as .ipynb.
      """
    case .unknownForm(let path):
      """
      \(path) cannot be written: its ending says no form of a notebook.
      Name it .ipynb, .gsw (percent text), .py (Databricks source), .md or .html.
      """
    case .kindWithoutTextForm(let id, let type):
      """
      Cell \(id) cannot be kept in text form: it has the type '\(type)'.
      Save the notebook as .ipynb.
      """
    }
  }
}
