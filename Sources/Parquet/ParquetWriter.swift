package import Columnar

/// Writes a table as a Parquet file: flat, PLAIN values in data pages of version 1, with statistics, readable by every
/// other Parquet reader.
package struct ParquetWriter: Hashable, Sendable {
  package var codec: ParquetCodec
  /// A reader holds a group of rows at a time.
  package var rowsPerGroup: Int

  private static let valuesPerPage = 1 << 17
  private static let bytesPerPage = 1 << 20

  package init(codec: ParquetCodec = .snappy, rowsPerGroup: Int = 1 << 20) {
    self.codec = codec
    self.rowsPerGroup = max(1, rowsPerGroup)
  }

  /// The file's bytes.
  ///
  /// - Throws: ``ParquetError`` for a null in a field that has none, and for a text too large for the format.
  package func encode(_ table: Table) throws(ParquetError) -> [UInt8] {
    var bytes = Array("PAR1".utf8)
    var groups: [ThriftValue] = []
    let columns = table.schema.fields.map(PhysicalColumn.init)
    for (index, column) in table.columns.enumerated() where !columns[index].isNullable {
      if let row = column.validity?.firstIndex(of: false) {
        throw ParquetError(
          file: "a new file", column: columns[index].name, position: nil, problem: .nullInRequiredColumn(row: row))
      }
    }
    for start in stride(from: 0, to: table.rowCount, by: rowsPerGroup) {
      let rows = start..<min(start + rowsPerGroup, table.rowCount)
      var chunks: [ThriftValue] = []
      let groupStart = bytes.count
      var plainSize = 0
      for (column, physical) in zip(table.columns, columns) {
        let chunk = try chunk(column, physical, rows: rows, to: &bytes)
        chunks.append(chunk.metadata)
        plainSize += chunk.plainSize
      }
      groups.append(
        .structure([
          1: .list(chunks), 2: .int64(Int64(plainSize)), 3: .int64(Int64(rows.count)), 5: .int64(Int64(groupStart)),
          6: .int64(Int64(bytes.count - groupStart)),
        ]))
    }
    let root = ThriftValue.structure([4: .text("schema"), 5: .int32(Int32(columns.count))])
    let footer = CompactWriter([
      1: .int32(1), 2: .list([root] + columns.map(\.element)), 3: .int64(Int64(table.rowCount)), 4: .list(groups),
      6: .text("groundswell version 0.1.0 (build 1)"),
      // Without an order for each column readers ignore the bounds of texts.
      7: .list(columns.map { _ in .structure([1: .empty]) }),
    ]).bytes
    bytes.append(contentsOf: footer)
    append(UInt32(footer.count), to: &bytes)
    bytes.append(contentsOf: "PAR1".utf8)
    return bytes
  }

  private func chunk(
    _ column: Column, _ physical: PhysicalColumn, rows: Range<Int>, to bytes: inout [UInt8]
  ) throws(ParquetError) -> (metadata: ThriftValue, plainSize: Int) {
    let start = bytes.count
    var plainSize = 0
    for page in pages(of: column, rows: rows) {
      var content: [UInt8] = []
      if physical.isNullable {
        let levels = RunLengthHybrid.encode(
          column.validity.map { Array($0[page]) } ?? Array(repeating: true, count: page.count))
        append(UInt32(levels.count), to: &content)
        content.append(contentsOf: levels)
      }
      PlainEncoding.append(column, rows: page, to: &content)
      let packed = codec.compress(content)
      guard let size = Int32(exactly: content.count), let packedSize = Int32(exactly: packed.count) else {
        throw ParquetError(file: "a new file", column: physical.name, position: nil, problem: .tooLarge("a page"))
      }
      let header = CompactWriter([
        1: .int32(0), 2: .int32(size), 3: .int32(packedSize),
        5: .structure([1: .int32(Int32(page.count)), 2: .int32(0), 3: .int32(3), 4: .int32(3)]),
      ]).bytes
      bytes.append(contentsOf: header)
      bytes.append(contentsOf: packed)
      plainSize += header.count + content.count
    }
    let metadata = ThriftValue.structure([
      1: .int32(Int32(physical.storage.rawValue)), 2: .list([.int32(0), .int32(3)]), 3: .list([.text(physical.name)]),
      4: .int32(codec.rawValue), 5: .int64(Int64(rows.count)), 6: .int64(Int64(plainSize)),
      7: .int64(Int64(bytes.count - start)), 9: .int64(Int64(start)),
      12: statistics(ColumnStatistics(of: column, rows: rows), of: column.type),
    ])
    return (.structure([2: .int64(Int64(start)), 3: metadata]), plainSize)
  }

  private func pages(of column: Column, rows: Range<Int>) -> [Range<Int>] {
    var pages: [Range<Int>] = []
    var start = rows.lowerBound
    while start < rows.upperBound {
      var end = min(start + Self.valuesPerPage, rows.upperBound)
      if case .string(let texts) = column.values {
        // At least one text, however long.
        let limit = texts.range(start).lowerBound + Self.bytesPerPage
        end = max(start + 1, (start..<end).first { texts.ends[$0] > limit } ?? end)
      }
      pages.append(start..<end)
      start = end
    }
    return pages
  }

  private func statistics(_ statistics: ColumnStatistics, of type: DataType) -> ThriftValue {
    var fields: [Int16: ThriftValue] = [3: .int64(Int64(statistics.nullCount))]
    if let bounds = statistics.bounds {
      fields[5] = .binary(plain(bounds.maximum, of: type))
      fields[6] = .binary(plain(bounds.minimum, of: type))
    }
    return .structure(fields)
  }

  /// A bound as PLAIN writes it, without a text's length.
  private func plain(_ value: Value, of type: DataType) -> [UInt8] {
    if case .string(let text) = value { return Array(text.utf8) }
    guard let column = try? Column(type, of: [value]) else { return [] }
    var bytes: [UInt8] = []
    PlainEncoding.append(column, rows: 0..<1, to: &bytes)
    return bytes
  }

  private func append(_ number: UInt32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
