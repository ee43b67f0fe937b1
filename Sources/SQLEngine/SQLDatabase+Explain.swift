import Pipeline
import Columnar

extension SQLDatabase {
  /// The statement behind EXPLAIN or EXPLAIN QUERY PLAN, which mean the same here; nil for other statements.
  static func explained(_ statement: String) -> String? {
    let words = statement.split(maxSplits: 3, whereSeparator: \.isWhitespace)
    guard words.count > 1, words[0].lowercased() == "explain" else { return nil }
    let isPlan = words.count > 3 && words[1].lowercased() == "query" && words[2].lowercased() == "plan"
    // Blanks take the place of EXPLAIN, so that offsets in errors stay true.
    let start = isPlan ? words[3].startIndex : words[1].startIndex
    return String(repeating: " ", count: statement[..<start].count) + statement[start...]
  }

  /// SQLite's plan as an indented text: what is scanned, which columns, by which conditions, in how many files.
  ///
  /// - Returns: one column, `plan`, with a line a row.
  func plan(of statement: String) throws(SQLError) -> Table {
    // Takes the place of blanks if there are enough of them.
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

  /// `SCAN tweets VIRTUAL TABLE INDEX 0:columns 0,1 where 0>= files 1/2` becomes
  /// `SCAN tweets (groupTime, average) where groupTime >= …, 1 of 2 files`.
  private func readable(_ step: String) -> String {
    guard let mark = step.firstRange(of: " VIRTUAL TABLE INDEX 0:") else { return step }
    let scanned = step[..<mark.lowerBound]
    let name = scanned.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    // A table with an alias is not found, and shows its columns by number.
    let fields = tables[name]?.schema.names
    func column(_ digits: some StringProtocol) -> String {
      Int(digits).flatMap { index in fields.flatMap { $0.indices.contains(index) ? $0[index] : nil } } ?? "#\(digits)"
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
}
