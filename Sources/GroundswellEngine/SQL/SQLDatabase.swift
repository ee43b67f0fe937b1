import CSQLite
package import Columnar
import CivilTime
import Wording

/// SQLite over tables that live elsewhere: it holds views and answers statements, and owns no rows.
///
/// Not thread-safe, as its owner is an actor. A statement fails with `interrupted` once the task that runs it is
/// cancelled.
/// This file, `SQLVirtualTable.swift` and `SQLFunctions.swift` are the only ones that speak to SQLite.
package final class SQLDatabase {
  private let handle: OpaquePointer
  private var tables: [String: SQLTable] = [:]
  /// Whether a statement of the user's is being prepared, who may read, and make and drop views.
  private let gate = Gate()

  /// - Throws: ``SQLError`` when SQLite cannot start.
  package init() throws(SQLError) {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
    guard let handle = opened, code == SQLITE_OK else {
      sqlite3_close_v2(opened)
      throw SQLError(message: String(cString: sqlite3_errstr(code)), statement: "")
    }
    self.handle = handle
    // Compares times as instants wherever one side is a TIMESTAMP column; other text byte by byte.
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
          // To drop a view is to delete it, by its name; tables themselves take no deletions.
          return SQLITE_OK
        case SQLITE_INSERT, SQLITE_UPDATE:
          // The catalogue, where views stand.
          let catalogue = name.map { String(cString: $0) } ?? ""
          return catalogue.hasPrefix("sqlite_") ? SQLITE_OK : SQLITE_DENY
        default: return SQLITE_DENY
        }
      }, Unmanaged.passUnretained(gate).toOpaque())
    // Asked every so many steps of SQLite's machine, some microseconds, in the task that runs the statement.
    sqlite3_progress_handler(handle, 10_000, { _ in Task.isCancelled ? 1 : 0 }, nil)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Makes a table readable under a name, in place of the one that had it.
  package func attach(_ table: SQLTable, as name: String) throws(SQLError) {
    try detach(name)
    let module = "columnar_" + name
    try registerColumnarModule(table, named: module, in: handle)
    _ = try run("CREATE VIRTUAL TABLE main.\(SQLTable.quoted(name)) USING \(SQLTable.quoted(module))")
    tables[name] = table
  }

  /// Forgets the table of that name, if there is one. Views over it stay and fail until it is back.
  package func detach(_ name: String) throws(SQLError) {
    guard tables.removeValue(forKey: name) != nil else { return }
    _ = try run("DROP TABLE main.\(SQLTable.quoted(name))")
  }

  /// Adds a function of values. What it throws becomes the statement's error.
  package func defineFunction(
    _ name: String, arguments: Int, evaluate: @escaping ([Value]) throws -> Value
  ) {
    registerFunction(name, arguments: arguments, evaluate: evaluate, in: handle)
  }

  /// Adds a function over the rows of a group.
  ///
  /// - Parameter evaluate: gets the arguments of every row, in no promised order. What it throws becomes the
  ///   statement's error.
  package func defineAggregate(
    _ name: String, arguments: ClosedRange<Int>, evaluate: @escaping ([[Value]]) throws -> Value
  ) {
    for count in arguments { registerAggregate(name, arguments: count, evaluate: evaluate, in: handle) }
  }

  /// Runs one statement: SELECT, WITH, VALUES, EXPLAIN, CREATE [OR REPLACE] [TEMP] VIEW or DROP VIEW.
  ///
  /// - Returns: the rows; a table without columns for a statement that gives none. A column has the type that was
  ///   declared for it or, computed, the narrowest that holds all its values: BIGINT, DOUBLE, STRING.
  /// - Throws: ``SQLError``, with the place in the statement and, for an unknown name, the nearest one.
  package func execute(_ statement: String) throws(SQLError) -> Table {
    if let explained = Self.explained(statement) { return try plan(of: explained) }
    guard let view = ViewDefinition(replacing: statement) else { return try run(statement, gated: true) }
    // What cannot be replaced stays.
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

  /// What EXPLAIN is to explain; nil for other statements. EXPLAIN QUERY PLAN says the same.
  private static func explained(_ statement: String) -> String? {
    let words = statement.split(maxSplits: 3, whereSeparator: \.isWhitespace)
    guard words.count > 1, words[0].lowercased() == "explain" else { return nil }
    let isPlan = words.count > 3 && words[1].lowercased() == "query" && words[2].lowercased() == "plan"
    // As many characters before it as there were, so that places in errors stay true.
    let start = isPlan ? words[3].startIndex : words[1].startIndex
    return String(repeating: " ", count: statement[..<start].count) + statement[start...]
  }

  /// SQLite's plan as an indented text: what is scanned, of which of the table's columns, narrowed by what, in how many files.
  private func plan(of statement: String) throws(SQLError) -> Table {
    // The first words take the place of blanks.
    let head = "EXPLAIN QUERY PLAN "
    var text = statement
    var added = 0
    if text.prefix(head.count).allSatisfy(\.isWhitespace), text.count > head.count {
      text = head + text.dropFirst(head.count)
    } else {
      added = head.count - text.prefix(while: \.isWhitespace).count
      text = head + text.drop(while: \.isWhitespace)
    }
    let steps: Table
    do { steps = try run(text, gated: true) } catch var error {
      error.statement = statement
      error.offset = error.offset.map { max(0, $0 - added) }
      throw error
    }
    var depths: [Int64: Int] = [0: -1]
    var lines: [String] = []
    for row in 0..<steps.rowCount {
      let step = steps.row(row)
      guard let id = step[0].wholeNumber, let parent = step[1].wholeNumber else { continue }
      let depth = (depths[parent] ?? -1) + 1
      depths[id] = depth
      lines.append(String(repeating: "  ", count: depth) + readable(step[3].description))
    }
    return Table(schema: Schema([Field("plan", .string)]), columns: [Column(.string(StringValues(lines)))])
  }

  /// `SCAN tweets VIRTUAL TABLE INDEX 0:columns 0,1 where 0>= files 1/2` in words.
  private func readable(_ step: String) -> String {
    guard let mark = step.firstRange(of: " VIRTUAL TABLE INDEX 0:") else { return step }
    let scanned = step[..<mark.lowerBound]
    let name = scanned.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    // Under another name in the statement, the columns are known by their numbers alone.
    let fields = tables[name]?.schema.names
    func column(_ digits: some StringProtocol) -> String {
      Int(digits).flatMap { place in fields.flatMap { $0.indices.contains(place) ? $0[place] : nil } } ?? "#\(digits)"
    }
    var words = step[mark.upperBound...].split(separator: " ")
    var text = String(scanned)
    if words.first == "columns" { words.removeFirst() }
    if let list = words.first, list.first?.isNumber == true, list != "where" {
      text += " (" + list.split(separator: ",").map(column).joined(separator: ", ") + ")"
      words.removeFirst()
    }
    if words.first == "where" {
      words.removeFirst()
      let conditions = words.prefix { $0 != "files" }
      words.removeFirst(conditions.count)
      text +=
        " where "
        + conditions.map { word in
          let digits = word.prefix(while: \.isNumber)
          return column(digits) + " " + word.dropFirst(digits.count) + " …"
        }.joined(separator: " and ")
    }
    if words.first == "files", let counts = words.last {
      let parts = counts.split(separator: "/")
      text += ", \(parts[0]) of \(parts.count > 1 ? parts[1] : "?") files"
    }
    return text
  }

  /// The names of tables and views, sorted.
  package var names: [String] {
    let sql = "SELECT name FROM sqlite_master UNION SELECT name FROM sqlite_temp_master ORDER BY name"
    guard let column = try? run(sql).columns.first else { return [] }
    return (0..<column.count).map { column[$0].description }
  }

  /// Whether a view has that name, ignoring case.
  package func hasView(_ name: String) -> Bool {
    names.contains { $0.lowercased() == name.lowercased() }
      && !tables.keys.contains { $0.lowercased() == name.lowercased() }
  }

  /// An answer is held in memory.
  private static let rowLimit = 1_000_000

  private func run(_ text: String, gated: Bool = false) throws(SQLError) -> Table {
    var prepared: OpaquePointer?
    gate.isClosed = gated
    let code = sqlite3_prepare_v2(handle, text, -1, &prepared, nil)
    gate.isClosed = false
    guard code == SQLITE_OK else { throw failure(of: text, code: code) }
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
        let names = (0..<width).map { sqlite3_column_name(prepared, Int32($0)).map { String(cString: $0) } ?? "" }
        let declared = (0..<width).map {
          sqlite3_column_decltype(prepared, Int32($0)).map { String(cString: $0) } ?? ""
        }
        return Self.table(names: names, declared: declared, values: values)
      default: throw failure(of: text)
      }
    }
  }

  private static func table(names: [String], declared: [String], values: [[Value]]) -> Table {
    var fields: [Field] = []
    var columns: [Column] = []
    for (index, name) in names.enumerated() {
      let column = column(declared: declared[index], values: values[index])
      fields.append(Field(name, column.type))
      columns.append(column)
    }
    return Table(schema: Schema(fields), columns: columns)
  }

  private static func column(declared: String, values: [Value]) -> Column {
    if declared.hasPrefix("TIMESTAMP") {
      let times = values.map { value in
        if case .string(let text) = value { Timestamp(text).map(Value.timestamp) ?? value } else { value }
      }
      if let column = try? Column(.timestamp, of: times) { return column }
    }
    if declared == "BOOLEAN" {
      let flags = values.map { $0.wholeNumber.map { Value.boolean($0 != 0) } ?? $0 }
      if let column = try? Column(.boolean, of: flags) { return column }
    }
    // A column of nulls alone keeps its declared type, or is text.
    let isNumeric = values.contains { $0 != .null } || ["BIGINT", "DOUBLE"].contains(declared)
    if isNumeric, declared != "DOUBLE", let column = try? Column(.long, of: values) { return column }
    if isNumeric, let column = try? Column(.double, of: values) { return column }
    let texts = StringValues(values.map { $0 == .null ? "" : $0.description })
    let validity = values.map { $0 != .null }
    return Column(.string(texts), validity: validity.contains(false) ? validity : nil)
  }

  private func failure(of statement: String, code: Int32 = SQLITE_ERROR) -> SQLError {
    if code == SQLITE_AUTH {
      return SQLError(
        message: "tables are read-only here: SELECT, WITH, CREATE VIEW and DROP VIEW", statement: statement)
    }
    let message = String(cString: sqlite3_errmsg(handle))
    let offset = sqlite3_error_offset(handle)
    var error = SQLError(
      message: message, statement: statement, offset: offset >= 0 ? Int(offset) : nil, closest: closest(to: message))
    // SQLite does not say where an unknown table stands.
    if error.offset == nil, let name = error.unknownTable { error.offset = error.place(of: name) }
    return error
  }

  /// The names of all tables' and views' columns.
  package var columnNamesByTable: [String: [String]] {
    let sql = """
      SELECT t.name, c.name FROM (SELECT name FROM sqlite_master UNION SELECT name FROM sqlite_temp_master) t,
      pragma_table_xinfo(t.name) c
      """
    guard let rows = try? run(sql), rows.columns.count == 2 else { return [:] }
    let pairs = (0..<rows.rowCount).map { (rows.columns[0][$0].description, [rows.columns[1][$0].description]) }
    return Dictionary(pairs, uniquingKeysWith: +)
  }

  /// SQLite's own functions and those that were defined.
  package var functionNames: [String] {
    guard let column = try? run("SELECT DISTINCT name FROM pragma_function_list").columns.first else {
      return []
    }
    return (0..<column.count).map { column[$0].description }.filter { $0.first?.isLetter ?? false }
  }

  /// The nearest right name for an unknown table or column.
  private func closest(to message: String) -> String? {
    for (prefix, candidates) in [
      ("no such table: ", names), ("no such column: ", columnNamesByTable.values.flatMap { $0 }),
      ("no such function: ", functionNames),
    ] where message.hasPrefix(prefix) {
      let name = message.dropFirst(prefix.count).split(separator: ".").last.map(String.init) ?? ""
      return Suggestion.closest(to: name, in: candidates)
    }
    return nil
  }
}

/// Shut while a statement of the user's is prepared.
private final class Gate {
  var isClosed = false
}

extension Value {
  /// Copies what SQLite holds; a blob is read as text.
  init(_ value: OpaquePointer?) {
    switch sqlite3_value_type(value) {
    case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: self = .double(sqlite3_value_double(value))
    case SQLITE_NULL: self = .null
    default:
      guard let bytes = sqlite3_value_text(value) else {
        self = .null
        return
      }
      let text = UnsafeBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(value)))
      self = .string(String(decoding: text, as: UTF8.self))
    }
  }
}

private func compareTimes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int32 {
  if let leftTime = Timestamp(iso8601: left), let rightTime = Timestamp(iso8601: right) {
    return leftTime == rightTime ? 0 : leftTime < rightTime ? -1 : 1
  }
  return left.lexicographicallyPrecedes(right) ? -1 : right.lexicographicallyPrecedes(left) ? 1 : 0
}
