/// The medium that outputs are drawn on: its room, its characters, and the user's format of tables.
package struct Display: Hashable, Sendable {
  /// In columns of characters; nil for lines of any length.
  package var columns: Int?
  /// In lines; nil for any number.
  package var rows: Int?
  /// Whether it has ASCII characters only.
  package var ascii: Bool
  /// The format of tables.
  package var format: TableFormat

  /// A display of any size, unless it is given.
  package init(columns: Int? = nil, rows: Int? = nil, ascii: Bool = false, format: TableFormat = .table) {
    self.columns = columns
    self.rows = rows
    self.ascii = ascii
    self.format = format
  }

  /// The longest value shown, in Unicode scalars; nil for any.
  var longestValue: Int? { columns == nil ? nil : 10_000 }

  /// A notebook's text, which is the same on every machine.
  package static let notebook = Display()
}
