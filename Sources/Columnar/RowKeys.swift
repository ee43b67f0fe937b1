import CivilTime

/// Numbers rows by the values of their key columns: rows of equal keys get the same number, in the order in which the keys
/// first appear.
///
/// An open-addressed table over keys that lie end to end, so that a row costs no allocation. As in SQL's GROUP BY, nulls are
/// one key, all NaN are one key, and zeros of both signs are.
package struct RowKeys: Hashable, Sendable {
  /// Each key as bytes.
  private var keys = StringValues()
  private var hashes: [UInt64] = []
  /// Key numbers by hash, -1 for a free slot. The count is a power of two, and at most half of the slots are taken.
  private var places: [Int32] = Array(repeating: -1, count: 16)

  package init() {}

  /// How many different keys there are.
  package var count: Int { keys.count }

  /// The number of each row's key; a new key gets the next number.
  ///
  /// - Precondition: the columns have one length.
  package mutating func numbers(of columns: [Column], rowCount: Int) -> [Int32] {
    var encoder = KeyEncoder()
    var numbers: [Int32] = []
    numbers.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      let hash = encoder.encode(columns, row)
      let place = self.place(of: encoder.bytes, hash)
      if places[place] < 0 {
        places[place] = Int32(truncatingIfNeeded: keys.count)
        numbers.append(places[place])
        keys.append(encoder.bytes)
        hashes.append(hash)
        if keys.count * 2 > places.count { grow() }
      } else {
        numbers.append(places[place])
      }
    }
    return numbers
  }

  /// The number of each row's key; -1 for a key without a number.
  package func find(_ columns: [Column], rowCount: Int) -> [Int32] {
    var encoder = KeyEncoder()
    return (0..<rowCount).map { row in
      let hash = encoder.encode(columns, row)
      return places[place(of: encoder.bytes, hash)]
    }
  }

  private func place(of key: [UInt8], _ hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[place] >= 0 {
      let number = Int(places[place])
      if hashes[number] == hash, keys.compare(number, to: key) == 0 { return place }
      place = (place + 1) & (places.count - 1)
    }
    return place
  }

  private mutating func grow() {
    places = Array(repeating: -1, count: places.count * 2)
    for (number, hash) in hashes.enumerated() {
      var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
      while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
      places[place] = Int32(truncatingIfNeeded: number)
    }
  }

  /// The values of the keys with these numbers, a row each.
  ///
  /// - Parameter types: the types of the columns that the keys were made from.
  package func rows(_ numbers: some Sequence<Int32>, types: [DataType]) -> [[Value]] {
    numbers.map { number in
      var decoder = KeyDecoder(rest: keys.bytes[keys.range(Int(number))])
      return types.map { decoder.next($0) }
    }
  }
}

/// Writes keys as bytes: for each value a mark that it is there, then the value.
private struct KeyEncoder {
  var bytes: [UInt8] = []

  /// - Returns: the key's hash (FNV-1a, 64 bits, over eight bytes at a time, then mixed).
  mutating func encode(_ columns: [Column], _ row: Int) -> UInt64 {
    bytes.removeAll(keepingCapacity: true)
    for column in columns {
      if column.validity?[row] == false {
        bytes.append(0)
        continue
      }
      bytes.append(1)
      switch column.values {
      case .boolean(let values): bytes.append(values[row] ? 1 : 0)
      case .integer(let values), .date(let values): append(UInt64(bitPattern: Int64(values[row])))
      case .long(let values), .timestamp(let values): append(UInt64(bitPattern: values[row]))
      case .double(let values):
        append(values[row].isNaN ? Double.nan.bitPattern : values[row] == 0 ? 0 : values[row].bitPattern)
      case .decimal(let values, _, _):
        append(UInt64(truncatingIfNeeded: values[row]))
        append(UInt64(truncatingIfNeeded: values[row] >> 64))
      case .string(let texts):
        let range = texts.range(row)
        append(UInt64(range.count))
        bytes.append(contentsOf: texts.bytes[range])
      }
    }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var (word, shift): (UInt64, UInt64) = (0, 0)
    for byte in bytes {
      word |= UInt64(byte) << shift
      shift += 8
      if shift == 64 {
        hash = (hash ^ word) &* 0x100_0000_01B3
        hash ^= hash >> 29
        (word, shift) = (0, 0)
      }
    }
    hash = (hash ^ word ^ UInt64(bytes.count)) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ hash >> 32
  }

  private mutating func append(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

private struct KeyDecoder {
  var rest: ArraySlice<UInt8>

  private mutating func number() -> UInt64 {
    defer { rest = rest.dropFirst(8) }
    return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func next(_ type: DataType) -> Value {
    guard rest.popFirst() == 1 else { return .null }
    switch type {
    case .boolean: return .boolean(rest.popFirst() == 1)
    case .integer, .long: return .integer(Int64(bitPattern: number()))
    case .date: return .date(CivilDate(daysSinceEpoch: Int(Int64(bitPattern: number()))))
    case .timestamp: return .timestamp(Timestamp(microseconds: Int64(bitPattern: number())))
    case .double: return .double(Double(bitPattern: number()))
    case .decimal(_, let scale):
      let low = number()
      return .decimal(DecimalNumber(digits: Int128(Int64(bitPattern: number())) << 64 | Int128(low), scale: scale))
    case .string:
      let count = Int(truncatingIfNeeded: number())
      defer { rest = rest.dropFirst(count) }
      return .string(String(decoding: rest.prefix(count), as: UTF8.self))
    }
  }
}
