import DurableFiles

/// The remains of a batch that a crash interrupted, after the last whole frame.
enum TornTail {
  /// How many copies each partition keeps: the newest ones.
  private static let kept = 8

  /// Keeps the bytes after the last whole frame in a file beside the segment, `SEGMENT.torn-BYTE`. The caller truncates the segment.
  ///
  /// - Throws: ``HubError/corrupt(path:byte:)`` if the bytes are damaged rather than torn; they are left unchanged.
  static func cut(
    _ count: Int, behind end: LogLocation, of segment: Segment, in folder: String
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
  /// Whether an incomplete frame at the end of a partition's last segment was torn by a crash, before it was acknowledged. Anything
  /// else is damage, perhaps of acknowledged events.
  ///
  /// A crash cuts a frame short, or leaves blocks of zeros in it. It never changes written bits.
  ///
  /// - Parameter position: of the first byte in the file.
  static func isTorn(_ rest: [UInt8], at position: Int) -> Bool {
    if rest.count < headerLength { return true }
    guard let header = Header(rest.prefix(headerLength)) else {
      // The payload is unknown: only the header's own sectors and the end are evidence.
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

  /// Whether a whole frame begins anywhere after the first byte.
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
