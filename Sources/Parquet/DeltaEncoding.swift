import Columnar

/// Differences instead of values (Parquet's Encodings.md: DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY,
/// DELTA_BYTE_ARRAY), which Spark writes in data pages of version 2. Read only.
enum DeltaEncoding {
  /// The numbers, and the position after them.
  static func numbers(
    _ bytes: [UInt8], in range: Range<Int>, count: Int
  ) throws(Fault) -> (values: [Int64], end: Int) {
    var position = range.lowerBound
    func varint() throws(Fault) -> UInt64 {
      var number: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard position < range.upperBound else { throw .damaged("packed differences end in the middle", at: position) }
        let byte = bytes[position]
        position += 1
        number |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return number }
      }
      throw .damaged("a number of more than ten bytes", at: position)
    }
    func zigzag() throws(Fault) -> Int64 {
      let raw = try varint()
      return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
    let (blockSize, miniblocks, total) = (try varint(), try varint(), try varint())
    guard total == UInt64(count), blockSize > 0, blockSize <= 1 << 20, blockSize % 128 == 0, miniblocks > 0,
      blockSize % miniblocks == 0, blockSize / miniblocks % 32 == 0
    else { throw .damaged("packed differences of another count than the page's", at: range.lowerBound) }
    var value = try zigzag()
    guard count > 0 else { return ([], position) }
    let perMiniblock = Int(blockSize / miniblocks)
    var values = [value]
    values.reserveCapacity(min(count, 1 << 20))
    while values.count < count {
      let least = try zigzag()
      guard Int(miniblocks) <= range.upperBound - position else {
        throw .damaged("packed differences end in the middle", at: position)
      }
      let widths = bytes[position..<position + Int(miniblocks)]
      position += Int(miniblocks)
      for width in widths where values.count < count {
        let size = perMiniblock / 8 * Int(width)
        guard width <= 64, size <= range.upperBound - position else {
          throw .damaged("packed differences end in the middle", at: position)
        }
        for index in 0..<min(perMiniblock, count - values.count) {
          value =
            value &+ least &+ Int64(bitPattern: bits(bytes, from: position, at: index * Int(width), width: Int(width)))
          values.append(value)
        }
        position += size
      }
    }
    return (values, position)
  }

  private static func bits(_ bytes: [UInt8], from start: Int, at bit: Int, width: Int) -> UInt64 {
    var (result, filled): (UInt64, Int) = (0, 0)
    var bit = bit
    while filled < width {
      let taken = min(8 - bit % 8, width - filled)
      let piece = UInt64(bytes[start + bit / 8] >> UInt8(bit % 8)) & (1 << UInt64(taken) - 1)
      result |= piece << UInt64(filled)
      filled += taken
      bit += taken
    }
    return result
  }

  /// Texts after the differences of their lengths.
  static func texts(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> StringValues {
    let (lengths, start) = try numbers(bytes, in: range, count: count)
    var texts = StringValues()
    var position = start
    for length in lengths {
      guard length >= 0, length <= Int64(range.upperBound - position) else {
        throw .damaged("a text of \(length) bytes", at: position)
      }
      texts.append(bytes[position..<position + Int(length)])
      position += Int(length)
    }
    return texts
  }

  /// Texts that each share a prefix with the previous one.
  static func frontCodedTexts(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> StringValues {
    let (shared, start) = try numbers(bytes, in: range, count: count)
    let endings = try texts(bytes, in: start..<range.upperBound, count: count)
    var texts = StringValues()
    // Each text may repeat the whole previous one: limits how many bytes a small damaged file can claim.
    let limit = 1 << 30
    for (index, length) in shared.enumerated() {
      let before = index == 0 ? 0..<0 : texts.range(index - 1)
      guard length >= 0, length <= Int64(before.count), texts.bytes.count < limit else {
        throw .damaged("a text that repeats \(length) bytes of the one before", at: range.lowerBound)
      }
      texts.append(
        Array(texts.bytes[before.lowerBound..<before.lowerBound + Int(length)]) + endings.bytes[endings.range(index)])
    }
    return texts
  }
}
