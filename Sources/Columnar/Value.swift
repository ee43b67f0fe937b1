public import CivilTime

/// One value of a table, for the places that look at rows: rendering, SQL, tests. Hot loops read columns instead.
public enum Value: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// A value of an `integer` or a `long` column.
  case integer(Int64)
  case double(Double)
  case string(String)
  case decimal(DecimalNumber)
  case date(CivilDate)
  case timestamp(Timestamp)
}

extension Value: CustomStringConvertible {
  /// As a table shows it: `NULL`, `true`, `24.5`, `2019-04-24T09:00:00Z`.
  public var description: String {
    switch self {
    case .null: "NULL"
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .double(let number): Self.text(of: number)
    case .string(let text): text
    case .decimal(let number): number.description
    case .date(let day): day.description
    case .timestamp(let time): time.description
    }
  }

  /// The shortest text that reads back as the same number, without `.0` behind a whole one.
  private static func text(of number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
