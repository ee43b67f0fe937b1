import CivilTime
import DurableFiles

/// A file of a partition: frames one behind the other, named by the first one's offset.
struct Segment: Sendable {
  let file: OpenFile
  /// The offset in the file's name.
  let baseOffset: Int64

  /// What stands at a place of a segment.
  enum Found {
    case frame(Frame.Header)
    /// The file ends here.
    case end
    /// Neither a whole frame nor the end: a frame that is being written, was torn, or is damaged.
    case broken
  }

  init(partitionFolder: String, baseOffset: Int64, for purpose: OpenFile.Purpose = .reading) throws(FileError) {
    file = try OpenFile(partitionFolder + "/" + Self.name(baseOffset), for: purpose)
    self.baseOffset = baseOffset
  }

  static func name(_ baseOffset: Int64) -> String {
    let digits = String(baseOffset)
    return String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".log"
  }

  /// The base offsets of a partition's segments, ascending.
  static func baseOffsets(in partitionFolder: String) throws(FileError) -> [Int64] {
    try DurableFiles.names(in: partitionFolder).compactMap { name in
      name.count == 24 && name.hasSuffix(".log") ? Int64(name.prefix(20)) : nil
    }
  }

  /// A partition's segments, ascending; those that are removed meanwhile are left out.
  static func all(in partitionFolder: String) throws(FileError) -> [Segment] {
    var segments: [Segment] = []
    for base in try baseOffsets(in: partitionFolder) {
      do { segments.append(try Segment(partitionFolder: partitionFolder, baseOffset: base)) } catch {
        guard error.isMissing else { throw error }
      }
    }
    return segments
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

  /// When the last event was taken; nil where there is none. Looks at headers alone.
  func lastEnqueued() throws(FileError) -> Timestamp? {
    var (position, last): (Int, Timestamp?) = (0, nil)
    while case .frame(let header) = try header(at: position) {
      (position, last) = (position + header.length, header.enqueuedTime)
    }
    return last
  }

  /// When the first event was taken; nil where there is none.
  func firstEnqueued() throws(FileError) -> Timestamp? {
    if case .frame(let header) = try header(at: 0) { header.enqueuedTime } else { nil }
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

  /// Whether a whole frame begins anywhere behind a place: then what stands at the place is damage, not a torn tail.
  func hasWholeFrame(behind position: Int) throws(FileError) -> Bool {
    let rest = try file.read(at: position, count: try file.length() - position)
    guard rest.count > Frame.headerLength else { return false }
    for start in 1..<rest.count - Frame.headerLength where rest[start] == UInt8(ascii: "G") {
      let headerBytes = rest[start..<start + Frame.headerLength]
      if let header = Frame.Header(headerBytes), start + header.length <= rest.count,
        Frame.isWhole(Array(rest[start..<start + header.length]), header: header)
      {
        return true
      }
    }
    return false
  }
}
