package import Columnar

/// A table that SQL reads under a name: its columns, and how its rows are read, piece by piece.
package final class SQLTable {
  /// Gives the next rows, with the wanted columns in the wanted order; nil after the last.
  package typealias Pieces = () throws -> Table?

  /// The columns' names and types, in order.
  package let schema: Schema
  /// The approximate number of rows, for the plan.
  let rowCount: Int64?
  let read: (_ columns: [Int], _ conditions: [Condition]) throws -> Pieces
  /// The number of files that a reading opens, of how many, for EXPLAIN.
  let fileCounts: ((_ conditions: [Condition]) -> (read: Int, all: Int))?

  /// Makes the message of a statement that fails with this table's error.
  var message: (any Error) -> String = { "\($0)" }

  /// - Parameters:
  ///   - rowCount: the approximate number of rows, for the plan.
  ///   - fileCounts: the number of files that a reading opens, of how many, for EXPLAIN.
  ///   - read: called for each reading of the table in a statement, always of the same rows. It may leave out rows that do
  ///     not fulfil the conditions. An error that it throws becomes the statement's error.
  package init(
    schema: Schema, rowCount: Int64? = nil,
    fileCounts: ((_ conditions: [Condition]) -> (read: Int, all: Int))? = nil,
    read: @escaping (_ columns: [Int], _ conditions: [Condition]) throws -> Pieces
  ) {
    self.schema = schema
    self.rowCount = rowCount
    self.fileCounts = fileCounts
    self.read = read
  }

  /// A table in memory, loaded anew for each reading.
  package convenience init(schema: Schema, load: @escaping () throws -> Table) {
    self.init(schema: schema) { columns, _ in
      var rows: Table? = try load()
      return {
        defer { rows = nil }
        return rows.map { rows in
          Table(
            schema: Schema(columns.map { rows.schema.fields[$0] }), columns: columns.map { rows.columns[$0] },
            rowCount: rows.rowCount)
        }
      }
    }
  }

  /// The columns as SQLite declares them. Times are text under the collation that compares them as instants.
  var declaration: String {
    let columns = schema.fields.map { field in
      let type =
        switch field.type {
        case .boolean: "BOOLEAN"
        case .integer, .long: "BIGINT"
        case .double, .decimal: "DOUBLE"
        case .string: "TEXT"
        case .date: "DATE_TEXT"
        case .timestamp: "TIMESTAMP_TEXT COLLATE TIMESTAMP"
        }
      return "\(Self.quoted(field.name)) \(type)"
    }
    return "CREATE TABLE x(\(columns.joined(separator: ", ")))"
  }

  /// A name in double quotes, as SQL takes any.
  package static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
