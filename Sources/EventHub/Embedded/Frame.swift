import CivilTime
import DurableFiles

/// One batch as it lies in a segment, little-endian:
///
///     0       4       8        12      16           24             32     36          40       44        44 + n
///     "GSF2"  CRC-32C payload  events  base offset  enqueued (µs)  flags  body bytes  CRC-32C  payload…  "2FSG" CRC-32C
///             of 8…44 bytes n                                                         of the             of the
///                                                                                     payload            payload
///
/// The header has its own checksum, so that its length can be trusted if the payload is incomplete; the trailer shows that the end
/// was written. The payload holds the length of each body, then the bodies end to end, so that a reader passes them on as one
/// range, then keys and properties if the flags say so. Readers accept a frame whole or not at all.
///
/// Earlier versions wrote "GSF1": one checksum at byte 4 of all bytes from 8 on, the payload at byte 40, no trailer.
struct Frame {
  /// In bytes. Headers of both versions end within it, and every frame is longer.
  static let headerLength = 44
  /// In bytes. A larger length is damage, since larger frames are never written.
  static let maximalPayload = 1 << 30

  enum Version: Hashable {
    case first, second

    var headerLength: Int { self == .first ? 40 : Frame.headerLength }
    var trailerLength: Int { self == .first ? 0 : 8 }
  }

  /// The fields before the payload.
  struct Header: Hashable {
    let version: Version
    /// Covers the header; in the first version, the payload as well.
    let checksum: UInt32
    /// In the first version, `checksum`.
    let payloadChecksum: UInt32
    let payloadLength: Int
    let count: Int
    let baseOffset: Int64
    let enqueuedTime: Timestamp
    let flags: UInt32
    let bodyBytes: Int

    var length: Int { version.headerLength + payloadLength + version.trailerLength }
    var nextOffset: Int64 { baseOffset &+ Int64(count) }

    /// A mark of the frame's content: other content at the same offset has another mark.
    var mark: String { "\(baseOffset)-" + String(checksum, radix: 16) }

    /// Nil if the bytes are not a header, or its checksum does not match.
    init?(_ bytes: some Collection<UInt8>) {
      var reader = ByteReader(bytes)
      guard let magic = reader.take(4), let checksum = reader.uint32() else { return nil }
      if magic.elementsEqual(Frame.magic) {
        let covered = bytes.dropFirst(8).prefix(Frame.headerLength - 8)
        guard covered.count == Frame.headerLength - 8, Frame.checksum(covered) == checksum else { return nil }
        version = .second
      } else if magic.elementsEqual(Frame.firstMagic) {
        version = .first
      } else {
        return nil
      }
      guard let payloadLength = reader.uint32(), let count = reader.uint32(), let baseOffset = reader.int64(),
        let enqueued = reader.int64(), let flags = reader.uint32(), let bodyBytes = reader.uint32(),
        let payloadChecksum = version == .first ? checksum : reader.uint32(),
        payloadLength <= Frame.maximalPayload, count > 0, baseOffset >= 0,
        UInt64(count) * 4 + UInt64(bodyBytes) <= UInt64(payloadLength)
      else { return nil }
      self.checksum = checksum
      self.payloadChecksum = payloadChecksum
      self.payloadLength = Int(payloadLength)
      self.count = Int(count)
      self.baseOffset = baseOffset
      self.enqueuedTime = Timestamp(microseconds: enqueued)
      self.flags = flags
      self.bodyBytes = Int(bodyBytes)
    }
  }

  private static let magic = Array("GSF2".utf8)
  private static let firstMagic = Array("GSF1".utf8)
  private static let trailerMagic = Array("2FSG".utf8)
  static let keysFlag: UInt32 = 1
  static let propertiesFlag: UInt32 = 2
  /// The payload may hold a block of zeros, so such a block does not prove a lost write.
  static let zerosFlag: UInt32 = 4

  /// The bytes of a frame.
  ///
  /// - Precondition: the batch is not empty.
  static func encode(_ batch: EventBatch, baseOffset: Int64, enqueuedTime: Timestamp) throws(HubError) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(headerLength + 4 * batch.count + batch.bodies.count + 8)
    frame.append(contentsOf: repeatElement(0, count: headerLength))
    var start = 0
    for end in batch.ends {
      frame.appendInteger(UInt32(truncatingIfNeeded: end - start))
      start = end
    }
    frame.append(contentsOf: batch.bodies)
    if !batch.keys.isEmpty {
      for key in batch.keys { frame.appendInteger(UInt32(truncatingIfNeeded: (key?.count ?? -1) + 1)) }
      for key in batch.keys { frame.append(contentsOf: key ?? []) }
    }
    for properties in batch.properties {
      frame.appendInteger(UInt32(truncatingIfNeeded: properties.count))
      for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
        frame.appendText(name)
        frame.appendText(value)
      }
    }
    let length = frame.count - headerLength
    guard length <= maximalPayload else { throw .eventTooLarge(bytes: length, limit: maximalPayload) }
    let (payloadChecksum, hasZeros) = frame.withUnsafeBytes { buffer in
      let payload = UnsafeRawBufferPointer(rebasing: buffer[headerLength...])
      return (CRC32.castagnoli.checksum(payload), ZeroBlocks.mayLie(in: payload))
    }
    var header: [UInt8] = []
    header.appendInteger(UInt32(length))
    header.appendInteger(UInt32(batch.count))
    header.appendInteger(UInt64(bitPattern: baseOffset))
    header.appendInteger(UInt64(bitPattern: enqueuedTime.microseconds))
    header.appendInteger(
      (batch.keys.isEmpty ? 0 : keysFlag) | (batch.properties.isEmpty ? 0 : propertiesFlag)
        | (hasZeros ? zerosFlag : 0))
    header.appendInteger(UInt32(batch.bodies.count))
    header.appendInteger(payloadChecksum)
    var beginning = magic
    beginning.appendInteger(checksum(header))
    frame.replaceSubrange(0..<headerLength, with: beginning + header)
    frame.append(contentsOf: trailerMagic)
    frame.appendInteger(payloadChecksum)
    return frame
  }

  /// Whether the bytes are the whole frame that the header announces, undamaged.
  static func isWhole(_ bytes: [UInt8], header: Header) -> Bool {
    guard bytes.count == header.length else { return false }
    switch header.version {
    case .first: return checksum(bytes[8...]) == header.checksum
    case .second:
      var trailer = ByteReader(bytes.suffix(8))
      return checksum(bytes[headerLength..<headerLength + header.payloadLength]) == header.payloadChecksum
        && trailer.take(4)?.elementsEqual(trailerMagic) == true && trailer.uint32() == header.payloadChecksum
    }
  }

  /// Whether the bytes would be a whole frame with another length in their header: the first version's header has no checksum that
  /// would show the damage.
  static func isWholeButForLength(_ bytes: [UInt8], version: Version) -> Bool {
    guard version == .first, bytes.count >= headerLength else { return false }
    var mended = bytes
    var length: [UInt8] = []
    length.appendInteger(UInt32(truncatingIfNeeded: bytes.count - version.headerLength))
    mended.replaceSubrange(8..<12, with: length)
    return Header(mended).map { isWhole(mended, header: $0) } ?? false
  }

  private static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
    bytes.withContiguousStorageIfAvailable { CRC32.castagnoli.checksum(UnsafeRawBufferPointer($0)) }
      ?? Array(bytes).withUnsafeBytes { CRC32.castagnoli.checksum($0) }
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
