package import Columnar

/// What SQL sees under a name: the columns, and the rows as they are when a statement begins to read them.
package final class SQLTable {
  package let schema: Schema
  let load: () throws -> Table

  /// - Parameter load: gives the newest rows, which have the schema; called once for each reading of the table in a
  ///   statement, so that a statement never sees half of a change. What it throws becomes the statement's error.
  package init(schema: Schema, load: @escaping () throws -> Table) {
    self.schema = schema
    self.load = load
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

  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
