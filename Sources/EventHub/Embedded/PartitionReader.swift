import CivilTime
import DurableFiles

/// Reads a partition in the order of its offsets, also while others write it.
package struct PartitionReader: Sendable {
  package let partition: Int
  /// The offset of the event that comes next.
  package private(set) var nextOffset: Int64
  private let folder: String
  private var segment: Segment?
  /// Where the frame that holds `nextOffset` begins in the segment.
  private var position = 0

  init(hub: EmbeddedHub, partition: Int, from start: Position) throws(HubError) {
    self.partition = partition
    folder = try hub.folder(of: partition)
    let held = try hub.offsets(partition: partition)
    nextOffset = held.lowerBound
    switch start {
    case .start: break
    case .end: nextOffset = held.upperBound
    case .offset(let offset):
      guard held.contains(offset) || offset == held.upperBound else {
        throw .noSuchOffset(offset, partition: partition, held: held)
      }
      nextOffset = offset
    case .enqueued(let time):
      nextOffset = try Self.firstOffset(enqueuedAt: time, folder: folder) ?? held.upperBound
    }
  }

  /// The next events, all of one batch that was sent; nil when all that are there have been read.
  ///
  /// - Parameter maximumEvents: cuts a larger batch; the rest comes next.
  /// - Throws: ``HubError/corrupt(path:byte:)`` where the log is damaged.
  package mutating func next(maximumEvents: Int = .max) throws(HubError) -> ReceivedBatch? {
    do {
      guard let (segment, header) = try findFrame() else { return nil }
      guard let bytes = try segment.frame(at: position, header: header) else {
        // A frame that reaches the file's end may still be on its way.
        if position + header.length == (try segment.file.length()) { return nil }
        throw HubError.corrupt(path: segment.file.path, byte: position)
      }
      guard let events = Frame.events(of: bytes, header: header) else {
        throw HubError.corrupt(path: segment.file.path, byte: position)
      }
      let start = Int(nextOffset - header.baseOffset)
      let end = start + min(max(1, maximumEvents), events.count - start)
      let batch = ReceivedBatch(
        partition: partition, firstOffset: nextOffset, enqueuedTime: header.enqueuedTime,
        events: events.slice(start..<end))
      nextOffset = batch.nextOffset
      if nextOffset == header.nextOffset { position += header.length }
      return batch
    } catch {
      throw HubError.of(error)
    }
  }

  /// Whether ``next(maximumEvents:)`` has something to give, or to tell of.
  mutating func hasEvents() throws -> Bool {
    do { return try findFrame() != nil } catch HubError.noSuchOffset { return true }
  }

  /// Steps to the frame that holds the next offset.
  private mutating func findFrame() throws -> (Segment, Frame.Header)? {
    while true {
      if segment == nil {
        let bases = try Segment.baseOffsets(in: folder)
        guard let base = bases.last(where: { $0 <= nextOffset }) else {
          // What was to be read was removed meanwhile.
          guard let first = bases.first else { return nil }
          throw HubError.noSuchOffset(nextOffset, partition: partition, held: first..<max(first, bases.last ?? first))
        }
        do { segment = try Segment(partitionFolder: folder, baseOffset: base) } catch {
          // Removed since it was listed.
          if error.isMissing { continue }
          throw error
        }
        position = 0
      }
      guard let current = segment else { return nil }
      switch try current.header(at: position) {
      case .frame(let header):
        guard header.baseOffset <= nextOffset else {
          throw HubError.corrupt(path: current.file.path, byte: position)
        }
        if nextOffset < header.nextOffset { return (current, header) }
        position += header.length
      case .end:
        // The log goes on in the next file, if it does, or in a later one, if that was removed.
        guard try Segment.baseOffsets(in: folder).contains(where: { $0 > current.baseOffset }) else { return nil }
        segment = nil
      case .broken:
        let isLast = try Segment.baseOffsets(in: folder).last == current.baseOffset
        if isLast, !(try current.hasWholeFrame(behind: position)) { return nil }
        throw HubError.corrupt(path: current.file.path, byte: position)
      }
    }
  }

  private static func firstOffset(enqueuedAt time: Timestamp, folder: String) throws(HubError) -> Int64? {
    do {
      let segments = try Segment.all(in: folder)
      // Times ascend: the place is in the last segment that begins before, or at the next one's beginning.
      let first = try segments.lastIndex { segment throws(FileError) in
        try segment.firstEnqueued().map { $0 < time } ?? false
      }
      for segment in segments[(first ?? 0)...] {
        var position = 0
        while case .frame(let header) = try segment.header(at: position) {
          if header.enqueuedTime >= time { return header.baseOffset }
          position += header.length
        }
      }
      return nil
    } catch {
      throw HubError.of(error)
    }
  }
}
