import CZlib

/// A page in gzip's format (RFC 1952), through zlib.
enum GzipPage {
  /// zlib's parameter for the largest window, plus 16 for gzip's header.
  private static let windowBits: Int32 = 15 + 16

  static func compress(_ content: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else { return [] }
    defer { deflateEnd(&stream) }
    // zlib does not write to its input.
    var content = content
    return content.withUnsafeMutableBytes { source in
      [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(source.count)))) { target, count in
        stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(target.count)
        count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? target.count - Int(stream.avail_out) : 0
      }
    }
  }

  /// - Returns: whether the content fills the target exactly.
  static func decompress(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return false
    }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(clamping: source.count)
    stream.next_out = target.baseAddress
    stream.avail_out = UInt32(clamping: target.count)
    while true {
      guard inflate(&stream, Z_FINISH) == Z_STREAM_END else { return false }
      if stream.avail_in == 0 { return stream.avail_out == 0 }
      // Several members may follow each other.
      guard inflateReset(&stream) == Z_OK else { return false }
    }
  }
}
