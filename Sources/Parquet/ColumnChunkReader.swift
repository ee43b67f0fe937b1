import Columnar

/// Reads one column of one row group into our terms, page by page.
struct ColumnChunkReader {
  private let column: PhysicalColumn
  private let maximalDefinition: Int
  private let maximalRepetition: Int
  private var pages: PageReader
  private var dictionary: StoredValues?

  /// - Parameters:
  ///   - maximalDefinition: the definition level of a value that is there.
  ///   - metadata: the chunk's entry in the footer.
  init(
    _ source: ByteSource, column: PhysicalColumn, maximalDefinition: Int, maximalRepetition: Int = 0,
    metadata: ThriftValue
  ) throws(Fault) {
    self.column = column
    self.maximalDefinition = maximalDefinition
    self.maximalRepetition = maximalRepetition
    pages = try PageReader(
      source, storage: column.storage.rawValue, hasDefinitionLevels: maximalDefinition > 0,
      hasRepetitionLevels: maximalRepetition > 0, metadata: metadata)
  }

  /// The values of a flat column, nulls among them.
  mutating func read(rowCount: Int) throws(Fault) -> Column {
    guard pages.valuesLeft == rowCount else {
      throw .damaged("\(pages.valuesLeft) values in a group of \(rowCount) rows")
    }
    var values = GatheredValues(column)
    while let page = try pages.next() {
      let flags =
        maximalDefinition > 0
        ? try RunLengthHybrid.decodeFlags(page.content, in: page.definitionLevels, count: page.count) : nil
      values.append(try stored(page, count: flags?.count { $0 } ?? page.count), flags, page.count)
    }
    guard values.count == rowCount else { throw .damaged("\(values.count) values in a group of \(rowCount) rows") }
    return values.column
  }

  /// The values of a column within groups: its levels, and those values that are there.
  mutating func readLevels() throws(Fault) -> LeveledValues {
    guard pages.valuesLeft <= 1 << 26 else { throw .damaged("\(pages.valuesLeft) values within groups") }
    var (definition, repetition): ([UInt32], [UInt32]) = ([], [])
    var values = GatheredValues(column)
    func levels(_ page: PageReader.DataPage, _ range: Range<Int>, _ maximum: Int) throws(Fault) -> [UInt32] {
      guard maximum > 0 else { return Array(repeating: 0, count: page.count) }
      let width = Int.bitWidth - maximum.leadingZeroBitCount
      let levels = try RunLengthHybrid.decode(page.content, in: range, bitWidth: width, count: page.count)
      guard levels.allSatisfy({ $0 <= maximum }) else { throw .damaged("a level above \(maximum)") }
      return levels
    }
    while let page = try pages.next() {
      repetition += try levels(page, page.repetitionLevels, maximalRepetition)
      let pageDefinition = try levels(page, page.definitionLevels, maximalDefinition)
      definition += pageDefinition
      let present = pageDefinition.count { $0 == maximalDefinition }
      values.append(try stored(page, count: present), nil, present)
    }
    return LeveledValues(definition: definition, repetition: repetition, values: values.column)
  }

  private mutating func stored(_ page: PageReader.DataPage, count: Int) throws(Fault) -> StoredValues {
    if dictionary == nil, let found = pages.dictionary {
      dictionary = try .plain(found.content, in: 0..<found.content.count, count: found.count, column: column)
    }
    return try .read(page, count: count, column: column, dictionary: dictionary)
  }
}

/// The values of a column within groups.
struct LeveledValues {
  let definition: [UInt32]
  let repetition: [UInt32]
  /// Only those that are there.
  let values: Column
}

/// The values of the pages so far, as our column will hold them.
private struct GatheredValues {
  private let physical: PhysicalColumn
  private(set) var count = 0
  private var values: Column.Values
  private var validity: [Bool] = []
  private var hasNulls = false

  init(_ column: PhysicalColumn) {
    physical = column
    values = Column.Values(emptyOf: column.type)
  }

  var column: Column { Column(values, validity: hasNulls ? validity : nil) }

  mutating func append(_ stored: StoredValues, _ flags: [Bool]?, _ rows: Int) {
    if let flags {
      if !hasNulls { validity = Array(repeating: true, count: count) }
      hasNulls = true
      validity.append(contentsOf: flags)
    } else if hasNulls {
      validity.append(contentsOf: repeatElement(true, count: rows))
    }
    count += rows
    // Taken out while it grows, so that it is not copied.
    let gathered = values
    values = .boolean([])
    switch (gathered, stored) {
    case (.boolean(var list), .booleans(let new)):
      list.append(contentsOf: spread(new, flags, false))
      values = .boolean(list)
    case (.integer(var list), .int32(let new)):
      list.append(contentsOf: spread(new, flags, 0))
      values = .integer(list)
    case (.date(var list), .int32(let new)):
      list.append(contentsOf: spread(new, flags, 0))
      values = .date(list)
    case (.long(var list), .int64(let new)):
      list.append(contentsOf: spread(new, flags, 0))
      values = .long(list)
    case (.timestamp(var list), .int64(let new)):
      list.append(contentsOf: spread(microseconds(new), flags, 0))
      values = .timestamp(list)
    case (.double(var list), .doubles(let new)):
      list.append(contentsOf: spread(new, flags, 0))
      values = .double(list)
    case (.double(var list), .floats(let new)):
      list.append(contentsOf: spread(new.map(Double.init), flags, 0))
      values = .double(list)
    case (.decimal(var list, let precision, let scale), .int32(let new)):
      list.append(contentsOf: spread(new.map { Int128($0) }, flags, 0))
      values = .decimal(list, precision: precision, scale: scale)
    case (.decimal(var list, let precision, let scale), .int64(let new)):
      list.append(contentsOf: spread(new.map { Int128($0) }, flags, 0))
      values = .decimal(list, precision: precision, scale: scale)
    case (.decimal(var list, let precision, let scale), .wide(let new)):
      list.append(contentsOf: spread(new, flags, 0))
      values = .decimal(list, precision: precision, scale: scale)
    case (.string(var list), .texts(let new)):
      var next = 0
      for row in 0..<rows {
        if flags?[row] ?? true {
          list.append(new.bytes[new.range(next)])
          next += 1
        } else {
          list.append([])
        }
      }
      values = .string(list)
    // `PhysicalColumn` allows no other pair.
    default: values = gathered
    }
  }

  /// Each value in its row, a zero where there is none.
  private func spread<Element>(_ new: [Element], _ flags: [Bool]?, _ zero: Element) -> [Element] {
    guard let flags else { return new }
    var next = 0
    return flags.map { isPresent in
      guard isPresent else { return zero }
      next += 1
      return new[next - 1]
    }
  }

  private func microseconds(_ times: [Int64]) -> [Int64] {
    switch physical.conversion {
    case .none: times
    case .milliseconds: times.map { $0.multipliedReportingOverflow(by: 1_000).partialValue }
    case .nanoseconds: times.map { $0 / 1_000 - ($0 % 1_000 < 0 ? 1 : 0) }
    }
  }
}
