import Wording

/// Two texts side by side, line by line: the saved one on the left, the new one on the right.
package struct Comparison: Hashable, Sendable {
  /// One line above both.
  package let title: String
  /// The saved text's lines.
  package let left: [String]
  /// The new text's lines.
  package let right: [String]

  /// A comparison of two texts of any length.
  package init(title: String, left: String, right: String) {
    self.title = title
    self.left = left.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    self.right = right.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The most different lines that are shown.
  private static let maximalLines = 20

  /// The lines that differ, side by side with `≠` between, and the equal lines next to them.
  func rendered(columns: Int) -> String {
    let width = max(20, (min(columns, 200) - 3) / 2)
    let rows = aligned
    let allDifferent = rows.indices.filter { rows[$0].0 != rows[$0].1 }
    let different = allDifferent.prefix(Self.maximalLines)
    var lines = [title, Self.fitted("saved", to: width) + "   " + "now"]
    var last = -1
    let shown = Set(different)
    for row in rows.indices
    where shown.contains(row) || rows[row].0 == rows[row].1 && [row - 1, row + 1].contains(where: shown.contains) {
      if row > last + 1 { lines.append("  …") }
      last = row
      let (left, right) = Self.meeting(rows[row], width)
      let mark = left == right ? " │ " : " ≠ "
      lines.append(Self.fitted(left ?? "", to: width) + mark + clipped(right ?? "", to: width))
    }
    if last < rows.count - 1 {
      let more = allDifferent.count - different.count
      lines.append(more > 0 ? "  … and \(counted(more, "more line")) that differ\(more == 1 ? "s" : "")" : "  …")
    }
    return lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// Two long lines with a common beginning, from shortly before their first difference.
  private static func meeting(_ row: (String?, String?), _ width: Int) -> (String?, String?) {
    guard let left = row.0, let right = row.1, left != right else { return row }
    let shared = zip(left, right).prefix { $0 == $1 }.count
    guard shared > width / 2 else { return row }
    return ("…" + left.dropFirst(shared - width / 4), "…" + right.dropFirst(shared - width / 4))
  }

  /// The lines in pairs, by their longest common subsequence; in long texts by their numbers.
  private var aligned: [(String?, String?)] {
    guard left.count * right.count <= 4_000_000 else {
      return (0..<max(left.count, right.count)).map {
        ($0 < left.count ? left[$0] : nil, $0 < right.count ? right[$0] : nil)
      }
    }
    var rows: [(String?, String?)] = []
    let difference = right.difference(from: left)
    let removed = Set(
      difference.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
    let inserted = Set(
      difference.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
    var (old, new) = (0, 0)
    while old < left.count || new < right.count {
      let isGone = removed.contains(old)
      let isNew = inserted.contains(new)
      // A removed line and an inserted one share a row.
      let takesLeft = old < left.count && (isGone || !isNew)
      let takesRight = new < right.count && (isNew || !isGone)
      rows.append((takesLeft ? left[old] : nil, takesRight ? right[new] : nil))
      if takesLeft { old += 1 }
      if takesRight { new += 1 }
    }
    return rows
  }

  private static func fitted(_ text: String, to width: Int) -> String {
    let text = clipped(text, to: width)
    return text + String(repeating: " ", count: max(0, width - displayWidth(text)))
  }
}
