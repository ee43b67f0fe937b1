import CivilTime
import DurableFiles

/// One batch as it lies in a segment, little-endian:
///
///     0       4       8        12      16            24             32      36           40
///     "GSF1"  CRC-32C payload  events  base offset   enqueued (µs)  flags   body bytes   payload …
///
/// The checksum covers everything from byte 8 on. The payload: the length of each body, then the bodies end to end,
/// so that a reader hands them on as one range; then keys and properties where the flags say so. A frame is taken
/// whole or not at all.
struct Frame {
  static let headerLength = 40
  /// Larger frames are never written, so a larger length is damage.
  static let maximalPayload = 1 << 30

  /// What stands before the payload.
  struct Header: Hashable {
    var checksum: UInt32
    var payloadLength: Int
    var count: Int
    var baseOffset: Int64
    var enqueuedTime: Timestamp
    var flags: UInt32
    var bodyBytes: Int

    var length: Int { Frame.headerLength + payloadLength }
    var nextOffset: Int64 { baseOffset &+ Int64(count) }

    /// Nil for bytes that are no header.
    init?(_ bytes: some Collection<UInt8>) {
      var reader = ByteReader(bytes)
      guard let mark = reader.take(4), mark.elementsEqual(Frame.magic), let checksum = reader.uint32(),
        let payloadLength = reader.uint32(), let count = reader.uint32(), let baseOffset = reader.int64(),
        let enqueued = reader.int64(), let flags = reader.uint32(), let bodyBytes = reader.uint32(),
        payloadLength <= Frame.maximalPayload, count > 0, baseOffset >= 0,
        UInt64(count) * 4 + UInt64(bodyBytes) <= UInt64(payloadLength)
      else { return nil }
      self.checksum = checksum
      self.payloadLength = Int(payloadLength)
      self.count = Int(count)
      self.baseOffset = baseOffset
      self.enqueuedTime = Timestamp(microseconds: enqueued)
      self.flags = flags
      self.bodyBytes = Int(bodyBytes)
    }
  }

  fileprivate static let magic = Array("GSF1".utf8)
  fileprivate static let keysFlag: UInt32 = 1
  fileprivate static let propertiesFlag: UInt32 = 2

  /// The bytes of a frame.
  ///
  /// - Precondition: the batch is not empty.
  static func encode(_ batch: EventBatch, baseOffset: Int64, enqueuedTime: Timestamp) throws(HubError) -> [UInt8] {
    var payload: [UInt8] = []
    payload.reserveCapacity(headerLength + 4 * batch.count + batch.bodies.count)
    payload.append(contentsOf: repeatElement(0, count: headerLength))
    var start = 0
    for end in batch.ends {
      payload.appendInteger(UInt32(truncatingIfNeeded: end - start))
      start = end
    }
    payload.append(contentsOf: batch.bodies)
    if !batch.keys.isEmpty {
      for key in batch.keys { payload.appendInteger(UInt32(truncatingIfNeeded: (key?.count ?? -1) + 1)) }
      for key in batch.keys { payload.append(contentsOf: key ?? []) }
    }
    for properties in batch.properties {
      payload.appendInteger(UInt32(truncatingIfNeeded: properties.count))
      for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
        payload.appendText(name)
        payload.appendText(value)
      }
    }
    let length = payload.count - headerLength
    guard length <= maximalPayload else { throw .eventTooLarge(bytes: length, limit: maximalPayload) }
    var header = magic
    header.appendInteger(UInt32(0))
    header.appendInteger(UInt32(length))
    header.appendInteger(UInt32(batch.count))
    header.appendInteger(UInt64(bitPattern: baseOffset))
    header.appendInteger(UInt64(bitPattern: enqueuedTime.microseconds))
    header.appendInteger((batch.keys.isEmpty ? 0 : keysFlag) | (batch.properties.isEmpty ? 0 : propertiesFlag))
    header.appendInteger(UInt32(batch.bodies.count))
    payload.replaceSubrange(0..<headerLength, with: header)
    let checksum = payload.withUnsafeBytes { CRC32.castagnoli.checksum(UnsafeRawBufferPointer(rebasing: $0[8...])) }
    payload.replaceSubrange(4..<8, with: withUnsafeBytes(of: checksum.littleEndian, Array.init))
    return payload
  }

  /// Whether the bytes are the frame that the header announces, as it was written.
  static func isWhole(_ bytes: [UInt8], header: Header) -> Bool {
    guard bytes.count == header.length else { return false }
    return bytes.withUnsafeBytes { CRC32.castagnoli.checksum(UnsafeRawBufferPointer(rebasing: $0[8...])) }
      == header.checksum
  }

  /// The events of a whole frame; nil where its parts contradict each other.
  static func events(of bytes: [UInt8], header: Header) -> EventBatch? {
    var ends: [Int] = []
    ends.reserveCapacity(header.count)
    var end = 0
    let lengthsEnd = headerLength + 4 * header.count
    guard bytes.count >= lengthsEnd + header.bodyBytes else { return nil }
    bytes.withUnsafeBytes { buffer in
      for position in stride(from: headerLength, to: lengthsEnd, by: 4) {
        end += Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
        ends.append(end)
      }
    }
    guard end == header.bodyBytes else { return nil }
    let bodies = Array(bytes[lengthsEnd..<lengthsEnd + header.bodyBytes])
    if header.flags == 0 { return EventBatch(bodies: bodies, ends: ends) }
    var reader = ByteReader(bytes[(lengthsEnd + header.bodyBytes)...])
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

/// Takes integers and ranges off the front of bytes; nil where they run out.
private struct ByteReader<Bytes: Collection<UInt8>> {
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

extension [UInt8] {
  fileprivate mutating func appendInteger(_ number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate mutating func appendText(_ text: String) {
    appendInteger(UInt32(truncatingIfNeeded: text.utf8.count))
    append(contentsOf: text.utf8)
  }
}
