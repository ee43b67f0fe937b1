/// Marks table cells that hold numbers, which reports align to the right.
enum NumberColumns {
  /// The column types, as in our tables' heads, that hold numbers.
  private static let types: Set<Substring> = ["INT", "BIGINT", "DOUBLE"]

  /// The table's HTML with `class="number"` on the cells of columns of numbers: by their heads' types, or, in tables of other
  /// programs, by the cells' content.
  static func marked(_ table: String) -> String {
    let heads = table.matches(of: #/<th title="([A-Z]+)[^"]*">/#).map { types.contains($0.1) || $0.1 == "DECIMAL" }
    var column = 0
    var marked = ""
    var end = table.startIndex
    for tag in table.matches(of: #/<tr\b[^>]*>|<td>([^<]*)|<td\b[^>]*>/#) {
      defer { column += 1 }
      if tag.0.hasPrefix("<tr") {
        column = -1
      } else if let text = tag.1, heads.isEmpty ? isNumber(text) : heads.indices.contains(column) && heads[column] {
        marked += table[end..<tag.range.lowerBound] + #"<td class="number">"# + text
        end = tag.range.upperBound
      }
    }
    return marked + table[end...]
  }

  private static func isNumber(_ text: Substring) -> Bool {
    text.wholeMatch(of: #/\s*[-+]?[0-9][0-9,]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?\s*/#) != nil
  }
}
