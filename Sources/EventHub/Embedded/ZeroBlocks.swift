/// Blocks of zeros: what a loss of power leaves in the place of bytes that never reached the disk, once the file's length did.
enum ZeroBlocks {
  /// What disks write at once, at least; file systems write multiples of it.
  static let sector = 512

  /// Whether a sector of zeros may lie in the bytes, wherever in a file they will come to stand.
  static func mayLie(in bytes: UnsafeRawBufferPointer) -> Bool {
    // A run of zeros as long as a sector covers a whole piece of half its length.
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

  /// Whether one of the sectors over which the bytes lie holds only zeros of them.
  ///
  /// - Parameter position: of the first byte in its file.
  static func lie(in bytes: ArraySlice<UInt8>, at position: Int) -> Bool {
    var rest = bytes
    var place = position
    while !rest.isEmpty {
      let piece = rest.prefix(sector - place % sector)
      if piece.allSatisfy({ $0 == 0 }) { return true }
      rest = rest.dropFirst(piece.count)
      place += piece.count
    }
    return false
  }
}
