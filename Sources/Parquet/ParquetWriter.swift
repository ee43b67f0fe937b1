package import Columnar

/// Writes tables as a Parquet file: flat, PLAIN values in data pages of version 1, with statistics, readable by every
/// other Parquet reader. Encodes group by group, so that a file may be larger than memory.
package struct ParquetWriter {
  /// The file's columns.
  package let schema: Schema
  private let codec: ParquetCodec
  /// Readers hold one group of rows at a time.
  private let rowsPerGroup: Int
  private let columns: [PhysicalColumn]
  private var groups: [ThriftValue] = []
  private var offset = 0
  /// How many rows were added so far.
  package private(set) var rowCount = 0

  private static let valuesPerPage = 1 << 17
  private static let bytesPerPage = 1 << 20

  /// - Throws: ``ParquetError`` for names that no reader could tell apart.
  package init(schema: Schema, codec: ParquetCodec = .snappy, rowsPerGroup: Int = 1 << 20) throws(ParquetError) {
    var seen: Set<String> = []
    for name in schema.names where !seen.insert(name).inserted {
      throw Self.error(name, .sameNames(name))
    }
    self.schema = schema
    self.codec = codec
    self.rowsPerGroup = max(1, rowsPerGroup)
    columns = schema.fields.map(PhysicalColumn.init)
  }

  /// Encodes a table as a file.
  ///
  /// - Throws: ``ParquetError`` for a null in a field that has none, for a text that is not UTF-8 or too large for the
  ///   format, and for two columns of one name.
  package static func encode(
    _ table: Table, codec: ParquetCodec = .snappy, rowsPerGroup: Int = 1 << 20
  ) throws(ParquetError) -> [UInt8] {
    var writer = try ParquetWriter(schema: table.schema, codec: codec, rowsPerGroup: rowsPerGroup)
    var bytes: [UInt8] = []
    for piece in try writer.add(table) { bytes += piece }
    return bytes + writer.finish()
  }

  /// Adds rows of the writer's schema.
  ///
  /// - Returns: the bytes that come next in the file, in pieces.
  /// - Throws: ``ParquetError`` for a null in a field that has none, and for a text that is not UTF-8 or too large for the
  ///   format.
  package mutating func add(_ table: Table) throws(ParquetError) -> [[UInt8]] {
    for (column, physical) in zip(table.columns, columns) {
      if !physical.isNullable, let row = column.validity?.firstIndex(of: false) {
        throw Self.error(physical.name, .nullInRequiredColumn(row: row + rowCount))
      }
      if let (row, kind) = Self.fault(in: column) { throw Self.error(physical.name, kind(row + rowCount)) }
    }
    var pieces: [[UInt8]] = []
    for start in stride(from: 0, to: table.rowCount, by: rowsPerGroup) {
      let rows = start..<min(start + rowsPerGroup, table.rowCount)
      var bytes = offset == 0 ? ParquetFrame.beginning : []
      var chunks: [ThriftValue] = []
      for (column, physical) in zip(table.columns, columns) {
        let statistics = statistics(ColumnStatistics(of: column, rows: rows), of: column.type)
        chunks.append(
          ParquetFrame.append(
            try pages(of: column, physical, rows: rows), path: [physical.name], storage: physical.storage, codec: codec,
            statistics: statistics, to: &bytes, offset: offset))
      }
      groups.append(ParquetFrame.group(chunks, rowCount: rows.count))
      offset += bytes.count
      pieces.append(bytes)
    }
    rowCount += table.rowCount
    return pieces
  }

  /// The last bytes of the file.
  package mutating func finish() -> [UInt8] {
    let root = ThriftValue.structure([4: .text("schema"), 5: .int32(Int32(columns.count))])
    return (offset == 0 ? ParquetFrame.beginning : [])
      + ParquetFrame.ending(
        [root] + columns.map(\.element), groups: groups, rowCount: rowCount, leafCount: columns.count)
  }

  /// Refuses what other readers would reject.
  private static func fault(in column: Column) -> (row: Int, kind: (Int) -> ParquetError.Kind)? {
    let days = CalendarRange.all
    func beyond(_ row: Int) -> ParquetError.Kind { .outOfRange(row: row, what: "the time \(days.fault)") }
    return switch column.values {
    case .string(let texts): texts.firstNotUTF8.map { ($0, { .notUTF8(row: $0) }) }
    case .date(let values): days.firstBeyond(values).map { ($0, beyond) }
    case .timestamp(let values): days.firstBeyond(values).map { ($0, beyond) }
    default: nil
    }
  }

  private static func error(_ column: String, _ kind: ParquetError.Kind) -> ParquetError {
    ParquetError(file: "a new file", column: column, position: nil, kind: kind)
  }

  private func pages(
    of column: Column, _ physical: PhysicalColumn, rows: Range<Int>
  ) throws(ParquetError) -> [ParquetFrame.Page] {
    var pages: [ParquetFrame.Page] = []
    for page in ranges(of: column, rows: rows) {
      var content: [UInt8] = []
      if physical.isNullable {
        let levels =
          column.validity.map { RunLengthHybrid.encode($0[page]) }
          ?? RunLengthHybrid.encode(repeatElement(true, count: page.count))
        withUnsafeBytes(of: UInt32(levels.count).littleEndian) { content.append(contentsOf: $0) }
        content.append(contentsOf: levels)
      }
      PlainEncoding.append(column, rows: page, to: &content)
      guard content.count <= 1 << 30 else {
        throw Self.error(physical.name, .tooLarge("a page"))
      }
      pages.append(ParquetFrame.Page(content: content, valueCount: page.count))
    }
    return pages
  }

  private func ranges(of column: Column, rows: Range<Int>) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = rows.lowerBound
    while start < rows.upperBound {
      var end = min(start + Self.valuesPerPage, rows.upperBound)
      if case .string(let texts) = column.values {
        // At least one text, however long.
        let limit = texts.range(start).lowerBound + Self.bytesPerPage
        end = max(start + 1, (start..<end).first { texts.ends[$0] > limit } ?? end)
      }
      ranges.append(start..<end)
      start = end
    }
    return ranges
  }

  private func statistics(_ statistics: ColumnStatistics, of type: DataType) -> ThriftValue {
    var fields: [Int16: ThriftValue] = [3: .int64(Int64(statistics.nullCount))]
    if let bounds = statistics.bounds {
      fields[5] = .binary(plain(bounds.maximum, of: type))
      fields[6] = .binary(plain(bounds.minimum, of: type))
    }
    return .structure(fields)
  }

  /// A bound in PLAIN, without a text's length.
  private func plain(_ value: Value, of type: DataType) -> [UInt8] {
    if case .string(let text) = value { return Array(text.utf8) }
    guard let column = try? Column(type, of: [value]) else { return [] }
    var bytes: [UInt8] = []
    PlainEncoding.append(column, rows: 0..<1, to: &bytes)
    return bytes
  }
}
