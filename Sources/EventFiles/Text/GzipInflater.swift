import CZlib

/// Unpacks gzip (RFC 1952), member after member.
final class GzipInflater {
  struct Damage: Error {
    let reason: String
  }

  /// Allocated, since zlib keeps its address; `deinit` frees it.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Bytes to unpack, from `taken` on.
  private var packed: [UInt8] = []
  private var taken = 0
  private var isInMember = true

  /// - Parameter head: the first packed bytes.
  init(_ head: [UInt8]) throws(Damage) {
    packed = head
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 is the largest window, 16 says gzip.
    let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw Damage(reason: "zlib does not start (\(code))") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Unpacks the next bytes.
  ///
  /// - Parameter more: gives further packed bytes; none at their end.
  /// - Returns: the number of bytes unpacked; 0 at the end.
  /// - Throws: ``Damage``, and errors of `more`.
  func read(into bytes: UnsafeMutableRawBufferPointer, _ more: () throws -> [UInt8]) throws -> Int {
    while true {
      if taken == packed.count {
        (packed, taken) = (try more(), 0)
        if packed.isEmpty {
          if isInMember { throw Damage(reason: "it ends in the middle") }
          return 0
        }
      }
      if !isInMember {
        // Some writers fill the last block with zeros.
        taken = packed[taken...].firstIndex { $0 != 0 } ?? packed.count
        if taken == packed.count { continue }
        guard packed[taken] == 0x1F else { throw Damage(reason: "other bytes follow its end") }
        inflateReset(stream)
        isInMember = true
      }
      let count = try inflate(into: bytes)
      if count > 0 { return count }
    }
  }

  private func inflate(into bytes: UnsafeMutableRawBufferPointer) throws(Damage) -> Int {
    stream.pointee.next_out = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(clamping: bytes.count)
    let room = stream.pointee.avail_out
    let code = packed.withUnsafeMutableBufferPointer { packed in
      stream.pointee.next_in = packed.baseAddress?.advanced(by: taken)
      stream.pointee.avail_in = UInt32(packed.count - taken)
      return CZlib.inflate(stream, Z_NO_FLUSH)
    }
    taken = packed.count - Int(stream.pointee.avail_in)
    switch code {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isInMember = false
    default: throw Damage(reason: stream.pointee.msg.map { String(cString: $0) } ?? "zlib's code \(code)")
    }
    return Int(room - stream.pointee.avail_out)
  }
}
