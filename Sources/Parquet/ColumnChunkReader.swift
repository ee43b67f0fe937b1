import Columnar

/// Reads one column of one row group, page by page.
struct ColumnChunkReader {
  private let bytes: [UInt8]
  private let column: PhysicalColumn
  private let codec: ParquetCodec
  private let valueCount: Int
  private var position: Int
  private let end: Int
  private var dictionary: Stored?

  /// Larger pages are taken for damage: none of the writers makes them.
  private static let maximalPage = 1 << 30

  /// Values as they are stored.
  private enum Stored {
    case booleans([Bool])
    case int32([Int32])
    case int64([Int64])
    case floats([Float])
    case doubles([Double])
    case texts(StringValues)
  }

  /// - Parameter metadata: the chunk's entry in the footer.
  init(_ bytes: [UInt8], column: PhysicalColumn, metadata: ThriftValue, rowCount: Int) throws(Fault) {
    self.bytes = bytes
    self.column = column
    guard let chunk = metadata[3], chunk[1]?.integer == column.storage.rawValue, let number = chunk[4]?.integer,
      let count = chunk[5]?.integer, let size = chunk[7]?.integer, let data = chunk[9]?.integer
    else { throw .damaged("a column chunk without its metadata") }
    guard let codec = ParquetCodec(rawValue: Int32(truncatingIfNeeded: number)) else {
      let name = ParquetCodec.names.indices.contains(Int(number)) ? ParquetCodec.names[Int(number)] : "number \(number)"
      throw .unsupported("the codec \(name)")
    }
    guard count == Int64(rowCount) else { throw .damaged("\(count) values in a group of \(rowCount) rows") }
    // Some writers leave the dictionary's place at 0 although there is one.
    let dictionaryPlace = chunk[11]?.integer ?? 0
    let start = dictionaryPlace > 0 ? min(dictionaryPlace, data) : data
    guard start >= 4, size >= 0, start <= Int64(bytes.count), size <= Int64(bytes.count) - start else {
      throw .damaged("a column chunk of \(size) bytes at \(start), beyond the file")
    }
    self.codec = codec
    valueCount = rowCount
    position = Int(start)
    end = Int(start + size)
  }

  /// The column's values.
  mutating func read() throws(Fault) -> Column {
    var values = Gathered(type: column.type)
    while values.count < valueCount {
      var header = CompactReader(bytes, in: position..<end)
      let page = try header.structure()
      let start = header.position
      guard let packed = page[3]?.integer, let size = page[2]?.integer, packed >= 0, packed <= Int64(end - start),
        (0...Int64(Self.maximalPage)).contains(size)
      else { throw .damaged("a page whose size lies beyond its column", at: position) }
      let range = start..<start + Int(packed)
      switch page[1]?.integer {
      case 0: try dataPage(page, range: range, size: Int(size), into: &values)
      case 2: try dictionaryPage(page, range: range, size: Int(size))
      case 3: try dataPageV2(page, range: range, size: Int(size), into: &values)
      case 1: break
      default: throw .unsupported("a page of a type of a later version", at: position)
      }
      position = range.upperBound
    }
    return values.column
  }

  private mutating func dictionaryPage(_ page: ThriftValue, range: Range<Int>, size: Int) throws(Fault) {
    guard let header = page[7], let count = header[1]?.integer, count >= 0, let encoding = header[2]?.integer else {
      throw .damaged("a dictionary page without its header", at: range.lowerBound)
    }
    guard encoding == 0 || encoding == 2 else { throw .unsupported(Self.encodingName(encoding), at: range.lowerBound) }
    let content = try codec.decompress(bytes, in: range, size: size)
    guard count <= Int64(content.count) else { throw .damaged("a dictionary of \(count) values", at: range.lowerBound) }
    dictionary = try plain(content, in: 0..<content.count, count: Int(count))
  }

