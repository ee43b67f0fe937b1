import Columnar

/// Values end to end, numbers little-endian (Parquet's encoding PLAIN). This file holds the hot loops: arrays are copied whole
/// if the machine is little-endian, as every machine that Swift runs on.
enum PlainEncoding {
  // MARK: Writing

  /// Appends the values of rows that are not null.
  static func append(_ column: Column, rows: Range<Int>, to bytes: inout [UInt8]) {
    let validity = column.validity
    switch column.values {
    case .boolean(let values): bytes.appendBits(rows.lazy.filter { validity?[$0] ?? true }.map { values[$0] })
    case .integer(let values), .date(let values): append(values, rows: rows, validity: validity, to: &bytes)
    case .long(let values), .timestamp(let values): append(values, rows: rows, validity: validity, to: &bytes)
    case .double(let values): append(values, rows: rows, validity: validity, to: &bytes)
    case .decimal(let values, let precision, _):
      // The narrowest storage that holds all digits, as chosen by `PhysicalColumn`.
      if precision <= 9 {
        append(values.map { Int32(truncatingIfNeeded: $0) }, rows: rows, validity: validity, to: &bytes)
      } else if precision <= 18 {
        append(values.map { Int64(truncatingIfNeeded: $0) }, rows: rows, validity: validity, to: &bytes)
      } else {
        append(values.map(\.bigEndian), rows: rows, validity: validity, to: &bytes)
      }
    case .string(let texts):
      for row in rows where validity?[row] ?? true {
        let range = texts.range(row)
        append([Int32(truncatingIfNeeded: range.count)], rows: 0..<1, validity: nil, to: &bytes)
        bytes.append(contentsOf: texts.bytes[range])
      }
    }
  }

  private static func append<Number: BitwiseCopyable>(
    _ values: [Number], rows: Range<Int>, validity: [Bool]?, to bytes: inout [UInt8]
  ) {
    if let validity, validity[rows].contains(false) {
      let kept = rows.filter { validity[$0] }.map { values[$0] }
      kept.withUnsafeBytes { bytes.append(contentsOf: $0) }
    } else {
      values[rows].withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
  }

  // MARK: Reading

  /// Numbers of a fixed width.
  ///
  /// - Throws: a fault if there are too few bytes.
  static func numbers<Number: BitwiseCopyable>(
    _ bytes: [UInt8], in range: Range<Int>, count: Int, zero: Number
  ) throws(Fault) -> [Number] {
    let width = MemoryLayout<Number>.size
    guard count <= range.count / width else {
      throw .damaged("a page of \(range.count) bytes that claims \(count) values", at: range.lowerBound)
    }
    return bytes.withUnsafeBytes { buffer in
      [Number](unsafeUninitializedCapacity: count) { target, filled in
        let source = UnsafeRawBufferPointer(rebasing: buffer[range.lowerBound..<range.lowerBound + count * width])
        UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        filled = count
      }
    }
  }

  /// Bits, the first in the lowest bit of the first byte.
  static func booleans(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> [Bool] {
    guard (count + 7) / 8 <= range.count else {
      throw .damaged("a page of \(range.count) bytes that claims \(count) flags", at: range.lowerBound)
    }
    return (0..<count).map { bytes[range.lowerBound + $0 / 8] >> UInt8($0 % 8) & 1 == 1 }
  }

  /// Texts, each after its length.
  static func texts(_ bytes: [UInt8], in range: Range<Int>, count: Int) throws(Fault) -> StringValues {
    var texts = StringValues()
    texts.reserve(values: min(count, range.count / 4), bytes: range.count)
    var position = range.lowerBound
    for _ in 0..<count {
      let header = min(position + 4, range.upperBound)
      let length = Int(try numbers(bytes, in: position..<header, count: 1, zero: UInt32(0))[0])
      guard length <= range.upperBound - header else { throw .damaged("a text of \(length) bytes", at: position) }
      texts.append(bytes[header..<header + length])
      position = header + length
    }
    return texts
  }
}
