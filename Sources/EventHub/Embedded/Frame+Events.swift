extension Frame {
  /// The events of a whole frame; nil if its parts contradict each other.
  static func events(of bytes: [UInt8], header: Header) -> EventBatch? {
    var ends: [Int] = []
    ends.reserveCapacity(header.count)
    var end = 0
    let lengthsStart = header.version.headerLength
    let lengthsEnd = lengthsStart + 4 * header.count
    guard bytes.count >= lengthsEnd + header.bodyBytes else { return nil }
    bytes.withUnsafeBytes { buffer in
      for position in stride(from: lengthsStart, to: lengthsEnd, by: 4) {
        end += Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        ends.append(end)
      }
    }
    guard end == header.bodyBytes else { return nil }
    let bodies = Array(bytes[lengthsEnd..<lengthsEnd + header.bodyBytes])
    if header.flags & (keysFlag | propertiesFlag) == 0 { return EventBatch(bodies: bodies, ends: ends) }
    var reader = ByteReader(bytes[(lengthsEnd + header.bodyBytes)..<(lengthsStart + header.payloadLength)])
    guard let keys = keys(header, &reader), let properties = properties(header, &reader) else { return nil }
    var batch = EventBatch()
    for (index, end) in ends.enumerated() {
      let body = Array(bodies[(index == 0 ? 0 : ends[index - 1])..<end])
      batch.append(Event(body: body, key: keys[index], properties: properties[index]))
    }
    return batch
  }

  private static func keys(_ header: Header, _ reader: inout ByteReader<ArraySlice<UInt8>>) -> [[UInt8]?]? {
    var keys: [[UInt8]?] = Array(repeating: nil, count: header.count)
    guard header.flags & keysFlag != 0 else { return keys }
    var lengths: [UInt32] = []
    for _ in 0..<header.count {
      guard let length = reader.uint32() else { return nil }
      lengths.append(length)
    }
    for (index, length) in lengths.enumerated() where length > 0 {
      guard let key = reader.take(Int(length) - 1) else { return nil }
      keys[index] = Array(key)
    }
    return keys
  }

  private static func properties(
    _ header: Header, _ reader: inout ByteReader<ArraySlice<UInt8>>
  ) -> [[String: String]]? {
    var properties: [[String: String]] = Array(repeating: [:], count: header.count)
    guard header.flags & propertiesFlag != 0 else { return properties }
    for index in 0..<header.count {
      guard let pairs = reader.uint32() else { return nil }
      for _ in 0..<pairs {
        guard let name = reader.text(), let value = reader.text() else { return nil }
        properties[index][name] = value
      }
    }
    return properties
  }
}

/// Takes integers and ranges off the front of bytes; nil at the end.
struct ByteReader<Bytes: Collection<UInt8>> {
  private var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  mutating func take(_ count: Int) -> Bytes.SubSequence? {
    guard count >= 0, let end = rest.index(rest.startIndex, offsetBy: count, limitedBy: rest.endIndex) else {
      return nil
    }
    defer { rest = rest[end...] }
    return rest[..<end]
  }

  mutating func uint32() -> UInt32? {
    take(4).map { bytes in bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
  }

  mutating func int64() -> Int64? {
    take(8).map { Int64(bitPattern: $0.reversed().reduce(0) { $0 << 8 | UInt64($1) }) }
  }

  mutating func text() -> String? {
    uint32().flatMap { take(Int($0)) }.map { String(decoding: $0, as: UTF8.self) }
  }
}
