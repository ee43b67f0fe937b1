import Pipeline
import CSQLite
import CivilTime
import Columnar

// A virtual table over columns in memory: the callbacks that SQLite asks for.
// Objects cross as retained references, which SQLite gives back to be released when it is done with them.

/// Begins like SQLite's own record, so that a pointer to one is a pointer to the other.
private struct VirtualTable {
  var base = sqlite3_vtab()
  var table: Unmanaged<SQLTable>
}

private struct Cursor {
  var base = sqlite3_vtab_cursor()
  var rows: Unmanaged<Rows>
}

/// The rows of one reading of a table, a piece at a time.
private final class Rows {
  let table: SQLTable
  private var next: SQLTable.Pieces = { nil }
  private var piece: Table?
  /// The index in the piece of a column of the table.
  private var indices: [Int: Int] = [:]
  private var condition: Condition?
  /// The piece's rows that may fulfil the conditions; nil for all.
  private var selected: [Int32]?
  private var position = 0
  private(set) var rowid: Int64 = 0

  init(_ table: SQLTable) { self.table = table }

  func begin(columns: [Int], conditions: [Condition]) throws {
    indices = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { $1 })
    let read = Schema(columns.map { table.schema.fields[$0] })
    condition = conditions.filter { $0.columns.allSatisfy { read.index(of: $0) != nil } }.conjunction
    rowid = 0
    next = try table.read(columns, conditions)
    try nextPiece()
  }

  var isAtEnd: Bool { piece == nil }

  func advance() throws {
    position += 1
    rowid += 1
    if let piece, position >= selected?.count ?? piece.rowCount { try nextPiece() }
  }

  private func nextPiece() throws {
    position = 0
    repeat {
      piece = try next()
      selected = piece.flatMap { piece in condition?.rows(of: piece) }
    } while piece != nil && (selected?.count ?? piece?.rowCount ?? 0) == 0
  }

  func hand(_ column: Int, to context: OpaquePointer?) {
    guard let piece, let index = indices[column] else { return sqlite3_result_null(context) }
    setResult(piece.columns[index], selected.map { Int($0[position]) } ?? position, of: context)
  }
}

/// Registers a module that serves one table; SQLite releases the table with the module.
func registerColumnarModule(_ table: SQLTable, named name: String, in database: OpaquePointer) throws(SQLError) {
  let object = Unmanaged.passRetained(table)
  let code = sqlite3_create_module_v2(database, name, columnarModule, object.toOpaque()) { pointer in
    if let pointer { Unmanaged<SQLTable>.fromOpaque(pointer).release() }
  }
  guard code == SQLITE_OK else { throw SQLError(message: String(cString: sqlite3_errstr(code)), statement: name) }
}

/// One for the whole program, never freed: SQLite keeps a pointer to it for as long as any database is open.
nonisolated(unsafe) private let columnarModule: UnsafePointer<sqlite3_module> = {
  let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
  module.initialize(to: sqlite3_module())
  module.pointee.xCreate = connect
  module.pointee.xConnect = connect
  module.pointee.xDisconnect = disconnect
  module.pointee.xDestroy = disconnect
  module.pointee.xBestIndex = bestIndex
  module.pointee.xOpen = open
  module.pointee.xClose = close
  module.pointee.xFilter = filter
  module.pointee.xNext = { cursor in
    attempt(cursor) { try $0.advance() }
  }
  module.pointee.xEof = { cursor in rows(of: cursor)?.isAtEnd ?? true ? 1 : 0 }
  module.pointee.xColumn = { cursor, context, column in
    guard let rows = rows(of: cursor) else { return SQLITE_ERROR }
    rows.hand(Int(column), to: context)
    return SQLITE_OK
  }
  module.pointee.xRowid = { cursor, rowid in
    rowid?.pointee = rows(of: cursor)?.rowid ?? 0
    return SQLITE_OK
  }
  return UnsafePointer(module)
}()

