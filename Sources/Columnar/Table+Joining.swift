extension Table {
  /// The rows of all tables, one table after the other.
  ///
  /// - Precondition: every table has the schema's types.
  package init(joining tables: [Table], schema: Schema) {
    let columns = schema.fields.indices.map { index in
      Column(joining: tables.map { $0.columns[index] }, type: schema.fields[index].type)
    }
    self.init(schema: schema, columns: columns)
  }
}

extension Column {
  fileprivate init(joining columns: [Column], type: DataType) {
    if columns.count == 1 {
      self = columns[0]
      return
    }
    func joined<Element>(_ elements: (Values) -> [Element]?) -> [Element] {
      columns.flatMap { elements($0.values) ?? [] }
    }
    let values: Values =
      switch type {
      case .boolean: .boolean(joined { if case .boolean(let values) = $0 { values } else { nil } })
      case .integer: .integer(joined { if case .integer(let values) = $0 { values } else { nil } })
      case .long: .long(joined { if case .long(let values) = $0 { values } else { nil } })
      case .double: .double(joined { if case .double(let values) = $0 { values } else { nil } })
      case .date: .date(joined { if case .date(let values) = $0 { values } else { nil } })
      case .decimal(let precision, let scale):
        .decimal(
          joined { if case .decimal(let values, _, _) = $0 { values } else { nil } }, precision: precision, scale: scale
        )
      case .timestamp: .timestamp(joined { if case .timestamp(let values) = $0 { values } else { nil } })
      case .string: .string(StringValues(joining: columns.map(\.values)))
      }
    let hasNulls = columns.contains { $0.validity != nil }
    self.init(
      values,
      validity: hasNulls ? columns.flatMap { $0.validity ?? Array(repeating: true, count: $0.count) } : nil)
  }
}

extension StringValues {
  fileprivate init(joining columns: [Column.Values]) {
    var (bytes, ends): ([UInt8], [Int]) = ([], [])
    for case .string(let texts) in columns {
      let offset = bytes.count
      bytes.append(contentsOf: texts.bytes)
      ends.append(contentsOf: texts.ends.map { $0 + offset })
    }
    self.init(bytes: bytes, ends: ends)
  }
}
