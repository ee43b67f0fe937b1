import CSnappy
import CZstd

/// The compression of a file's pages.
package enum ParquetCodec: Int32, Hashable, Sendable, CaseIterable {
  case uncompressed = 0
  /// Fast, and the default of every other tool.
  case snappy = 1
  /// The codec of old tools; slower than the others.
  case gzip = 2
  /// Smaller, at level 3.
  case zstd = 6

  /// The codec's name, as options and table properties have it: `snappy`.
  package var name: String { "\(self)" }

  /// The codec of that name, ignoring case; nil for any other text.
  package init?(name: String) {
    guard let codec = Self.allCases.first(where: { $0.name == name.lowercased() }) else { return nil }
    self = codec
  }

  /// The names of Parquet's codecs, by number.
  static let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]
}

// Only this file and GzipPage call the C libraries; their pointers last for one call.
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
    // Some writers omit the few bytes that a codec has for empty content.
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
