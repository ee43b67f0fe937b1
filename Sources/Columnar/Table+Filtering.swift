extension Table {
  /// The rows whose mark is true, in order.
  ///
  /// - Precondition: a mark for each row.
  package func filtered(by mask: [Bool]) -> Table {
    precondition(mask.count == rowCount, "a mark for each row")
    if !mask.contains(false) { return self }
    return Table(schema: schema, columns: columns.map { $0.filtered(by: mask) })
  }

  /// The rows of the range, in order.
  package func rows(_ range: Range<Int>) -> Table {
    if range == 0..<rowCount { return self }
    return filtered(by: (0..<rowCount).map(range.contains))
  }
}

extension Column {
  fileprivate func filtered(by mask: [Bool]) -> Column {
    func kept<Element>(_ elements: [Element]) -> [Element] {
      zip(elements, mask).compactMap { $1 ? $0 : nil }
    }
    let filtered: Values =
      switch values {
      case .boolean(let values): .boolean(kept(values))
      case .integer(let values): .integer(kept(values))
      case .long(let values): .long(kept(values))
      case .double(let values): .double(kept(values))
      case .timestamp(let values): .timestamp(kept(values))
      case .string(let texts):
        .string(
          texts.ends.indices.reduce(into: StringValues()) { filtered, index in
            if mask[index] { filtered.append(texts.bytes[texts.range(index)]) }
          })
      }
    let marks = validity.map(kept)
    return Column(filtered, validity: marks?.contains(false) == true ? marks : nil)
  }
}
