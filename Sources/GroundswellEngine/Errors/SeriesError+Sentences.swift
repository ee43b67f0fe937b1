extension SeriesError: Explained {
  var wordAtFault: String? {
    if case .unknownColumn(let name, _, _) = self { name } else { nil }
  }

  var problem: String {
    switch self {
    case .unknownColumn(let name, let option, let known): Self.unknown(name, option, known).problem
    case .noColumn(let content, _, let table, let schema):
      "'\(table)' has no column of \(content): its columns are \(schema)"
    case .invalidTime(let value, let column): "'\(column)' holds \(value), which is not a time"
    case .invalidNumber(let value, let column): "'\(column)' holds \(value), which is not a number"
    case .noPoint(let time, let series, .some, .some): "'\(series)' has no point at \(time)"
    case .noPoint(_, let series, _, _), .empty(let series): "'\(series)' has no points"
    case .tooManyLines(let count, _): "\(count) series are too many for one plot"
    case .notNumeric(let column, let type): "'\(column)' is \(type.sqlName), and a histogram takes numbers"
    }
  }

  var remedy: String? {
    switch self {
    case .unknownColumn(let name, let option, let known): Self.unknown(name, option, known).remedy
    case .noColumn(_, let option, _, _): "name one: \(option) COLUMN"
    case .invalidTime: "name another column: --time COLUMN"
    case .invalidNumber: "name another column: --value COLUMN"
    case .noPoint(_, _, let first?, let last?): "name a time of one of its points, from \(first) to \(last)"
    case .noPoint(_, let series, _, _), .empty(let series): "look at its rows: show \(series)"
    case .tooManyLines(_, let permitted): "name up to \(permitted): --value a,b"
    case .notNumeric: "name a column of numbers: --histogram COLUMN"
    }
  }

  private static func unknown(_ name: String, _ option: String, _ known: [String]) -> UnknownName {
    UnknownName(kind: "column", name: name, known: known, remedy: "\(option) COLUMN")
  }
}
