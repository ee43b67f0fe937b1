import CSnappy
import CZstd

/// How a file's pages are compressed.
package enum ParquetCodec: Int32, Hashable, Sendable, CaseIterable {
  case uncompressed = 0
  /// Fast, and what every other tool expects by default.
  case snappy = 1
  /// What old tools write; slower than the others.
  case gzip = 2
  /// Smaller, at level 3
  case zstd = 6

  /// The names of the codecs that Parquet knows, by number.
  static let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]
}

// With GzipPage the only file that speaks to the C libraries; their pointers live no longer than a call.
extension ParquetCodec {
  func compress(_ content: [UInt8]) -> [UInt8] {
    switch self {
    case .uncompressed: content
    case .snappy:
      [UInt8](unsafeUninitializedCapacity: snappy_max_compressed_length(content.count)) { target, count in
        count = target.count
        content.withUnsafeBytes { source in
          _ = snappy_compress(
            source.bindMemory(to: CChar.self).baseAddress, source.count,
            UnsafeMutableRawBufferPointer(target).bindMemory(to: CChar.self).baseAddress, &count)
        }
      }
    case .gzip: GzipPage.compress(content)
    case .zstd:
      [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(content.count)) { target, count in
        count = content.withUnsafeBytes { source in
          ZSTD_compress(target.baseAddress, target.count, source.baseAddress, source.count, 3)
        }
      }
    }
  }

  /// - Precondition: `range` lies within `bytes`.
  /// - Throws: a fault unless the content has exactly `size` bytes.
  func decompress(_ bytes: [UInt8], in range: Range<Int>, size: Int) throws(Fault) -> [UInt8] {
    // Some writers leave out even the few bytes in which a codec says that there is nothing.
    if range.isEmpty, size == 0 { return [] }
    if self == .uncompressed {
      guard range.count == size else {
        throw .damaged("a page of \(range.count) bytes that claims \(size)", at: range.lowerBound)
      }
      return Array(bytes[range])
    }
    var isWhole = false
    let content = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      bytes.withUnsafeBytes { all in
        let source = UnsafeRawBufferPointer(rebasing: all[range])
        switch self {
        case .uncompressed: break
        case .snappy:
          let text = source.bindMemory(to: CChar.self).baseAddress
          var length = 0
          guard snappy_uncompressed_length(text, source.count, &length) == SNAPPY_OK, length == size else { return }
          isWhole =
            snappy_uncompress(
              text, source.count, UnsafeMutableRawBufferPointer(target).bindMemory(to: CChar.self).baseAddress, &length)
            == SNAPPY_OK
        case .gzip: isWhole = GzipPage.decompress(source, to: target)
        case .zstd:
          isWhole = ZSTD_decompress(target.baseAddress, target.count, source.baseAddress, source.count) == size
        }
      }
      count = isWhole ? size : 0
    }
    guard isWhole else {
      throw .damaged("a page whose \(self) content does not unpack to \(size) bytes", at: range.lowerBound)
    }
    return content
  }
}
