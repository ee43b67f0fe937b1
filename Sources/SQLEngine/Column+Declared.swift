import CivilTime
import Columnar

extension Column {
  /// SQLite's values as a column of the declared type, if they fit it, else of the narrowest type that holds all of them:
  /// BIGINT, DOUBLE, STRING.
  init(_ values: [Value], declared: String) {
    if declared.hasPrefix("TIMESTAMP") {
      let times = values.map { value in
        if case .string(let text) = value { Timestamp(text).map(Value.timestamp) ?? value } else { value }
      }
      if let column = try? Column(.timestamp, of: times) {
        self = column
        return
      }
    }
    if declared == "BOOLEAN" {
      let flags = values.map { $0.wholeNumber.map { Value.boolean($0 != 0) } ?? $0 }
      if let column = try? Column(.boolean, of: flags) {
        self = column
        return
      }
    }
    // Nulls alone have their declared type, or are text.
    let isNumeric = values.contains { $0 != .null } || ["BIGINT", "DOUBLE"].contains(declared)
    let candidates: [DataType] = isNumeric ? declared == "DOUBLE" ? [.double] : [.long, .double] : []
    for type in candidates {
      if let column = try? Column(type, of: values) {
        self = column
        return
      }
    }
    let texts = StringValues(values.map { $0 == .null ? "" : $0.description })
    let validity = values.map { $0 != .null }
    self.init(.string(texts), validity: validity.contains(false) ? validity : nil)
  }
}
