/// Rows in memory, held as columns. A batch of a stream, a result of a query and a file's content are all tables.
package struct Table: Hashable, Sendable {
  /// The columns' names and types, in order.
  package let schema: Schema
  /// One a field, in order, all of the same length.
  package let columns: [Column]
  /// The length of each column.
  package let rowCount: Int

  /// - Parameter count: the number of rows; counts only if there are no columns.
  /// - Precondition: the columns have the schema's types and one length.
  package init(schema: Schema, columns: [Column], rowCount count: Int = 0) {
    precondition(schema.fields.map(\.type) == columns.map(\.type), "columns must have their fields' types")
    rowCount = columns.first?.count ?? count
    precondition(columns.allSatisfy { [rowCount] in $0.count == rowCount }, "columns must have one length")
    self.schema = schema
    self.columns = columns
  }

  /// A table of the given rows, each with a value a field.
  ///
  /// - Throws: ``TypeMismatch`` for a value that its field cannot hold.
  package init(schema: Schema, rows: [[Value]]) throws(TypeMismatch) {
    var columns: [Column] = []
    for (index, field) in schema.fields.enumerated() {
      columns.append(try Column(field.type, of: rows.map { $0[index] }))
    }
    self.init(schema: schema, columns: columns)
  }

  /// The values of one row, in the schema's order.
  package func row(_ index: Int) -> [Value] {
    columns.map { $0[index] }
  }

  /// The column of that name, ignoring case; nil if there is none.
  package subscript(name: String) -> Column? {
    schema.index(of: name).map { columns[$0] }
  }
}
