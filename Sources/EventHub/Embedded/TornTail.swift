import DurableFiles

/// What a crash left of a batch behind the last whole frame.
enum TornTail {
  /// So many are kept for each partition, the newest.
  private static let kept = 8

  /// Cuts off what stands behind the last whole frame, and keeps it in a file beside the segment, `SEGMENT.torn-BYTE`.
  ///
  /// - Throws: ``HubError/corrupt(path:byte:)`` where it is damage, which is left as it is.
  static func cut(
    _ count: Int, behind end: Place, of segment: Segment, in folder: String
  ) throws -> Recovery {
    let path = segment.file.path
    guard try segment.isTorn(at: end.position) else { throw HubError.corrupt(path: path, byte: end.position) }
    let copy = path + ".torn-\(end.position)"
    try DurableFiles.replace(
      copy, with: segment.file.read(at: end.position, count: count), followingLink: false)
    var copies: [(path: String, modified: Int64)] = []
    for name in try DurableFiles.names(in: folder) where name.contains(".log.torn-") {
      let path = folder + "/" + name
      if path != copy, let status = try DurableFiles.statusIfPresent(of: path, followingLink: false) {
        copies.append((path, status.modifiedNanoseconds))
      }
    }
    copies.sort { $0.modified > $1.modified }
    for old in copies.dropFirst(kept - 1) { try DurableFiles.remove(old.path) }
    return Recovery(path: path, bytes: count, nextOffset: end.offset, copy: copy)
  }
}

extension Frame {
  /// Whether bytes that end a partition's last segment, and are no whole frame, are what a crash left of one, which nobody was
  /// told of. All else was written otherwise: damage, perhaps of events that were acknowledged.
  ///
  /// A crash cuts a frame short, or leaves blocks of zeros in it. It never changes a bit of what was written.
  ///
  /// - Parameter position: of the first byte in the file.
  static func isTorn(_ rest: [UInt8], at position: Int) -> Bool {
    if rest.count < headerLength { return true }
    guard let header = Header(rest.prefix(headerLength)) else {
      // Nothing is known of the payload: only the header's own sectors and the end tell.
      let end = min(rest.count, headerLength + ZeroBlocks.sector - (position + headerLength) % ZeroBlocks.sector)
      return (ZeroBlocks.lie(in: rest[..<end], at: position) || endsInZeros(rest)) && !hasWholeFrame(behind: rest)
    }
    if header.length > rest.count { return !isWholeButForLength(rest, version: header.version) }
    // A frame is synced before the next is begun.
    if header.length < rest.count { return false }
    if endsInZeros(rest) { return true }
    return header.flags & zerosFlag == 0 && ZeroBlocks.lie(in: rest[...], at: position)
  }

  private static func endsInZeros(_ rest: [UInt8]) -> Bool { rest.suffix(8).allSatisfy { $0 == 0 } }

  /// Whether a whole frame begins anywhere behind the first byte.
  private static func hasWholeFrame(behind rest: [UInt8]) -> Bool {
    guard rest.count > headerLength else { return false }
    for start in 1..<rest.count - headerLength where rest[start] == UInt8(ascii: "G") {
      if let header = Header(rest[start..<start + headerLength]), start + header.length <= rest.count,
        isWhole(Array(rest[start..<start + header.length]), header: header)
      {
        return true
      }
    }
    return false
  }
}
