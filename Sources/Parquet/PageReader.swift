import DurableFiles

/// The data pages of one column of one row group, unpacked in order.
struct PageReader {
  /// A page's levels and values, as positions in its content.
  struct DataPage {
    /// How many values there are, including nulls and empty lists.
    let count: Int
    let encoding: Int64
    let content: [UInt8]
    let repetitionLevels: Range<Int>
    let definitionLevels: Range<Int>
    let values: Range<Int>
  }

  struct DictionaryPage {
    let count: Int
    let content: [UInt8]
  }

  private let bytes: [UInt8]
  /// The chunk's offset in the file, for errors.
  private let base: Int
  private let codec: ParquetCodec
  /// Whether the whole chunk's checksum was verified, so that the pages' own need no check.
  private let isChecked: Bool
  private let hasDefinitionLevels: Bool
  private let hasRepetitionLevels: Bool
  private var position = 0
  private(set) var valuesLeft: Int
  private(set) var dictionary: DictionaryPage?

  /// In bytes. Larger pages are damage: no known writer makes them.
  private static let maximalPage = 1 << 30

  /// - Parameters:
  ///   - metadata: the chunk's entry in the footer.
  ///   - isSealed: whether the metadata must hold the chunk's checksum (``FooterSeal``).
  init(
    _ source: ByteSource, storage: Int64, hasDefinitionLevels: Bool, hasRepetitionLevels: Bool, metadata: ThriftValue,
    isSealed: Bool
  ) throws(Fault) {
    if metadata[8] != nil || metadata[9] != nil { throw Fault(position: nil, kind: .encrypted) }
    guard let chunk = metadata[3], chunk[1]?.integer == storage, let number = chunk[4]?.integer,
      let count = chunk[5]?.integer, let size = chunk[7]?.integer, let data = chunk[9]?.integer
    else { throw .damaged("a column chunk without its metadata") }
    guard let codec = Int32(exactly: number).flatMap(ParquetCodec.init) else {
      let name = ParquetCodec.names.indices.contains(Int(number)) ? ParquetCodec.names[Int(number)] : "number \(number)"
      throw .unsupported("the codec \(name)", remedy: "write the file with snappy, zstd, gzip or no codec")
    }
    guard (0...1 << 32).contains(count) else { throw .damaged("a column chunk of \(count) values") }
    // Some writers leave the dictionary's offset at 0 although there is one.
    let dictionaryPlace = chunk[11]?.integer ?? 0
    let start = dictionaryPlace > 0 ? min(dictionaryPlace, data) : data
    guard start >= 4, size >= 0, start <= Int64(source.count), size <= Int64(source.count) - start else {
      throw .damaged("a column chunk of \(size) bytes at \(start), beyond the file")
    }
    self.codec = codec
    self.hasDefinitionLevels = hasDefinitionLevels
    self.hasRepetitionLevels = hasRepetitionLevels
    base = Int(start)
    bytes = try source.read(base..<base + Int(size))
    valuesLeft = Int(count)
    isChecked = isSealed
    if isSealed { try FooterSeal.check(bytes, against: chunk, at: base) }
  }

  /// The next data page; nil after the last. Keeps a dictionary page on the way.
  mutating func next() throws(Fault) -> DataPage? {
    while valuesLeft > 0 {
      var header = CompactReader(bytes, in: position..<bytes.count, base: base)
      let page = try header.structure()
      let start = header.position
      guard let packed = page[3]?.integer, let size = page[2]?.integer, packed >= 0,
        packed <= Int64(bytes.count - start), (0...Int64(Self.maximalPage)).contains(size)
      else { throw .damaged("a page whose size lies beyond its column", at: base + position) }
      let range = start..<start + Int(packed)
      position = range.upperBound
      // Some writers write no checksum.
      if !isChecked, let wanted = page[4]?.integer {
        let sum = bytes.withUnsafeBytes { CRC32.ethernet.checksum(UnsafeRawBufferPointer(rebasing: $0[range])) }
        guard UInt32(truncatingIfNeeded: wanted) == sum else {
          throw .damaged("a page whose checksum is another", at: base + start)
        }
      }
      let found: DataPage
      switch page[1]?.integer {
      case 0: found = try dataPage(page, range: range, size: Int(size))
      case 3: found = try dataPageV2(page, range: range, size: Int(size))
      case 2:
        dictionary = try dictionaryPage(page, range: range, size: Int(size))
        continue
      case 1: continue
      default:
        throw .unsupported(
          "a page of a type of a later version", remedy: "write the file for version 2 of Parquet or an earlier one",
          at: base + start)
      }
      valuesLeft -= found.count
      // Every page has a header, so that pages without values in a damaged file end with the file.
      return found
    }
    return nil
  }

