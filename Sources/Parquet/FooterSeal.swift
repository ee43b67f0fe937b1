import DurableFiles

/// Checksums over all bytes of the files that we write. Parquet has checksums for the content of pages only, so that a flipped
/// bit in a page's header or in the footer would stay undetected.
///
/// Each column chunk's checksum stands in its entry of the footer, in the chunk's key-value metadata. The footer's checksum
/// stands in the file's key-value metadata, and is computed with eight zeros in its place. Other readers ignore both.
enum FooterSeal {
  /// The writer's name in the footer. Files of other writers, and of `build 1`, have no seal.
  static let writer = "groundswell version 0.1.0 (build 2)"
  private static let writerWithoutSeal = "groundswell version 0.1.0 (build 1)"

  private static let key = "groundswell.crc32"
  private static let zeros = "00000000"

  /// The key and the beginning of its value, in Thrift's compact protocol.
  private static let mark: [UInt8] = [0x18, UInt8(key.utf8.count)] + Array(key.utf8) + [0x18, UInt8(zeros.utf8.count)]

  // MARK: Writing

  static let placeholder = metadata(zeros)

  /// The metadata entry of a column chunk's checksum.
  static func note(of chunk: ArraySlice<UInt8>) -> ThriftValue { metadata(digits(of: Array(chunk))) }

  /// Replaces the placeholder by a footer's checksum.
  static func seal(_ footer: inout [UInt8]) {
    guard let range = range(in: footer) else { return }
    footer.replaceSubrange(range, with: digits(of: footer).utf8)
  }

  private static func metadata(_ digits: String) -> ThriftValue {
    .list([.structure([1: .text(key), 2: .text(digits)])])
  }

  // MARK: Reading

  /// Verifies a footer's checksum.
  ///
  /// - Parameters:
  ///   - writer: the file's writer, as named in the footer.
  ///   - position: the footer's offset, for errors.
  /// - Returns: whether the file has a seal.
  static func check(_ footer: [UInt8], writer: String?, at position: Int) throws(Fault) -> Bool {
    let isOurs = writer.map { $0.hasPrefix("groundswell ") && $0 != writerWithoutSeal } ?? false
    guard isOurs || endsAsOurs(footer) else { return false }
    guard let range = range(in: footer) else { throw .damaged("a footer without its checksum", at: position) }
    var blank = footer
    blank.replaceSubrange(range, with: zeros.utf8)
    guard footer[range].elementsEqual(digits(of: blank).utf8) else {
      throw .damaged("a footer whose checksum is another", at: position)
    }
    return true
  }

  /// Verifies a column chunk's checksum.
  static func check(_ chunk: [UInt8], against metadata: ThriftValue, at position: Int) throws(Fault) {
    guard let noted = metadata[8]?.elements?.first(where: { $0[1]?.text == key })?[2]?.text,
      noted == digits(of: chunk)
    else { throw .damaged("a column chunk whose checksum is another", at: position) }
  }

  private static func digits(of bytes: [UInt8]) -> String {
    let digits = String(bytes.withUnsafeBytes { CRC32.ethernet.checksum($0) }, radix: 16)
    return String(zeros.dropFirst(digits.utf8.count)) + digits
  }

  /// Whether the bytes after the checksum name us as the writer, even if a flipped bit before them hides the name from the
  /// footer's reader. Programs that copy a file's key-value metadata write their own name after it.
  private static func endsAsOurs(_ footer: [UInt8]) -> Bool {
    guard let range = range(in: footer) else { return false }
    return footer[range.upperBound...].starts(with: [0, 0x18, UInt8(writer.utf8.count)] + Array(writer.utf8))
  }

  /// The position of the checksum's digits: the last match, since column names, which may hold anything, precede it.
  private static func range(in footer: [UInt8]) -> Range<Int>? {
    let count = mark.count + zeros.utf8.count
    guard footer.count >= count else { return nil }
    let start = (0...footer.count - count).last { start in
      footer[start] == mark[0] && footer[start..<start + mark.count].elementsEqual(mark)
    }
    return start.map { $0 + mark.count..<$0 + count }
  }
}
