/// Small numbers as runs: one value repeated, or packed groups of eight values of a few bits each
/// (Parquet's Encodings.md, "RLE/bit-packing hybrid").
enum RunLengthHybrid {
  /// Decodes numbers from `bytes`.
  ///
  /// - Parameter bitWidth: the bits of each number, 0...32.
  /// - Precondition: `range` lies within `bytes`.
  static func decode(_ bytes: [UInt8], in range: Range<Int>, bitWidth: Int, count: Int) throws(Fault) -> [UInt32] {
    guard (0...32).contains(bitWidth) else { throw .damaged("numbers of \(bitWidth) bits", at: range.lowerBound) }
    var numbers: [UInt32] = []
    numbers.reserveCapacity(min(count, 1 << 20))
    var position = range.lowerBound
    while numbers.count < count {
      let header = try runHeader(bytes, at: &position, before: range.upperBound)
      let wanted = count - numbers.count
      if header & 1 == 1 {
        // The last run may end after the last byte that it needs.
        let values = header >> 1 > UInt64(wanted) ? wanted : min(Int(header >> 1) * 8, wanted)
        guard (values * bitWidth + 7) / 8 <= range.upperBound - position else {
          throw .damaged("packed numbers end in the middle", at: position)
        }
        unpack(bytes, from: position, bitWidth: bitWidth, count: values, to: &numbers)
        let packed = header >> 1 > UInt64(range.count) ? range.count : Int(header >> 1) * bitWidth
        position += min(packed, range.upperBound - position)
        guard header >> 1 > 0 else { throw .damaged("a run without numbers", at: position) }
      } else {
        let width = (bitWidth + 7) / 8
        guard header >> 1 > 0, width <= range.upperBound - position else {
          throw .damaged("a run that holds nothing", at: position)
        }
        var value: UInt32 = 0
        for index in 0..<width { value |= UInt32(bytes[position + index]) << UInt32(8 * index) }
        position += width
        numbers.append(
          contentsOf: repeatElement(value, count: header >> 1 > UInt64(wanted) ? wanted : Int(header >> 1)))
      }
    }
    return numbers
  }

  /// Decodes flags of one bit each; nil if all are set, since a single run expresses that without an array.
  static func decodeFlags(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> [Bool]? {
    guard count > 0 else { return nil }
    var position = range.lowerBound
    let header = try runHeader(bytes, at: &position, before: range.upperBound)
    if header & 1 == 0, header >> 1 >= UInt64(count), position < range.upperBound, bytes[position] == 1 { return nil }
    let levels = try decode(bytes, in: range, bitWidth: 1, count: count)
    guard levels.allSatisfy({ $0 <= 1 }) else { throw .damaged("a level above 1", at: range.lowerBound) }
    return levels.contains(0) ? levels.map { $0 == 1 } : nil
  }

  /// Encodes flags of one bit each: a single run if they are equal, else packed.
  static func encode(_ flags: some RandomAccessCollection<Bool>) -> [UInt8] {
    var bytes: [UInt8] = []
    guard let first = flags.first else { return [] }
    if flags.allSatisfy({ $0 == first }) {
      bytes.appendVarint(UInt64(flags.count) << 1)
      bytes.append(first ? 1 : 0)
    } else {
      bytes.appendVarint(UInt64((flags.count + 7) / 8) << 1 | 1)
      bytes.appendBits(flags)
    }
    return bytes
  }

  /// Encodes numbers of `bitWidth` bits as runs of equal ones.
  static func encode(_ numbers: [UInt32], bitWidth: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var start = 0
    while start < numbers.count {
      let end = numbers[start...].firstIndex { $0 != numbers[start] } ?? numbers.count
      bytes.appendVarint(UInt64(end - start) << 1)
      for index in 0..<(bitWidth + 7) / 8 {
        bytes.append(UInt8(truncatingIfNeeded: numbers[start] >> UInt32(8 * index)))
      }
      start = end
    }
    return bytes
  }

  private static func runHeader(_ bytes: [UInt8], at position: inout Int, before end: Int) throws(Fault) -> UInt64 {
    var header: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 35, by: 7) {
      guard position < end else { throw .damaged("the runs end in the middle", at: position) }
      let byte = bytes[position]
      position += 1
      header |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return header }
    }
    throw .damaged("a run of more than 2^31 numbers", at: position)
  }

  private static func unpack(
    _ bytes: [UInt8], from start: Int, bitWidth: Int, count: Int, to numbers: inout [UInt32]
  ) {
    let mask = UInt64(1) << UInt64(bitWidth) - 1
    var (window, bits, position) = (UInt64(0), 0, start)
    for _ in 0..<count {
      while bits < bitWidth {
        window |= UInt64(bytes[position]) << UInt64(bits)
        bits += 8
        position += 1
      }
      numbers.append(UInt32(truncatingIfNeeded: window & mask))
      window >>= UInt64(bitWidth)
      bits -= bitWidth
    }
  }
}

extension [UInt8] {
  /// Packs eight flags per byte, the first in the lowest bit.
  mutating func appendBits(_ flags: some Sequence<Bool>) {
    var (byte, bit): (UInt8, UInt8) = (0, 0)
    for flag in flags {
      if flag { byte |= 1 << bit }
      bit += 1
      if bit == 8 {
        append(byte)
        (byte, bit) = (0, 0)
      }
    }
    if bit > 0 { append(byte) }
  }
}