private func connect(
  _ database: OpaquePointer?, _ object: UnsafeMutableRawPointer?, _ count: Int32,
  _ arguments: UnsafePointer<UnsafePointer<CChar>?>?,
  _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
  _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  guard let object else { return SQLITE_ERROR }
  let table = Unmanaged<SQLTable>.fromOpaque(object)
  let code = sqlite3_declare_vtab(database, table.takeUnretainedValue().declaration)
  guard code == SQLITE_OK else { return code }
  let virtual = UnsafeMutablePointer<VirtualTable>.allocate(capacity: 1)
  virtual.initialize(to: VirtualTable(table: table.retain()))
  result?.pointee = UnsafeMutableRawPointer(virtual).assumingMemoryBound(to: sqlite3_vtab.self)
  return SQLITE_OK
}

private func disconnect(_ base: UnsafeMutablePointer<sqlite3_vtab>?) -> Int32 {
  guard let base else { return SQLITE_OK }
  let virtual = UnsafeMutableRawPointer(base).assumingMemoryBound(to: VirtualTable.self)
  virtual.pointee.table.release()
  virtual.deinitialize(count: 1)
  virtual.deallocate()
  return SQLITE_OK
}

/// Chooses the columns of a reading and the conditions that narrow it, as a text for `filter`, which EXPLAIN shows too:
/// `columns 0,2 where 0>= 1=`
private func bestIndex(
  _ base: UnsafeMutablePointer<sqlite3_vtab>?, _ plan: UnsafeMutablePointer<sqlite3_index_info>?
) -> Int32 {
  guard let base, let plan else { return SQLITE_ERROR }
  let table = UnsafeMutableRawPointer(base).assumingMemoryBound(to: VirtualTable.self).pointee.table
    .takeUnretainedValue()
  let fields = table.schema.fields
  let used = fields.indices.filter { plan.pointee.colUsed >> UInt64(min($0, 63)) & 1 == 1 }
  var (conditions, known): ([String], [Condition]) = ([], [])
  for place in 0..<Int(plan.pointee.nConstraint) {
    let constraint = plan.pointee.aConstraint[place]
    let column = Int(constraint.iColumn)
    guard constraint.usable != 0, fields.indices.contains(column), let comparison = comparison(of: constraint.op),
      sqlite3_vtab_collation(plan, Int32(place)).map({ String(cString: $0) }) ?? "BINARY"
        == (fields[column].type == .timestamp ? "TIMESTAMP" : "BINARY")
    else { continue }
    conditions.append("\(column)\(comparison.rawValue)")
    plan.pointee.aConstraintUsage[place].argvIndex = Int32(conditions.count)
    var value: OpaquePointer?
    if sqlite3_vtab_rhs_value(plan, Int32(place), &value) == SQLITE_OK,
      let condition = condition(fields[column], comparison, value)
    {
      known.append(condition)
    }
  }
  var text = "columns \(used.map(String.init).joined(separator: ","))"
  if !conditions.isEmpty { text += " where " + conditions.joined(separator: " ") }
  if let counts = table.fileCounts?(known) { text += " files \(counts.read)/\(counts.all)" }
  plan.pointee.idxStr = copiedForSQLite(text)
  plan.pointee.needToFreeIdxStr = 1
  let rows = Double(table.rowCount ?? 1_000_000)
  // A guess: each condition leaves a quarter.
  let left = conditions.reduce(rows) { rest, _ in rest / 4 }
  plan.pointee.estimatedRows = Int64(max(1, left))
  plan.pointee.estimatedCost = max(1, left * Double(used.count + 1))
  return SQLITE_OK
}

private func comparison(of operation: UInt8) -> Condition.Comparison? {
  switch Int32(operation) {
  case SQLITE_INDEX_CONSTRAINT_EQ: .equal
  case SQLITE_INDEX_CONSTRAINT_LT: .less
  case SQLITE_INDEX_CONSTRAINT_LE: .lessOrEqual
  case SQLITE_INDEX_CONSTRAINT_GT: .greater
  case SQLITE_INDEX_CONSTRAINT_GE: .greaterOrEqual
  default: nil
  }
}

