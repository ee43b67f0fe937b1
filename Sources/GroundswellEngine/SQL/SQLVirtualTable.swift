import CSQLite
import Columnar

// A virtual table over columns in memory, and aggregate functions over Swift values: the callbacks that SQLite asks for.
// Objects cross as retained references, which SQLite gives back to be released when it is done with them.

/// Begins as SQLite's own record does, so that a pointer to one is a pointer to the other.
private struct VirtualTable {
  var base = sqlite3_vtab()
  var table: Unmanaged<SQLTable>
}

private struct Cursor {
  var base = sqlite3_vtab_cursor()
  var rows: Unmanaged<Rows>
}

/// The rows that one reading of a table goes over.
private final class Rows {
  let table: Table
  var row = 0
  init(_ table: Table) { self.table = table }
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
  module.pointee.xBestIndex = { _, plan in
    // No index: every row is visited, in order.
    plan?.pointee.estimatedCost = 1_000_000
    return SQLITE_OK
  }
  module.pointee.xOpen = open
  module.pointee.xClose = close
  module.pointee.xFilter = { cursor, _, _, _, _ in
    rows(of: cursor)?.row = 0
    return SQLITE_OK
  }
  module.pointee.xNext = { cursor in
    rows(of: cursor)?.row += 1
    return SQLITE_OK
  }
  module.pointee.xEof = { cursor in
    guard let rows = rows(of: cursor) else { return 1 }
    return rows.row >= rows.table.rowCount ? 1 : 0
  }
  module.pointee.xColumn = { cursor, context, column in
    guard let rows = rows(of: cursor) else { return SQLITE_ERROR }
    setResult(rows.table.columns[Int(column)][rows.row], of: context)
    return SQLITE_OK
  }
  module.pointee.xRowid = { cursor, rowid in
    rowid?.pointee = Int64(rows(of: cursor)?.row ?? 0)
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

private func open(
  _ base: UnsafeMutablePointer<sqlite3_vtab>?,
  _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
) -> Int32 {
  guard let base else { return SQLITE_ERROR }
  let virtual = UnsafeMutableRawPointer(base).assumingMemoryBound(to: VirtualTable.self)
  do {
    let rows = Rows(try virtual.pointee.table.takeUnretainedValue().load())
    let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
    cursor.initialize(to: Cursor(rows: Unmanaged.passRetained(rows)))
    result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
    return SQLITE_OK
  } catch {
    // SQLite frees the message with its own allocator.
    sqlite3_free(base.pointee.zErrMsg)
    base.pointee.zErrMsg = copiedForSQLite("\(error)")
    return SQLITE_ERROR
  }
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

/// Hands a value to SQLite, which copies it.
private func setResult(_ value: Value, of context: OpaquePointer?) {
  switch value {
  case .null: sqlite3_result_null(context)
  case .boolean(let flag): sqlite3_result_int(context, flag ? 1 : 0)
  case .integer(let number): sqlite3_result_int64(context, number)
  case .double(let number): sqlite3_result_double(context, number)
  case .string(let text): setText(text, of: context)
  case .decimal(let number): sqlite3_result_double(context, number.double)
  case .date(let day): setText(day.description, of: context)
  case .timestamp(let time): setText(time.description, of: context)
  }
}

private func setText(_ text: String, of context: OpaquePointer?) {
  var text = text
  text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) { characters in
      // -1 stands for SQLITE_TRANSIENT: copy before returning.
      sqlite3_result_text(
        context, characters.baseAddress, Int32(clamping: characters.count),
        unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    }
  }
}

// MARK: Aggregate functions

private final class AggregateFunction {
  let evaluate: ([[Value]]) throws -> Value
  init(_ evaluate: @escaping ([[Value]]) throws -> Value) { self.evaluate = evaluate }
}

/// The rows of one group so far.
private final class Group {
  var rows: [[Value]] = []
}

func registerAggregate(
  _ name: String, arguments: Int, evaluate: @escaping ([[Value]]) throws -> Value, in database: OpaquePointer
) {
  let function = Unmanaged.passRetained(AggregateFunction(evaluate))
  sqlite3_create_function_v2(
    database, name, Int32(arguments), SQLITE_UTF8 | SQLITE_DETERMINISTIC, function.toOpaque(), nil,
    { context, count, values in
      guard let slot = groupSlot(of: context, creating: true) else { return }
      let group: Unmanaged<Group>
      if let pointer = slot.pointee {
        group = Unmanaged.fromOpaque(pointer)
      } else {
        group = Unmanaged.passRetained(Group())
        slot.pointee = group.toOpaque()
      }
      group.takeUnretainedValue().rows.append((0..<Int(count)).map { Value(values?[$0]) })
    },
    { context in
      var rows: [[Value]] = []
      if let slot = groupSlot(of: context, creating: false), let pointer = slot.pointee {
        rows = Unmanaged<Group>.fromOpaque(pointer).takeRetainedValue().rows
        slot.pointee = nil
      }
      guard let data = sqlite3_user_data(context) else { return }
      do {
        setResult(try Unmanaged<AggregateFunction>.fromOpaque(data).takeUnretainedValue().evaluate(rows), of: context)
      } catch {
        sqlite3_result_error(context, "\(error)", -1)
      }
    },
    { data in if let data { Unmanaged<AggregateFunction>.fromOpaque(data).release() } })
}

/// SQLite keeps room for one pointer a group; nil there until the first row, and where a group has no rows.
private func groupSlot(
  of context: OpaquePointer?, creating: Bool
) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
  sqlite3_aggregate_context(context, creating ? Int32(MemoryLayout<UnsafeMutableRawPointer?>.size) : 0)?
    .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
}
