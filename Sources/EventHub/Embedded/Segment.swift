import CivilTime
import DurableFiles

/// A file of a partition: frames one behind the other, named by the first one's offset.
struct Segment: Sendable {
  let file: OpenFile
  /// The offset in the file's name.
  let baseOffset: Int64

  /// What stands at a place of a segment.
  enum Found {
    /// Its content is not checked.
    case frame(Frame.Header)
    /// The file ends here.
    case end
    /// Neither a whole frame nor the end: a frame that is being written, was torn, or is damaged; see ``isTorn(at:)``.
    case broken
  }

  /// - Throws: `FileError`; one that ``FileError/isLink`` where a link has the name, since nobody else's file is written to.
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
  /// - Throws: `FileError`, also where the folder is missing or a link.
  static func baseOffsets(in partitionFolder: String) throws(FileError) -> [Int64] {
    let bases = try DurableFiles.names(in: partitionFolder, followingLink: false).compactMap { name in
      name.utf8.count == 24 && name.hasSuffix(".log") ? Int64(name.prefix(20)) : nil
    }
    // A hub's folders are there before the hub is.
    if bases.isEmpty { _ = try DurableFiles.status(of: partitionFolder) }
    return bases
  }

  /// The header of the frame at a place, its length checked against the file's, its content not.
  func header(at position: Int) throws(FileError) -> Found {
    let length = try file.length()
    if position == length { return .end }
    let bytes = try file.read(at: position, count: Frame.headerLength)
    guard bytes.count == Frame.headerLength, let header = Frame.Header(bytes), position + header.length <= length else {
      return .broken
    }
    return .frame(header)
  }

  /// The whole frame at a place; nil where its checksum is not right.
  func frame(at position: Int, header: Frame.Header) throws(FileError) -> [UInt8]? {
    let bytes = try file.read(at: position, count: header.length)
    return Frame.isWhole(bytes, header: header) ? bytes : nil
  }

  /// Whether what begins at a place of the last segment and is no whole frame was torn by a crash, or is being written.
  func isTorn(at position: Int) throws(FileError) -> Bool {
    let length = try file.length()
    let rest = try file.read(at: position, count: max(0, length - position))
    // It is being written where the length changes meanwhile.
    guard rest.count == length - position, try file.length() == length else { return true }
    return Frame.isTorn(rest, at: position)
  }

  /// When the first and the last event were taken; nil where there is none, or where the file is damaged at its beginning. Looks at
  /// headers alone.
  func enqueued() throws(FileError) -> ClosedRange<Timestamp>? {
    var (position, range): (Int, ClosedRange<Timestamp>?) = (0, nil)
    while case .frame(let header) = try header(at: position) {
      let time = header.enqueuedTime
      range = (range?.lowerBound ?? time)...max(range?.upperBound ?? time, time)
      position += header.length
    }
    return range
  }

  /// Where the last frame ends that was taken before a time, and everything ends; looks at headers alone.
  ///
  /// - Parameters:
  ///   - isLast: whether the log ends with this segment, so that the end may be torn.
  ///   - place: where to begin.
  /// - Returns: `before` is nil where all frames were taken at that time or later.
  /// - Throws: ``HubError/corrupt(path:byte:)``.
  func search(
    before time: Timestamp = .init(microseconds: .min), isLast: Bool, from place: Place? = nil
  ) throws(HubError) -> (before: Int64?, end: Place) {
    do {
      var (before, place) = (Int64?.none, place ?? Place(start: self))
      while true {
        switch try header(at: place.position) {
        case .end: return (before, place)
        case .broken:
          guard isLast, try isTorn(at: place.position) else {
            throw HubError.corrupt(path: file.path, byte: place.position)
          }
          return (before, place)
        case .frame(let header):
          // The last frame's content may still be on its way; of the others reading tells.
          if isLast, place.position + header.length == (try file.length()),
            try frame(at: place.position, header: header) == nil
          {
            guard try isTorn(at: place.position) else {
              throw HubError.corrupt(path: file.path, byte: place.position)
            }
            return (before, place)
          }
          try place.pass(header, of: self)
          if header.enqueuedTime < time { before = place.offset }
        }
      }
    } catch {
      throw HubError.of(error)
    }
  }

  /// Where the frames end that are whole, and the last one's header; reads every frame.
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

/// A place between the frames of a segment.
struct Place: Hashable, Sendable {
  /// The segment's.
  let baseOffset: Int64
  /// In bytes.
  private(set) var position: Int
  /// The offset of the event that comes next.
  private(set) var offset: Int64

  init(start segment: Segment) { self.init(baseOffset: segment.baseOffset, position: 0, offset: segment.baseOffset) }

  init(baseOffset: Int64, position: Int, offset: Int64) {
    self.baseOffset = baseOffset
    self.position = position
    self.offset = offset
  }

  /// Goes behind the frame that stands here.
  ///
  /// - Throws: ``HubError/corrupt(path:byte:)`` where the frame belongs elsewhere.
  mutating func pass(_ header: Frame.Header, of segment: Segment) throws(HubError) {
    guard header.baseOffset == offset else { throw .corrupt(path: segment.file.path, byte: position) }
    position += header.length
    offset = header.nextOffset
  }
}
