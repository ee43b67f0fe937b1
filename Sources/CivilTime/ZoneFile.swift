/// The content of a compiled zone (RFC 8536).
struct ZoneFile {
  /// Seconds since 1970, ascending.
  private(set) var transitions: [Int64] = []
  /// Seconds east of Greenwich, one more than the transitions: the first holds before them.
  private(set) var offsets: [Int64] = []
  /// The rule after the last transition; nil if the file has none: the last offset stays.
  private(set) var rule: ZoneRule?

  /// Larger than any zone.
  private static let maximalSize = 1 << 20

  /// - Returns: nil for anything else, and for a file that counts leap seconds.
  init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.maximalSize, let first = Header(bytes, at: 0) else { return nil }
    guard first.version >= 2 else {
      guard read(bytes, first, timeSize: 4) != nil else { return nil }
      return
    }
    // The first block is for readers that know 32 bits only.
    guard let second = Header(bytes, at: first.start + first.size(timeSize: 4)),
      let end = read(bytes, second, timeSize: 8), end < bytes.count, bytes[end] == 0x0A,
      let close = bytes[(end + 1)...].firstIndex(of: 0x0A)
    else { return nil }
    let footer = bytes[(end + 1)..<close]
    if !footer.isEmpty {
      guard let rule = ZoneRule(footer) else { return nil }
      self.rule = rule
    }
  }

  /// The counts in front of a block.
  private struct Header {
    let version: Int
    let times: Int
    let types: Int
    let rest: Int
    let leaps: Int
    /// Bytes of the block.
    let start: Int

    init?(_ bytes: [UInt8], at place: Int) {
      guard place >= 0, bytes.count - place >= 44, bytes[place..<place + 4].elementsEqual("TZif".utf8) else {
        return nil
      }
      func count(_ number: Int) -> Int {
        bytes[(place + 20 + number * 4)..<(place + 24 + number * 4)].reduce(0) { $0 << 8 | Int($1) }
      }
      // '2', '3', '4', or a zero for the first version.
      version = Int(bytes[place + 4] & 0x0F)
      (leaps, times, types) = (count(2), count(3), count(4))
      // Names and flags, which nothing here needs.
      rest = count(5) + count(1) + count(0)
      start = place + 44
      guard types > 0 else { return nil }
    }

    func size(timeSize: Int) -> Int { times * (timeSize + 1) + types * 6 + rest + leaps * (timeSize + 4) }
  }

  /// Reads a block; returns its end.
  private mutating func read(_ bytes: [UInt8], _ header: Header, timeSize: Int) -> Int? {
    let size = header.size(timeSize: timeSize)
    guard header.leaps == 0, size <= bytes.count - header.start else { return nil }
    func number(at place: Int, size: Int) -> Int64 {
      let bits = bytes[place..<place + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return size == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits)
    }
    let kinds = header.start + header.times * timeSize
    let types = kinds + header.times
    func offset(_ type: Int) -> Int64? {
      guard type < header.types, case let offset = number(at: types + type * 6, size: 4), offset.magnitude < 172_800
      else {
        return nil
      }
      return offset
    }
    guard let first = offset(0) else { return nil }
    offsets = [first]
    for index in 0..<header.times {
      let time = number(at: header.start + index * timeSize, size: timeSize)
      // Some files begin with the big bang, and times are ascending in all.
      guard let offset = offset(Int(bytes[kinds + index])), transitions.last.map({ $0 < time }) ?? true,
        time.magnitude < 1 << 60
      else { return nil }
      transitions.append(time)
      offsets.append(offset)
    }
    return header.start + size
  }
}
