extension Table {
  /// The rows whose mark is true, in order.
  ///
  /// - Precondition: a mark for each row.
  package func filtered(by mask: [Bool]) -> Table {
    precondition(mask.count == rowCount, "a mark for each row")
    if !mask.contains(false) { return self }
    return picking(mask.indices.filter { mask[$0] })
  }

  /// The rows of the range, in order.
  package func rows(_ range: Range<Int>) -> Table {
    if range == 0..<rowCount { return self }
    return picking(range)
  }

  /// The rows of the given indices, in the order of the indices; an index may repeat.
  package func picking(_ places: some RandomAccessCollection<Int>) -> Table {
    Table(schema: schema, columns: columns.map { $0.picking(places) })
  }

  /// The rows in ascending order of the named columns, the first name first. Nulls come first; equal rows keep their order.
  package func sorted(by names: [String]) -> Table {
    let keys = names.compactMap { self[$0] }
    return picking(
      (0..<rowCount).sorted { left, right in
        for key in keys {
          let order = key.compare(left, right)
          if order != 0 { return order < 0 }
        }
        return left < right
      })
  }
}

extension Column {
  /// The values of the given indices, in the order of the indices; an index may repeat.
  package func picking(_ places: some RandomAccessCollection<Int>) -> Column {
    func picked<Element>(_ elements: [Element]) -> [Element] { places.map { elements[$0] } }
    let values: Values =
      switch self.values {
      case .boolean(let values): .boolean(picked(values))
      case .integer(let values): .integer(picked(values))
      case .long(let values): .long(picked(values))
      case .double(let values): .double(picked(values))
      case .date(let values): .date(picked(values))
      case .timestamp(let values): .timestamp(picked(values))
      case .decimal(let values, let precision, let scale): .decimal(picked(values), precision: precision, scale: scale)
      case .string(let texts):
        .string(places.reduce(into: StringValues()) { $0.append(texts.bytes[texts.range($1)]) })
      }
    let marks = validity.map(picked)
    return Column(values, validity: marks?.contains(false) == true ? marks : nil)
  }

  /// Below, at or above 0 if the value of the left row comes before, equals or comes after that of the right. Nulls come first.
  func compare(_ left: Int, _ right: Int) -> Int {
    func order<Element: Comparable>(_ values: [Element]) -> Int {
      values[left] == values[right] ? 0 : values[left] < values[right] ? -1 : 1
    }
    switch (isNull(left), isNull(right)) {
    case (true, true): return 0
    case (true, false): return -1
    case (false, true): return 1
    case (false, false): break
    }
    switch values {
    case .boolean(let values): return (values[left] ? 1 : 0) - (values[right] ? 1 : 0)
    case .integer(let values), .date(let values): return order(values)
    case .long(let values), .timestamp(let values): return order(values)
    case .double(let values): return order(values)
    case .decimal(let values, _, _): return order(values)
    case .string(let texts): return texts.compare(left, to: Array(texts.bytes[texts.range(right)]))
    }
  }
}