  private func dataPage(
    _ page: ThriftValue, range: Range<Int>, size: Int, into values: inout Gathered
  ) throws(Fault) {
    guard let header = page[5], let count = header[1]?.integer, let encoding = header[2]?.integer else {
      throw .damaged("a data page without its header", at: range.lowerBound)
    }
    let count32 = try checked(count, gathered: values.count, at: range.lowerBound)
    let content = try codec.decompress(bytes, in: range, size: size)
    var start = 0
    var flags: [Bool]?
    if column.isNullable {
      guard header[3]?.integer == 3 else { throw .unsupported("levels that are not RLE", at: range.lowerBound) }
      let length = Int(try PlainEncoding.numbers(content, in: 0..<min(4, content.count), count: 1, zero: UInt32(0))[0])
      guard length <= content.count - 4 else { throw .damaged("levels beyond the page", at: range.lowerBound) }
      start = 4 + length
      flags = try RunLengthHybrid.decodeFlags(content, in: 4..<start, count: count32)
    }
    try gather(content, in: start..<content.count, encoding: encoding, count: count32, flags: flags, into: &values)
  }

  private func dataPageV2(
    _ page: ThriftValue, range: Range<Int>, size: Int, into values: inout Gathered
  ) throws(Fault) {
    guard let header = page[8], let count = header[1]?.integer, let encoding = header[4]?.integer,
      let definition = header[5]?.integer, let repetition = header[6]?.integer, definition >= 0, repetition == 0,
      definition <= Int64(range.count), definition <= Int64(size)
    else { throw .damaged("a data page without its header", at: range.lowerBound) }
    let count32 = try checked(count, gathered: values.count, at: range.lowerBound)
    let levels = range.lowerBound..<range.lowerBound + Int(definition)
    // Levels stand before the compressed part here, and without their length.
    let flags = column.isNullable ? try RunLengthHybrid.decodeFlags(bytes, in: levels, count: count32) : nil
    let rest = levels.upperBound..<range.upperBound
    let isPacked = header[7]?.boolean ?? true
    let content = try (isPacked ? codec : .uncompressed).decompress(bytes, in: rest, size: size - levels.count)
    try gather(content, in: 0..<content.count, encoding: encoding, count: count32, flags: flags, into: &values)
  }

  private func checked(_ count: Int64, gathered: Int, at position: Int) throws(Fault) -> Int {
    guard count >= 0, count <= Int64(valueCount - gathered) else {
      throw .damaged("a page of \(count) values where \(valueCount - gathered) are left", at: position)
    }
    return Int(count)
  }

  private func gather(
    _ content: [UInt8], in range: Range<Int>, encoding: Int64, count: Int, flags: [Bool]?, into values: inout Gathered
  ) throws(Fault) {
    let present = flags?.count { $0 } ?? count
    let stored: Stored
    switch encoding {
    case 0: stored = try plain(content, in: range, count: present)
    case 2, 8:
      guard let dictionary else { throw .damaged("a page that needs a dictionary, and there is none") }
      guard present > 0 else { return values.append(try plain(content, in: range, count: 0), self, flags, count) }
      guard let width = range.isEmpty ? nil : content[range.lowerBound] else { throw .damaged("an empty page") }
      let indices = try RunLengthHybrid.decode(
        content, in: range.lowerBound + 1..<range.upperBound, bitWidth: Int(width), count: present)
      stored = try Self.look(up: indices, in: dictionary)
    case 3 where column.storage == .boolean:
      let length = Int(
        try PlainEncoding.numbers(
          content, in: range.lowerBound..<min(range.lowerBound + 4, range.upperBound), count: 1, zero: UInt32(0))[0])
      guard length <= range.count - 4 else { throw .damaged("flags beyond the page") }
      let runs = range.lowerBound + 4..<range.lowerBound + 4 + length
      stored = .booleans(try RunLengthHybrid.decode(content, in: runs, bitWidth: 1, count: present).map { $0 == 1 })
    default: throw .unsupported(Self.encodingName(encoding))
    }
    values.append(stored, self, flags, count)
  }

