import Columnar

/// Reads one column of one row group, page by page, and converts its values.
struct ColumnChunkReader {
  private let column: PhysicalColumn
  private let maximalDefinition: Int
  private let maximalRepetition: Int
  private var pages: PageReader
  private var dictionary: StoredValues?
  /// The number of nulls in the chunk's statistics.
  private let notedNulls: Int64?
  /// Whether times were truncated to microseconds.
  private(set) var hasLostDigits = false

  /// - Parameters:
  ///   - maximalDefinition: the definition level of a value that is not null.
  ///   - metadata: the chunk's entry in the footer.
  init(
    _ source: ByteSource, column: PhysicalColumn, maximalDefinition: Int, maximalRepetition: Int = 0,
    metadata: ThriftValue, isSealed: Bool
  ) throws(Fault) {
    self.column = column
    self.maximalDefinition = maximalDefinition
    self.maximalRepetition = maximalRepetition
    pages = try PageReader(
      source, storage: column.storage.rawValue, hasDefinitionLevels: maximalDefinition > 0,
      hasRepetitionLevels: maximalRepetition > 0, metadata: metadata, isSealed: isSealed)
    notedNulls = metadata[3]?[12]?[3]?.integer.flatMap { $0 >= 0 ? $0 : nil }
  }

  /// The values of a flat column, including nulls.
  ///
  /// - Parameter isOldCalendar: whether days before 1582-10-15 are in the Julian calendar.
  mutating func read(rowCount: Int, isOldCalendar: Bool = false) throws(Fault) -> Column {
    guard pages.valuesLeft == rowCount else {
      throw .damaged("\(pages.valuesLeft) values in a group of \(rowCount) rows")
    }
    var values = GatheredValues(column)
    while let page = try pages.next() {
      let flags =
        maximalDefinition > 0
        ? try RunLengthHybrid.decodeFlags(page.content, in: page.definitionLevels, count: page.count) : nil
      try values.append(stored(page, count: flags?.count { $0 } ?? page.count), flags, page.count)
    }
    guard values.count == rowCount else { throw .damaged("\(values.count) values in a group of \(rowCount) rows") }
    let column = try values.finish(isOldCalendar: isOldCalendar)
    if let notedNulls, notedNulls != column.nullCount {
      throw .damaged("\(column.nullCount) nulls where its statistics say \(notedNulls)")
    }
    hasLostDigits = values.hasLostDigits
    return column
  }

  /// The values of a column within groups: all levels, and the values that are not null.
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
      try values.append(stored(page, count: present), nil, present)
    }
    return LeveledValues(definition: definition, repetition: repetition, values: try values.finish())
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
  /// Only the values that are not null.
  let values: Column
}