/// The condition, if the value's type compares with the column as SQLite would; nil otherwise, which narrows nothing.
private func condition(
  _ field: Field, _ comparison: Condition.Comparison, _ value: OpaquePointer?
) -> Condition? {
  let wanted: Value
  switch (field.type, Value(value)) {
  case (.integer, .integer(let number)), (.long, .integer(let number)): wanted = .integer(number)
  case (.double, .double(let number)): wanted = .double(number)
  // Whole numbers that a double holds exactly.
  case (.double, .integer(let number)) where number.magnitude <= 1 << 53: wanted = .double(Double(number))
  // A blob comes behind every text, whatever its bytes.
  case (.string, .string(let text)) where sqlite3_value_type(value) == SQLITE_TEXT: wanted = .string(text)
  case (.timestamp, .string(let text)):
    guard let time = Timestamp(text) else { return nil }
    wanted = .timestamp(time)
  default: return nil
  }
  return .comparison(field.name, comparison, wanted)
}

private func filter(
  _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ number: Int32, _ text: UnsafePointer<CChar>?, _ count: Int32,
  _ values: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  let words = text.map { String(cString: $0) }?.split(separator: " ").map(String.init) ?? []
  return attempt(cursor) { rows in
    let fields = rows.table.schema.fields
    let columns = (words.count > 1 && words[0] == "columns" ? words[1] : "").split(separator: ",").compactMap {
      Int($0)
    }
    // If no column is wanted, the list is empty and the word after it is another.
    let wanted = words.firstIndex(of: "where").map { words[($0 + 1)...].prefix { $0 != "files" } } ?? []
    let conditions = zip(wanted, 0..<Int(count)).compactMap { word, place -> Condition? in
      let digits = word.prefix(while: \.isNumber)
      guard let column = Int(digits), fields.indices.contains(column),
        let comparison = Condition.Comparison(rawValue: String(word.dropFirst(digits.count)))
      else { return nil }
      return condition(fields[column], comparison, values?[place])
    }
    try rows.begin(columns: columns, conditions: conditions)
  }
}

/// Calls `body`; an error that it throws becomes the table's error.
private func attempt(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ body: (Rows) throws -> Void) -> Int32 {
  guard let rows = rows(of: cursor) else { return SQLITE_ERROR }
  do {
    try body(rows)
    return SQLITE_OK
  } catch {
    guard let table = cursor?.pointee.pVtab else { return SQLITE_ERROR }
    // SQLite frees the message with its own allocator.
    sqlite3_free(table.pointee.zErrMsg)
    table.pointee.zErrMsg = copiedForSQLite(rows.table.message(error))
    return SQLITE_ERROR
  }
}

private func open(
  _ base: UnsafeMutablePointer<sqlite3_vtab>?,
  _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
) -> Int32 {
  guard let base else { return SQLITE_ERROR }
  let virtual = UnsafeMutableRawPointer(base).assumingMemoryBound(to: VirtualTable.self)
  let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
  cursor.initialize(to: Cursor(rows: Unmanaged.passRetained(Rows(virtual.pointee.table.takeUnretainedValue()))))
  result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
  return SQLITE_OK
}

private func close(_ base: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
  guard let base else { return SQLITE_OK }
  let cursor = UnsafeMutableRawPointer(base).assumingMemoryBound(to: Cursor.self)
  cursor.pointee.rows.release()
  cursor.deinitialize(count: 1)
  cursor.deallocate()
  return SQLITE_OK
}

private func rows(of base: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Rows? {
  guard let base else { return nil }
  return UnsafeMutableRawPointer(base).assumingMemoryBound(to: Cursor.self).pointee.rows.takeUnretainedValue()
}

private func copiedForSQLite(_ text: String) -> UnsafeMutablePointer<CChar>? {
  let bytes = Array(text.utf8CString)
  guard let memory = sqlite3_malloc64(UInt64(bytes.count)) else { return nil }
  let copy = memory.assumingMemoryBound(to: CChar.self)
  copy.initialize(from: bytes, count: bytes.count)
  return copy
}

/// Hands a column's value to SQLite, which copies it.
private func setResult(_ column: Column, _ row: Int, of context: OpaquePointer?) {
  if column.isNull(row) { return sqlite3_result_null(context) }
  switch column.values {
  case .integer(let values): sqlite3_result_int64(context, Int64(values[row]))
  case .long(let values): sqlite3_result_int64(context, values[row])
  case .double(let values): sqlite3_result_double(context, values[row])
  default: setResult(column[row], of: context)
  }
}
