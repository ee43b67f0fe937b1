import DurableFiles

/// The layout of pages, column chunks and the footer in a file, whatever the columns mean.
enum ParquetFrame {
  struct Page {
    /// Levels and values, uncompressed.
    let content: [UInt8]
    let valueCount: Int
  }

  static let beginning = Array("PAR1".utf8)

  /// Adds a column chunk of PLAIN pages of version 1.
  ///
  /// - Parameters:
  ///   - offset: the file offset of the first of `bytes`.
  /// - Returns: the chunk's entry in the footer.
  static func append(
    _ pages: [Page], path: [String], storage: PhysicalColumn.Storage, codec: ParquetCodec, statistics: ThriftValue?,
    to bytes: inout [UInt8], offset: Int = 0
  ) -> ThriftValue {
    let start = bytes.count
    var (plainSize, valueCount) = (0, 0)
    for page in pages {
      let packed = codec.compress(page.content)
      let header = CompactWriter([
        1: .int32(0), 2: .int32(Int32(page.content.count)), 3: .int32(Int32(packed.count)),
        4: .int32(Int32(bitPattern: packed.withUnsafeBytes { CRC32.ethernet.checksum($0) })),
        5: .structure([1: .int32(Int32(page.valueCount)), 2: .int32(0), 3: .int32(3), 4: .int32(3)]),
      ]).bytes
      bytes.append(contentsOf: header)
      bytes.append(contentsOf: packed)
      plainSize += header.count + page.content.count
      valueCount += page.valueCount
    }
    var metadata: [Int16: ThriftValue] = [
      1: .int32(Int32(storage.rawValue)), 2: .list([.int32(0), .int32(3)]), 3: .list(path.map(ThriftValue.text)),
      4: .int32(codec.rawValue), 5: .int64(Int64(valueCount)), 6: .int64(Int64(plainSize)),
      7: .int64(Int64(bytes.count - start)), 9: .int64(Int64(offset + start)),
    ]
    metadata[8] = FooterSeal.note(of: bytes[start...])
    metadata[12] = statistics
    return .structure([2: .int64(Int64(offset + start)), 3: .structure(metadata)])
  }

  /// A row group's entry in the footer.
  static func group(_ chunks: [ThriftValue], rowCount: Int) -> ThriftValue {
    func sum(_ field: Int16) -> Int64 { chunks.reduce(0) { $0 + ($1[3]?[field]?.integer ?? 0) } }
    return .structure([
      1: .list(chunks), 2: .int64(sum(6)), 3: .int64(Int64(rowCount)), 5: .int64(chunks.first?[2]?.integer ?? 4),
      6: .int64(sum(7)),
    ])
  }

  /// The footer and the bytes after it.
  static func ending(_ elements: [ThriftValue], groups: [ThriftValue], rowCount: Int, leafCount: Int) -> [UInt8] {
    var bytes = CompactWriter([
      1: .int32(1), 2: .list(elements), 3: .int64(Int64(rowCount)), 4: .list(groups),
      5: FooterSeal.placeholder, 6: .text(FooterSeal.writer),
      // Without a column order readers ignore the bounds of texts.
      7: .list((0..<leafCount).map { _ in .structure([1: .empty]) }),
    ]).bytes
    FooterSeal.seal(&bytes)
    withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { bytes.append(contentsOf: $0) }
    return bytes + beginning
  }
}
