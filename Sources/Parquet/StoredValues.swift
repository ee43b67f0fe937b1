import Columnar

/// Values as stored in a file, before conversion.
enum StoredValues {
  case booleans([Bool])
  case int32([Int32])
  case int64([Int64])
  case floats([Float])
  case doubles([Double])
  case texts(StringValues)
  /// Decimals.
  case wide([Int128])

  /// Reads the values of a page that are not null.
  ///
  /// - Parameter dictionary: the unpacked dictionary; nil if the page needs none.
  static func read(
    _ page: PageReader.DataPage, count: Int, column: PhysicalColumn, dictionary: StoredValues?
  ) throws(Fault) -> StoredValues {
    let (content, range) = (page.content, page.values)
    switch page.encoding {
    case 0: return try plain(content, in: range, count: count, column: column)
    // A page of nulls may hold levels only.
    case _ where count == 0:
      return try plain(content, in: range.upperBound..<range.upperBound, count: 0, column: column)
    case 2, 8:
      guard let dictionary else { throw .damaged("a page that needs a dictionary, and there is none") }
      guard let width = range.isEmpty ? nil : content[range.lowerBound] else { throw .damaged("an empty page") }
      let indices = try RunLengthHybrid.decode(
        content, in: range.lowerBound + 1..<range.upperBound, bitWidth: Int(width), count: count)
      return try dictionary.picking(indices)
    case 3 where column.storage == .boolean:
      let header = range.lowerBound..<min(range.lowerBound + 4, range.upperBound)
      let length = Int(try PlainEncoding.numbers(content, in: header, count: 1, zero: UInt32(0))[0])
      guard length <= range.upperBound - header.upperBound else { throw .damaged("flags beyond the page") }
      let runs = header.upperBound..<header.upperBound + length
      return .booleans(try RunLengthHybrid.decode(content, in: runs, bitWidth: 1, count: count).map { $0 == 1 })
    case 5 where column.storage == .int32:
      return .int32(
        try DeltaEncoding.numbers(content, in: range, count: count).values.map { Int32(truncatingIfNeeded: $0) })
    case 5 where column.storage == .int64:
      return .int64(try DeltaEncoding.numbers(content, in: range, count: count).values)
    case 6 where column.storage == .byteArray:
      return try meant(DeltaEncoding.texts(content, in: range, count: count), column)
    case 7 where column.storage == .byteArray || column.storage == .fixedBytes:
      return try meant(DeltaEncoding.frontCodedTexts(content, in: range, count: count), column)
    case 9:
      guard let width = column.fixedWidth else { throw unsupportedEncoding(page.encoding) }
      let joined = try joinedStreams(content, in: range, count: count, width: width)
      return try plain(joined, in: 0..<joined.count, count: count, column: column)
    default: throw unsupportedEncoding(page.encoding)
    }
  }

  /// Decodes BYTE_STREAM_SPLIT: all first bytes together, then all second ones, and so on.
  private static func joinedStreams(
    _ bytes: [UInt8], in range: Range<Int>, count: Int, width: Int
  ) throws(Fault) -> [UInt8] {
    guard count <= range.count / width else {
      throw .damaged("a page of \(range.count) bytes that claims \(count) values", at: range.lowerBound)
    }
    var joined = [UInt8](repeating: 0, count: count * width)
    for byte in 0..<width {
      let start = range.lowerBound + byte * count
      for index in 0..<count { joined[index * width + byte] = bytes[start + index] }
    }
    return joined
  }

  /// Bytes as texts or as decimals.
  private static func meant(_ texts: StringValues, _ column: PhysicalColumn) throws(Fault) -> StoredValues {
    guard case .decimal = column.type else { return .texts(texts) }
    var numbers: [Int128] = []
    for index in 0..<texts.count { numbers.append(try bigEndian(texts.bytes[texts.range(index)])) }
    return .wide(numbers)
  }

