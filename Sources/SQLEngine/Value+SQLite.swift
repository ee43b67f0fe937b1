import CSQLite
import Columnar

extension Value {
  /// Copies a value of SQLite's; a blob is read as text.
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

/// Hands a value to SQLite, which copies it.
func setResult(_ value: Value, of context: OpaquePointer?) {
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
