/// Reads Thrift's compact protocol from bytes that may hold anything.
struct CompactReader {
  private let bytes: [UInt8]
  private let end: Int
  private(set) var position: Int
  /// The file offset of the first byte, for errors.
  private let base: Int

  /// Parquet's own metadata is at most 7 levels deep.
  private static let maximalDepth = 32

  /// - Precondition: `range` lies within `bytes`.
  init(_ bytes: [UInt8], in range: Range<Int>, base: Int = 0) {
    self.base = base
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func structure() throws(Fault) -> ThriftValue {
    try structure(depth: 1)
  }

  private mutating func structure(depth: Int) throws(Fault) -> ThriftValue {
    guard depth <= Self.maximalDepth else {
      throw .damaged("metadata nested more than \(Self.maximalDepth) levels deep", at: base + position)
    }
    var fields: [Int16: ThriftValue] = [:]
    var last: Int16 = 0
    while true {
      let header = try byte()
      if header == 0 { return .structure(fields) }
      let delta = Int16(header >> 4)
      let id = delta == 0 ? Int16(truncatingIfNeeded: try zigzag()) : last &+ delta
      switch header & 0x0F {
      case 1: fields[id] = .boolean(true)
      case 2: fields[id] = .boolean(false)
      case let type: fields[id] = try value(ofType: type, depth: depth)
      }
      last = id
    }
  }

  private mutating func value(ofType type: UInt8, depth: Int) throws(Fault) -> ThriftValue {
    switch type {
    case 1, 2: return .boolean(try byte() == 1)
    case 3: return .int8(Int8(bitPattern: try byte()))
    case 4: return .int16(try number())
    case 5: return .int32(try number())
    case 6: return .int64(try zigzag())
    case 7:
      var bits: UInt64 = 0
      for shift in 0..<8 { bits |= UInt64(try byte()) << UInt64(8 * shift) }
      return .double(Double(bitPattern: bits))
    case 8:
      let count = try size("a text")
      defer { position += count }
      return .binary(Array(bytes[position..<position + count]))
    case 9, 10: return try list(depth: depth + 1)
    case 11: return try map(depth: depth + 1)
    case 12: return try structure(depth: depth + 1)
    default: throw .damaged("metadata of the unknown type \(type)", at: base + position)
    }
  }

  private mutating func list(depth: Int) throws(Fault) -> ThriftValue {
    guard depth <= Self.maximalDepth else {
      throw .damaged("metadata nested more than \(Self.maximalDepth) levels deep", at: base + position)
    }
    let header = try byte()
    let count = header >> 4 == 15 ? try size("a list") : Int(header >> 4)
    var elements: [ThriftValue] = []
    for _ in 0..<count { elements.append(try value(ofType: header & 0x0F, depth: depth)) }
    return .list(elements)
  }

  /// Parquet has no maps; one in a later version is skipped as alternating keys and values.
  private mutating func map(depth: Int) throws(Fault) -> ThriftValue {
    guard depth <= Self.maximalDepth else {
      throw .damaged("metadata nested more than \(Self.maximalDepth) levels deep", at: base + position)
    }
    let count = try size("a map")
    guard count > 0 else { return .list([]) }
    let types = try byte()
    var elements: [ThriftValue] = []
    for _ in 0..<count {
      elements.append(try value(ofType: types >> 4, depth: depth))
      elements.append(try value(ofType: types & 0x0F, depth: depth))
    }
    return .list(elements)
  }

  /// A count of elements of at least one byte each.
  private mutating func size(_ what: String) throws(Fault) -> Int {
    let start = position
    let count = try varint()
    guard count <= UInt64(end - position) else {
      throw .damaged("\(what) of \(count) where \(end - position) bytes are left", at: base + start)
    }
    return Int(count)
  }

  private mutating func number<Number: FixedWidthInteger>() throws(Fault) -> Number {
    let start = position
    let wide = try zigzag()
    guard let number = Number(exactly: wide) else {
      throw .damaged("the number \(wide) does not fit \(Number.bitWidth) bits", at: base + start)
    }
    return number
  }

  private mutating func zigzag() throws(Fault) -> Int64 {
    let raw = try varint()
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  private mutating func varint() throws(Fault) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      result |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return result }
    }
    throw .damaged("a number of more than ten bytes", at: base + position)
  }

  private mutating func byte() throws(Fault) -> UInt8 {
    guard position < end else { throw .damaged("the metadata ends in the middle", at: base + position) }
    defer { position += 1 }
    return bytes[position]
  }
}
