/// Writes Thrift's compact protocol.
struct CompactWriter {
  private(set) var bytes: [UInt8] = []

  init(_ structure: [Int16: ThriftValue]) {
    write(fields: structure)
  }

  private mutating func write(_ value: ThriftValue) {
    switch value {
    case .boolean(let flag): bytes.append(flag ? 1 : 2)
    case .int8(let number): bytes.append(UInt8(bitPattern: number))
    case .int16(let number): zigzag(Int64(number))
    case .int32(let number): zigzag(Int64(number))
    case .int64(let number): zigzag(number)
    case .double(let number):
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(8 * shift))) }
    case .binary(let content):
      bytes.appendVarint(UInt64(content.count))
      bytes += content
    case .list(let elements): write(elements)
    case .structure(let fields): write(fields: fields)
    }
  }

  private mutating func write(_ elements: [ThriftValue]) {
    let type = elements.first?.typeCode ?? ThriftValue.empty.typeCode
    if elements.count < 15 {
      bytes.append(UInt8(elements.count) << 4 | type)
    } else {
      bytes.append(0xF0 | type)
      bytes.appendVarint(UInt64(elements.count))
    }
    for element in elements { write(element) }
  }

  private mutating func write(fields: [Int16: ThriftValue]) {
    var last: Int16 = 0
    for (id, value) in fields.sorted(by: { $0.key < $1.key }) {
      if id > last, id - last <= 15 {
        bytes.append(UInt8(id - last) << 4 | value.typeCode)
      } else {
        bytes.append(value.typeCode)
        zigzag(Int64(id))
      }
      // A boolean field's value is its type.
      if value.boolean == nil { write(value) }
      last = id
    }
    bytes.append(0)
  }

  private mutating func zigzag(_ number: Int64) {
    bytes.appendVarint(UInt64(bitPattern: number << 1 ^ number >> 63))
  }
}

extension [UInt8] {
  /// Seven bits a byte, the lowest first (ULEB128).
  mutating func appendVarint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
