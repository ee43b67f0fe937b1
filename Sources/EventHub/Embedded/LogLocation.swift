/// The beginning of a frame in a partition's log, or the end of the log.
struct LogLocation: Hashable, Sendable {
  /// The segment's base offset.
  let baseOffset: Int64
  /// In the segment, in bytes.
  private(set) var position: Int
  /// The next event's offset.
  private(set) var offset: Int64

  init(start segment: Segment) { self.init(baseOffset: segment.baseOffset, position: 0, offset: segment.baseOffset) }

  init(baseOffset: Int64, position: Int, offset: Int64) {
    self.baseOffset = baseOffset
    self.position = position
    self.offset = offset
  }

  /// Moves to the end of the frame that begins here.
  ///
  /// - Throws: ``HubError/corrupt(path:byte:)`` if the frame does not continue the log.
  mutating func pass(_ header: Frame.Header, of segment: Segment) throws(HubError) {
    guard header.baseOffset == offset else { throw .corrupt(path: segment.file.path, byte: position) }
    position += header.length
    offset = header.nextOffset
  }
}
