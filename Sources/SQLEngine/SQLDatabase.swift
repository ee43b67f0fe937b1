import CSQLite
package import Pipeline
import CivilTime
package import Columnar

/// SQLite over tables that live elsewhere: it holds views and answers statements, and owns no rows.
///
/// Not thread-safe: an actor owns it. A statement fails with `interrupted` when the task that runs it is cancelled.
package final class SQLDatabase {
  private let handle: OpaquePointer
  private(set) var tables: [String: SQLTable] = [:]
  /// Closed while a user's statement is prepared: it may read, and create and drop views.
  private let gate = Gate()

  private let message: (any Error) -> String

  /// A database without tables and views.
  ///
  /// - Parameter message: makes the message of a statement that fails with an error of a table or a function.
  /// - Throws: ``SQLError`` when SQLite cannot start.
  package init(message: @escaping (any Error) -> String = { "\($0)" }) throws(SQLError) {
    self.message = message
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
    guard let handle = opened, code == SQLITE_OK else {
      sqlite3_close_v2(opened)
      throw SQLError(message: String(cString: sqlite3_errstr(code)), statement: "")
    }
    self.handle = handle
    // Compares times as instants when one side is a TIMESTAMP column, and other text byte by byte.
    sqlite3_create_collation_v2(
      handle, "TIMESTAMP", SQLITE_UTF8, nil,
      { _, leftCount, left, rightCount, right in
        compareTimes(
          UnsafeRawBufferPointer(start: left, count: Int(leftCount)),
          UnsafeRawBufferPointer(start: right, count: Int(rightCount)))
      }, nil)
    sqlite3_set_authorizer(
      handle,
      { gate, action, name, _, _, _ in
        guard let gate, Unmanaged<Gate>.fromOpaque(gate).takeUnretainedValue().isClosed else { return SQLITE_OK }
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE, SQLITE_CREATE_VIEW, SQLITE_CREATE_TEMP_VIEW,
          SQLITE_DROP_VIEW, SQLITE_DROP_TEMP_VIEW, SQLITE_DELETE:
          // Dropping a view deletes it from the catalogue; virtual tables refuse deletions themselves.
          return SQLITE_OK
        case SQLITE_INSERT, SQLITE_UPDATE:
          // The catalogue holds the views.
          let catalogue = name.map { String(cString: $0) } ?? ""
          return catalogue.hasPrefix("sqlite_") ? SQLITE_OK : SQLITE_DENY
        default: return SQLITE_DENY
        }
      }, Unmanaged.passUnretained(gate).toOpaque())
    // Called every 10,000 steps of SQLite's machine, some microseconds, in the task that runs the statement.
    sqlite3_progress_handler(handle, 10_000, { _ in Task.isCancelled ? 1 : 0 }, nil)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Makes a table readable under a name, in place of the table that had the name.
  ///
  /// - Throws: ``SQLError`` when SQLite refuses the declaration.
  package func attach(_ table: SQLTable, as name: String) throws(SQLError) {
    try detach(name)
    table.message = message
    let module = "columnar_" + name
    try registerColumnarModule(table, named: module, in: handle)
    _ = try run("CREATE VIRTUAL TABLE main.\(SQLTable.quoted(name)) USING \(SQLTable.quoted(module))")
    tables[name] = table
  }

  /// Forgets the table of that name, if there is one. Views over it stay, and fail until it is back.
  ///
  /// - Throws: ``SQLError`` when SQLite refuses.
  package func detach(_ name: String) throws(SQLError) {
    guard tables.removeValue(forKey: name) != nil else { return }
    _ = try run("DROP TABLE main.\(SQLTable.quoted(name))")
  }

  /// Adds a function of values. An error that it throws becomes the statement's error.
  package func define(_ function: SQLFunction) {
    for count in function.arguments {
      switch function.evaluation {
      case .scalar(let evaluate):
        registerFunction(function.name, arguments: count, evaluate: evaluate, message: message, in: handle)
      case .aggregate(let evaluate):
        registerAggregate(function.name, arguments: count, evaluate: evaluate, message: message, in: handle)
      }
    }
  }

  /// Runs one statement: SELECT, WITH, VALUES, EXPLAIN, CREATE [OR REPLACE] [TEMP] VIEW or DROP VIEW.
  ///
  /// - Returns: the rows; a table without columns if the statement gives none. A column has its declared type; a computed
  ///   one the narrowest that holds all its values: BIGINT, DOUBLE, STRING.
  /// - Throws: ``SQLError``, with the position in the statement and, for an unknown name, the nearest one.
  package func execute(_ statement: String) throws(SQLError) -> Table {
    if let explained = Self.explained(statement) { return try plan(of: explained) }
    guard let view = ViewDefinition(replacing: statement) else { return try run(statement, gated: true) }
    // The old view stays if the new one fails.
    _ = try run("SAVEPOINT replacing")
    do {
      _ = try run("DROP VIEW IF EXISTS \(SQLTable.quoted(view.name))", gated: true)
      let table = try run(view.statement, gated: true)
      _ = try run("RELEASE replacing")
      return table
    } catch {
      _ = try run("ROLLBACK TO replacing")
      _ = try run("RELEASE replacing")
      throw error
    }
  }

  /// An answer is held in memory, hence the limit.
  private static let rowLimit = 1_000_000

  /// Runs one statement to its end.
  ///
  /// - Parameter gated: whether it is a user's, who may not write.
  func run(_ text: String, gated: Bool = false) throws(SQLError) -> Table {
    var prepared: OpaquePointer?
    gate.isClosed = gated
    let code = sqlite3_prepare_v2(handle, text, -1, &prepared, nil)
    gate.isClosed = false
    guard code == SQLITE_OK else { throw failure(of: text, code: code, isUsers: gated) }
    defer { sqlite3_finalize(prepared) }
    let width = Int(sqlite3_column_count(prepared))
    var values = [[Value]](repeating: [], count: width)
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW:
        if values.first?.count == Self.rowLimit {
          throw SQLError(message: SQLError.tooManyRows, statement: text)
        }
        for column in 0..<width { values[column].append(Value(sqlite3_column_value(prepared, Int32(column)))) }
      case SQLITE_DONE:
        let columns = (0..<width).map { index in
          let type = sqlite3_column_decltype(prepared, Int32(index)).map { String(cString: $0) } ?? ""
          return Column(values[index], declared: type)
        }
        let fields = (0..<width).map { index in
          let name = sqlite3_column_name(prepared, Int32(index)).map { String(cString: $0) } ?? ""
          return Field(name, columns[index].type)
        }
        return Table(schema: Schema(fields), columns: columns)
      default: throw failure(of: text, isUsers: gated)
      }
    }
  }

  /// - Parameter isUsers: whether names that are near an unknown one are looked for. The statements that look for them must not look
  ///   themselves: a view whose table is gone fails them, too.
  private func failure(of statement: String, code: Int32 = SQLITE_ERROR, isUsers: Bool) -> SQLError {
    if code == SQLITE_AUTH {
      return SQLError(
        message: "tables are read-only here: SELECT, WITH, CREATE VIEW and DROP VIEW", statement: statement)
    }
    let message = String(cString: sqlite3_errmsg(handle))
    let offset = sqlite3_error_offset(handle)
    var error = SQLError(
      message: message, statement: statement, offset: offset >= 0 ? Int(offset) : nil,
      closest: isUsers ? closest(to: message) : nil)
    // SQLite gives no offset for an unknown table.
    if error.offset == nil, let name = error.unknownTable { error.offset = error.offset(of: name) }
    return error
  }

}

private final class Gate {
  var isClosed = false
}

private func compareTimes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int32 {
  if let leftTime = Timestamp(iso8601: left), let rightTime = Timestamp(iso8601: right) {
    return leftTime == rightTime ? 0 : leftTime < rightTime ? -1 : 1
  }
  return left.lexicographicallyPrecedes(right) ? -1 : right.lexicographicallyPrecedes(left) ? 1 : 0
}