  private func plain(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> Stored {
    switch column.storage {
    case .boolean: .booleans(try PlainEncoding.booleans(bytes, in: range, count: count))
    case .int32: .int32(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .int64: .int64(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .float: .floats(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .double: .doubles(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .byteArray: .texts(try PlainEncoding.texts(bytes, in: range, count: count))
    case .int96: .int64(try Self.julianTimes(bytes, in: range, count: count))
    case .fixedBytes: throw .unsupported("BINARY of a fixed length")
    }
  }

  /// Spark's old timestamps: nanoseconds of the day, then the Julian day, of which 2,440,588 is 1970-01-01.
  private static func julianTimes(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> [Int64] {
    guard count <= range.count / 12 else { throw .damaged("a page of \(count) times", at: range.lowerBound) }
    var times: [Int64] = []
    times.reserveCapacity(count)
    for index in 0..<count {
      let start = range.lowerBound + 12 * index
      let nanoseconds = try PlainEncoding.numbers(bytes, in: start..<start + 8, count: 1, zero: Int64(0))[0]
      let day = try PlainEncoding.numbers(bytes, in: start + 8..<start + 12, count: 1, zero: Int32(0))[0]
      times.append((Int64(day) - 2_440_588) &* 86_400_000_000 &+ nanoseconds / 1_000)
    }
    return times
  }

  private static func look(up indices: [UInt32], in dictionary: Stored) throws(Fault) -> Stored {
    func look<Element>(_ values: [Element]) throws(Fault) -> [Element] {
      if let bad = indices.first(where: { $0 >= values.count }) {
        throw .damaged("the entry \(bad) of a dictionary of \(values.count)")
      }
      return indices.map { values[Int($0)] }
    }
    switch dictionary {
    case .booleans(let values): return .booleans(try look(values))
    case .int32(let values): return .int32(try look(values))
    case .int64(let values): return .int64(try look(values))
    case .floats(let values): return .floats(try look(values))
    case .doubles(let values): return .doubles(try look(values))
    case .texts(let texts):
      var result = StringValues()
      for index in try look(Array(0..<texts.count)) { result.append(texts.bytes[texts.range(index)]) }
      return .texts(result)
    }
  }

  private static func encodingName(_ number: Int64) -> String {
    let names: [Int64: String] = [
      4: "BIT_PACKED", 5: "DELTA_BINARY_PACKED", 6: "DELTA_LENGTH_BYTE_ARRAY", 7: "DELTA_BYTE_ARRAY",
      9: "BYTE_STREAM_SPLIT",
    ]
    return "the encoding \(names[number] ?? "number \(number)")"
  }

  /// The values of the pages so far, as our column will hold them.
  private struct Gathered {
    var count = 0
    private var values: Column.Values
    private var validity: [Bool] = []
    private var hasNulls = false

    init(type: DataType) {
      values = Column.Values(emptyOf: type)
    }

    var column: Column { Column(values, validity: hasNulls ? validity : nil) }

    mutating func append(_ stored: Stored, _ reader: ColumnChunkReader, _ flags: [Bool]?, _ rows: Int) {
      count += rows
      if let flags {
        hasNulls = true
        validity.append(contentsOf: flags)
      } else {
        validity.append(contentsOf: repeatElement(true, count: rows))
      }
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
      case (.long(var list), .int64(let new)):
        list.append(contentsOf: spread(new, flags, 0))
        values = .long(list)
      case (.timestamp(var list), .int64(let new)):
        list.append(contentsOf: spread(reader.microseconds(new), flags, 0))
        values = .timestamp(list)
      case (.double(var list), .doubles(let new)):
        list.append(contentsOf: spread(new, flags, 0))
        values = .double(list)
      case (.double(var list), .floats(let new)):
        list.append(contentsOf: spread(new.map(Double.init), flags, 0))
        values = .double(list)
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
  }

  private func microseconds(_ times: [Int64]) -> [Int64] {
    switch column.conversion {
    case .none: times
    case .milliseconds: times.map { $0.multipliedReportingOverflow(by: 1_000).partialValue }
    case .nanoseconds: times.map { $0 / 1_000 - ($0 % 1_000 < 0 ? 1 : 0) }
    }
  }
}
