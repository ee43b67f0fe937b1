/// Blocks of zeros: after a loss of power they replace bytes that never reached the disk, if the file's length did.
enum ZeroBlocks {
  /// In bytes. Disks and file systems write multiples of it.
  static let sector = 512

  /// Whether the bytes may hold a sector of zeros, at any position in a file.
  static func mayLie(in bytes: UnsafeRawBufferPointer) -> Bool {
    // A run of zeros as long as a sector covers a whole piece of half that length.
    let piece = sector / 2
    var start = 0
    while start + piece <= bytes.count {
      if bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self) == 0,
        bytes[start..<start + piece].allSatisfy({ $0 == 0 })
      {
        return true
      }
      start += piece
    }
    return false
  }

  /// Whether the part of the bytes in some sector is all zeros.
  ///
  /// - Parameter position: of the first byte in its file.
  static func lie(in bytes: ArraySlice<UInt8>, at position: Int) -> Bool {
    var rest = bytes
    var position = position
    while !rest.isEmpty {
      let piece = rest.prefix(sector - position % sector)
      if piece.allSatisfy({ $0 == 0 }) { return true }
      rest = rest.dropFirst(piece.count)
      position += piece.count
    }
    return false
  }
}