  static func plain(
    _ bytes: [UInt8], in range: Range<Int>, count: Int, column: PhysicalColumn
  ) throws(Fault) -> StoredValues {
    switch column.storage {
    case .boolean: return .booleans(try PlainEncoding.booleans(bytes, in: range, count: count))
    case .int32: return .int32(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .int64: return .int64(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .float: return .floats(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .double: return .doubles(try PlainEncoding.numbers(bytes, in: range, count: count, zero: 0))
    case .int96: return .int64(try julianTimes(bytes, in: range, count: count))
    case .byteArray:
      return try meant(PlainEncoding.texts(bytes, in: range, count: count), column)
    case .fixedBytes:
      guard column.width > 0, count <= range.count / column.width else {
        throw .damaged("a page of \(range.count) bytes that claims \(count) values", at: range.lowerBound)
      }
      var numbers: [Int128] = []
      numbers.reserveCapacity(count)
      for index in 0..<count {
        let start = range.lowerBound + index * column.width
        numbers.append(try bigEndian(bytes[start..<start + column.width]))
      }
      return .wide(numbers)
    }
  }

  /// A number in two's complement, big-endian.
  private static func bigEndian(_ bytes: ArraySlice<UInt8>) throws(Fault) -> Int128 {
    let sign: UInt8 = bytes.first ?? 0 >= 0x80 ? 0xFF : 0
    // Excess bytes repeat the number's sign.
    let digits = bytes.suffix(16)
    guard bytes.dropLast(16).allSatisfy({ $0 == sign }), (digits.first ?? sign) & 0x80 == sign & 0x80 else {
      throw .damaged("a DECIMAL of \(bytes.count) bytes and more than 38 digits")
    }
    return digits.reduce(sign == 0 ? 0 : -1) { $0 << 8 | Int128($1) }
  }

  /// Decodes Spark's old timestamps: nanoseconds of the day, then the Julian day; 2,440,588 is 1970-01-01.
  private static func julianTimes(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> [Int64] {
    guard count <= range.count / 12 else { throw .damaged("a page of \(count) times", at: range.lowerBound) }
    var times: [Int64] = []
    times.reserveCapacity(count)
    for index in 0..<count {
      let start = range.lowerBound + 12 * index
      let nanoseconds = try PlainEncoding.numbers(bytes, in: start..<start + 8, count: 1, zero: Int64(0))[0]
      let day = try PlainEncoding.numbers(bytes, in: start + 8..<start + 12, count: 1, zero: Int32(0))[0]
      let midnight = (Int64(day) - 2_440_588).multipliedReportingOverflow(by: 86_400_000_000)
      let time = midnight.partialValue.addingReportingOverflow(nanoseconds / 1_000)
      guard !midnight.overflow, !time.overflow else {
        throw Fault(
          position: nil,
          kind: .outOfRange(row: index, what: "the Julian day \(day) is beyond what a TIMESTAMP can hold"))
      }
      times.append(time.partialValue)
    }
    return times
  }

  /// The dictionary's values at these indices.
  private func picking(_ indices: [UInt32]) throws(Fault) -> StoredValues {
    func pick<Element>(_ values: [Element]) throws(Fault) -> [Element] {
      if let bad = indices.first(where: { $0 >= values.count }) {
        throw .damaged("the entry \(bad) of a dictionary of \(values.count)")
      }
      return indices.map { values[Int($0)] }
    }
    switch self {
    case .booleans(let values): return .booleans(try pick(values))
    case .int32(let values): return .int32(try pick(values))
    case .int64(let values): return .int64(try pick(values))
    case .floats(let values): return .floats(try pick(values))
    case .doubles(let values): return .doubles(try pick(values))
    case .wide(let values): return .wide(try pick(values))
    case .texts(let texts):
      var result = StringValues()
      let picked = try pick(Array(0..<texts.count))
      // Limits how many bytes a small damaged file can claim.
      guard picked.reduce(0, { $0 + texts.range($1).count }) <= 1 << 30 else {
        throw .damaged("a page of more than a gigabyte of texts")
      }
      for index in picked { result.append(texts.bytes[texts.range(index)]) }
      return .texts(result)
    }
  }
}