  private func unpacked(_ range: Range<Int>, _ codec: ParquetCodec, size: Int) throws(Fault) -> [UInt8] {
    do { return try codec.decompress(bytes, in: range, size: size) } catch { throw error.moved(by: base) }
  }

  private func dictionaryPage(_ page: ThriftValue, range: Range<Int>, size: Int) throws(Fault) -> DictionaryPage {
    guard let header = page[7], let count = header[1]?.integer, count >= 0, let encoding = header[2]?.integer else {
      throw .damaged("a dictionary page without its header", at: base + range.lowerBound)
    }
    guard encoding == 0 || encoding == 2 else {
      throw unsupportedEncoding(encoding, at: base + range.lowerBound)
    }
    let content = try unpacked(range, codec, size: size)
    guard count <= Int64(content.count) else {
      throw .damaged("a dictionary of \(count) values", at: base + range.lowerBound)
    }
    return DictionaryPage(count: Int(count), content: content)
  }

  private func dataPage(_ page: ThriftValue, range: Range<Int>, size: Int) throws(Fault) -> DataPage {
    guard let header = page[5], let count = header[1]?.integer, let encoding = header[2]?.integer else {
      throw .damaged("a data page without its header", at: base + range.lowerBound)
    }
    let values = try checked(count, at: range.lowerBound)
    let content = try unpacked(range, codec, size: size)
    var position = 0
    /// Levels after their length.
    func levels(_ isThere: Bool, _ encoding: Int64?) throws(Fault) -> Range<Int> {
      guard isThere else { return position..<position }
      guard encoding == 3 else { throw unsupportedEncoding(encoding ?? -1, at: base + range.lowerBound) }
      let header = position..<min(position + 4, content.count)
      let length = Int(try PlainEncoding.numbers(content, in: header, count: 1, zero: UInt32(0))[0])
      guard length <= content.count - header.upperBound else {
        throw .damaged("levels beyond the page", at: base + range.lowerBound)
      }
      position = header.upperBound + length
      return header.upperBound..<position
    }
    let repetition = try levels(hasRepetitionLevels, header[4]?.integer)
    let definition = try levels(hasDefinitionLevels, header[3]?.integer)
    return DataPage(
      count: values, encoding: encoding, content: content, repetitionLevels: repetition, definitionLevels: definition,
      values: position..<content.count)
  }

  private func dataPageV2(_ page: ThriftValue, range: Range<Int>, size: Int) throws(Fault) -> DataPage {
    guard let header = page[8], let count = header[1]?.integer, let encoding = header[4]?.integer,
      let definition = header[5]?.integer, let repetition = header[6]?.integer, definition >= 0, repetition >= 0,
      case let (levels, overflow) = definition.addingReportingOverflow(repetition), !overflow,
      levels <= Int64(range.count), levels <= Int64(size)
    else { throw .damaged("a data page without its header", at: base + range.lowerBound) }
    let values = try checked(count, at: range.lowerBound)
    // Version 2's levels precede the compressed part, without their length.
    let rest = range.lowerBound + Int(levels)..<range.upperBound
    let isPacked = header[7]?.boolean ?? true
    let content =
      Array(bytes[range.lowerBound..<rest.lowerBound])
      + (try unpacked(rest, isPacked ? codec : .uncompressed, size: size - Int(levels)))
    return DataPage(
      count: values, encoding: encoding, content: content, repetitionLevels: 0..<Int(repetition),
      definitionLevels: Int(repetition)..<Int(levels), values: Int(levels)..<content.count)
  }

  private func checked(_ count: Int64, at position: Int) throws(Fault) -> Int {
    guard count >= 0, count <= Int64(valuesLeft) else {
      throw .damaged("a page of \(count) values where \(valuesLeft) are left", at: base + position)
    }
    return Int(count)
  }
}

func unsupportedEncoding(_ number: Int64, at position: Int? = nil) -> Fault {
  let names: [Int64: String] = [
    0: "PLAIN", 2: "PLAIN_DICTIONARY", 3: "RLE", 4: "BIT_PACKED", 5: "DELTA_BINARY_PACKED",
    6: "DELTA_LENGTH_BYTE_ARRAY", 7: "DELTA_BYTE_ARRAY", 8: "RLE_DICTIONARY", 9: "BYTE_STREAM_SPLIT", 10: "ALP",
  ]
  return .unsupported(
    "the encoding \(names[number] ?? "number \(number)") here", remedy: "write plain or dictionary pages", at: position)
}
