extension NotebookCell {
  /// Whether format 4.5 accepts the text as a cell's id: 1 to 64 ASCII letters, digits, `-` and `_`.
  public static func isValid(id: String) -> Bool {
    (1...64).contains(id.utf8.count) && id.utf8.allSatisfy(isAllowed)
  }

  /// The nearest text that is a valid id: other characters become `-`, the rest is cut off; nil if nothing is left.
  static func validID(from text: String) -> String? {
    let allowed = String(text.unicodeScalars.map { $0.isASCII && isAllowed(UInt8($0.value)) ? Character($0) : "-" })
    return allowed.contains { $0 != "-" } ? String(allowed.prefix(64)) : nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension Notebook {
  /// An unused id for a new cell: the word and the first free number (`detect-1`, `detect-2`, …).
  ///
  /// - Parameter avoiding: further ids that count as used.
  public func unusedID(for word: String = "cell", avoiding: Set<String> = []) -> String {
    let used = avoiding.union(cells.map(\.id))
    // Of count + 1 numbers, at least one is free.
    for number in 1...used.count + 1 {
      let id = Self.joined(NotebookCell.validID(from: word) ?? "cell", number)
      if !used.contains(id) { return id }
    }
    return "cell"
  }

  /// Replaces missing, invalid and duplicate ids, equally at each reading; all
  /// other ids stay.
  mutating func repairIDs() {
    var used: Set<String> = []
    var faulty: [Int] = []
    for (position, cell) in cells.enumerated() {
      if !NotebookCell.isValid(id: cell.id) || !used.insert(cell.id).inserted { faulty.append(position) }
    }
    for position in faulty {
      let wanted = NotebookCell.validID(from: cells[position].id) ?? "cell-\(position + 1)"
      var id = wanted
      var number = 2
      while !used.insert(id).inserted {
        id = Self.joined(wanted, number)
        number += 1
      }
      cells[position].id = id
    }
  }

  private static func joined(_ word: String, _ number: Int) -> String {
    let ending = "-\(number)"
    return word.prefix(64 - ending.count) + ending
  }
}
