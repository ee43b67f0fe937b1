import CivilTime
import DurableFiles

/// Reads a partition in the order of its offsets, also while it is being written.
package struct PartitionReader: Sendable {
  /// The partition, from 0.
  package let partition: Int
  /// The next event's offset.
  package private(set) var nextOffset: Int64
  private let hub: EmbeddedHub
  private let folder: String
  private var segment: Segment?
  /// Where a frame begins that holds `nextOffset` or lies before it.
  private var location = LogLocation(baseOffset: 0, position: 0, offset: 0)
  /// The segments after this one, as of the last listing.
  private var following: ArraySlice<Int64> = []

  init(hub: EmbeddedHub, partition: Int, from start: Position) throws(HubError) {
    self.hub = hub
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
      nextOffset = try Self.firstOffset(enqueuedAt: time, folder: folder) ?? held.lowerBound
    }
  }

  /// The next events, all of one batch that was sent, and durable; nil if all events have been read.
  ///
  /// - Parameter maximumEvents: splits a larger batch; the next call returns the rest.
  /// - Throws: ``HubError/corrupt(path:byte:)`` and ``HubError/missingSegment(folder:offsets:)`` if the log is damaged,
  ///   ``HubError/noSuchOffset(_:partition:held:)`` if retention deleted the events.
  package mutating func next(maximumEvents: Int = .max) throws(HubError) -> ReceivedBatch? {
    do {
      guard let (segment, header) = try findFrame() else { return nil }
      guard let bytes = try segment.frame(at: location.position, header: header) else {
        // The last frame may be incomplete: it is being written.
        if try isLast(segment), try segment.isTorn(at: location.position) { return nil }
        throw HubError.corrupt(path: segment.file.path, byte: location.position)
      }
      guard let events = Frame.events(of: bytes, header: header) else {
        throw HubError.corrupt(path: segment.file.path, byte: location.position)
      }
      var end = location
      try end.pass(header, of: segment)
      try DurableEnd.settle(end, of: segment, in: hub, partition: partition)
      let start = Int(nextOffset - header.baseOffset)
      let stop = start + min(max(1, maximumEvents), events.count - start)
      let batch = ReceivedBatch(
        partition: partition, firstOffset: nextOffset, enqueuedTime: header.enqueuedTime,
        events: events.slice(start..<stop))
      nextOffset = batch.nextOffset
      if nextOffset == header.nextOffset { location = end }
      return batch
    } catch {
      throw HubError.of(error)
    }
  }

  /// Whether ``next(maximumEvents:)`` would return events, or report a gap.
  mutating func hasEvents() throws -> Bool {
    do { return try findFrame() != nil } catch HubError.noSuchOffset { return true }
  }

  /// Whether the frame that holds an offset can be reached from here: reading only goes forward.
  func precedes(_ offset: Int64) -> Bool { segment != nil && location.offset <= offset }

  /// The mark of the frame that holds an offset; nil if the log ends before it.
  mutating func mark(of offset: Int64) throws(HubError) -> String? {
    nextOffset = offset
    do { return try findFrame()?.1.mark } catch { throw HubError.of(error) }
  }

  private func isLast(_ segment: Segment) throws -> Bool {
    try Segment.baseOffsets(in: folder).last == segment.baseOffset
  }

  /// Advances to the frame that holds the next offset; nil at the end of the log.
  private mutating func findFrame() throws -> (Segment, Frame.Header)? {
    guard var current = try segment ?? openFirst() else { return nil }
    while true {
      segment = current
      switch try current.header(at: location.position) {
      case .frame(let header):
        var end = location
        try end.pass(header, of: current)
        if nextOffset < end.offset { return (current, header) }
        location = end
      case .end:
        guard let next = try openNext(behind: current) else { return nil }
        current = next
        location = LogLocation(start: next)
      case .broken:
        guard try isLast(current), try current.isTorn(at: location.position) else {
          throw HubError.corrupt(path: current.file.path, byte: location.position)
        }
        return nil
      }
    }
  }

  /// The segment that should hold the next offset; nil if the partition never had events.
  private mutating func openFirst() throws -> Segment? {
    while true {
      let bases = try Segment.baseOffsets(in: folder)
      guard let index = bases.lastIndex(where: { $0 <= nextOffset }) else {
        guard let first = bases.first else {
          if nextOffset == 0 { return nil }
          throw HubError.noSuchOffset(nextOffset, partition: partition, held: 0..<0)
        }
        throw deleted(nextOffset, first, bases)
      }
      following = bases[(index + 1)...]
      do {
        let segment = try Segment(partitionFolder: folder, baseOffset: bases[index])
        location = LogLocation(start: segment)
        return segment
      } catch {
        // Retention deleted it since it was listed, and the next list begins after it.
        guard error.isMissing, try Segment.baseOffsets(in: folder).first != bases.first else { throw error }
      }
    }
  }

  /// Retention deleted an offset: a partition's oldest segment, of those with these base offsets, begins after it.
  private func deleted(_ offset: Int64, _ first: Int64, _ bases: [Int64]) -> HubError {
    .noSuchOffset(offset, partition: partition, held: first..<max(first, bases.last ?? first))
  }

  /// The segment after one that was read to its end; nil if there is none yet.
  private mutating func openNext(behind current: Segment) throws -> Segment? {
    if following.isEmpty { following = try Segment.baseOffsets(in: folder).drop { $0 <= current.baseOffset } }
    guard let base = following.popFirst() else { return nil }
    if base == location.offset {
      do { return try Segment(partitionFolder: folder, baseOffset: base) } catch {
        guard error.isMissing else { throw error }
      }
    } else if base < location.offset {
      throw HubError.corrupt(path: folder + "/" + Segment.name(base), byte: 0)
    }
    // Retention deletes the oldest segments first: while an older segment exists, a missing one is a loss.
    let bases = try Segment.baseOffsets(in: folder)
    if let first = bases.first, first > location.offset, try !DurableFiles.exists(current.file.path) {
      throw deleted(max(nextOffset, location.offset), first, bases)
    }
    throw HubError.missingSegment(folder: folder, offsets: location.offset..<max(base, location.offset + 1))
  }

  /// The offset after the last event that was enqueued before a time; nil if there is none. A clock that was ahead for a while thus
  /// hides no event that was sent after it was corrected.
  private static func firstOffset(enqueuedAt time: Timestamp, folder: String) throws(HubError) -> Int64? {
    do {
      let bases = try Segment.baseOffsets(in: folder)
      for (index, base) in bases.enumerated().reversed() {
        do {
          let segment = try Segment(partitionFolder: folder, baseOffset: base)
          if let found = try segment.search(before: time, isLast: index == bases.count - 1).before { return found }
        } catch let error as FileError where error.isMissing {
          // Retention deleted it since it was listed, and all earlier ones.
          return nil
        }
      }
      return nil
    } catch {
      throw HubError.of(error)
    }
  }
}
