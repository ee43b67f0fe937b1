import CivilTime
import DurableFiles

/// A file of a partition: frames end to end, named by the first one's offset.
struct Segment: Sendable {
  let file: OpenFile
  /// The offset in the file's name.
  let baseOffset: Int64

  /// What a segment holds at a position.
  enum Found {
    /// A frame whose content is not checked.
    case frame(Frame.Header)
    /// The file ends here.
    case end
    /// An incomplete frame: it is being written, torn, or damaged; see ``isTorn(at:)``.
    case broken
  }

  /// - Throws: `FileError`; ``FileError/isLink`` if the file is a link: other files are not written to.
  init(partitionFolder: String, baseOffset: Int64, for purpose: OpenFile.Purpose = .reading) throws(FileError) {
    file = try OpenFile(partitionFolder + "/" + Self.name(baseOffset), for: purpose, followingLink: false)
    self.baseOffset = baseOffset
  }

  static func name(_ baseOffset: Int64) -> String {
    let digits = String(baseOffset)
    return String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".log"
  }

  /// The base offsets of a partition's segments, ascending.
  ///
  /// - Throws: `FileError`, also if the folder is missing or a link.
  static func baseOffsets(in partitionFolder: String) throws(FileError) -> [Int64] {
    let bases = try DurableFiles.names(in: partitionFolder, followingLink: false).compactMap { name in
      name.utf8.count == 24 && name.hasSuffix(".log") ? Int64(name.prefix(20)) : nil
    }
    // A hub's folders are created before hub.json.
    if bases.isEmpty { _ = try DurableFiles.status(of: partitionFolder) }
    return bases
  }

  /// The header of the frame at a position. Checks its length against the file's, but not its content.
  func header(at position: Int) throws(FileError) -> Found {
    let length = try file.length()
    if position == length { return .end }
    let bytes = try file.read(at: position, count: Frame.headerLength)
    guard bytes.count == Frame.headerLength, let header = Frame.Header(bytes), position + header.length <= length else {
      return .broken
    }
    return .frame(header)
  }

  /// The whole frame at a position; nil if a checksum does not match.
  func frame(at position: Int, header: Frame.Header) throws(FileError) -> [UInt8]? {
    let bytes = try file.read(at: position, count: header.length)
    return Frame.isWhole(bytes, header: header) ? bytes : nil
  }

  /// Whether an incomplete frame at a position of the last segment was torn by a crash, or is being written.
  func isTorn(at position: Int) throws(FileError) -> Bool {
    let length = try file.length()
    let rest = try file.read(at: position, count: max(0, length - position))
    // A changing length shows that it is being written.
    guard rest.count == length - position, try file.length() == length else { return true }
    return Frame.isTorn(rest, at: position)
  }

  /// When the first and the last event were enqueued, UTC; nil if there is none, or the file is damaged at its beginning. Reads
  /// headers only.
  func enqueued() throws(FileError) -> ClosedRange<Timestamp>? {
    var (position, range): (Int, ClosedRange<Timestamp>?) = (0, nil)
    while case .frame(let header) = try header(at: position) {
      let time = header.enqueuedTime
      range = (range?.lowerBound ?? time)...max(range?.upperBound ?? time, time)
      position += header.length
    }
    return range
  }

  /// The offset after the last frame that was enqueued before a time, and where the frames end. Reads headers only.
  ///
  /// - Parameters:
  ///   - isLast: whether the log ends with this segment, so that the end may be torn.
  ///   - location: where to begin (default: the segment's beginning)
  /// - Returns: `before` is nil if all frames were enqueued at that time or later.
  /// - Throws: ``HubError/corrupt(path:byte:)``.
  func search(
    before time: Timestamp = .init(microseconds: .min), isLast: Bool, from location: LogLocation? = nil
  ) throws(HubError) -> (before: Int64?, end: LogLocation) {
    do {
      var (before, location) = (Int64?.none, location ?? LogLocation(start: self))
      while true {
        switch try header(at: location.position) {
        case .end: return (before, location)
        case .broken:
          guard isLast, try isTorn(at: location.position) else {
            throw HubError.corrupt(path: file.path, byte: location.position)
          }
          return (before, location)
        case .frame(let header):
          // The last frame's content may be incomplete; readers check the others.
          if isLast, location.position + header.length == (try file.length()),
            try frame(at: location.position, header: header) == nil
          {
            guard try isTorn(at: location.position) else {
              throw HubError.corrupt(path: file.path, byte: location.position)
            }
            return (before, location)
          }
          try location.pass(header, of: self)
          if header.enqueuedTime < time { before = location.offset }
        }
      }
    } catch {
      throw HubError.of(error)
    }
  }

  /// Where the whole frames end, and the last one's header. Reads every frame.
  func wholeFrames() throws(FileError) -> (end: Int, last: Frame.Header?) {
    var (position, last): (Int, Frame.Header?) = (0, nil)
    while case .frame(let header) = try header(at: position), try frame(at: position, header: header) != nil,
      header.baseOffset == last?.nextOffset ?? baseOffset
    {
      (position, last) = (position + header.length, header)
    }
    return (position, last)
  }
}
