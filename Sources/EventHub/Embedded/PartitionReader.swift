import CivilTime
import DurableFiles

/// Reads a partition in the order of its offsets, also while others write it.
package struct PartitionReader: Sendable {
  package let partition: Int
  /// The offset of the event that comes next.
  package private(set) var nextOffset: Int64
  private let hub: EmbeddedHub
  private let folder: String
  private var segment: Segment?
  /// Where the frame begins, in the segment, that holds `nextOffset` or comes before it.
  private var place = Place(baseOffset: 0, position: 0, offset: 0)
  /// The segments behind this one, as they were listed last.
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

  /// The next events, all of one batch that was sent; nil when all that are there have been read. What it gives back is on the
  /// disk: no loss of power takes it back.
  ///
  /// - Parameter maximumEvents: cuts a larger batch; the rest comes next.
  /// - Throws: ``HubError/corrupt(path:byte:)`` and ``HubError/missingSegment(folder:offsets:)`` where the log is damaged,
  ///   ``HubError/noSuchOffset(_:partition:held:)`` where retention removed the events.
  package mutating func next(maximumEvents: Int = .max) throws(HubError) -> ReceivedBatch? {
    do {
      guard let (segment, header) = try findFrame() else { return nil }
      guard let bytes = try segment.frame(at: place.position, header: header) else {
        // A frame at the log's end may still be on its way.
        if try isLast(segment), try segment.isTorn(at: place.position) { return nil }
        throw HubError.corrupt(path: segment.file.path, byte: place.position)
      }
      guard let events = Frame.events(of: bytes, header: header) else {
        throw HubError.corrupt(path: segment.file.path, byte: place.position)
      }
      var end = place
      try end.pass(header, of: segment)
      try DurableEnd.settle(end, of: segment, in: hub, partition: partition)
      let start = Int(nextOffset - header.baseOffset)
      let stop = start + min(max(1, maximumEvents), events.count - start)
      let batch = ReceivedBatch(
        partition: partition, firstOffset: nextOffset, enqueuedTime: header.enqueuedTime,
        events: events.slice(start..<stop))
      nextOffset = batch.nextOffset
      if nextOffset == header.nextOffset { place = end }
      return batch
    } catch {
      throw HubError.of(error)
    }
  }

  /// Whether ``next(maximumEvents:)`` has something to give, or to tell of.
  mutating func hasEvents() throws -> Bool {
    do { return try findFrame() != nil } catch HubError.noSuchOffset { return true }
  }

  /// Whether the frame that holds an offset can be reached from here, which only goes forward.
  func precedes(_ offset: Int64) -> Bool { segment != nil && place.offset <= offset }

  /// Names the frame that holds an offset, and its content; nil where the log ends before it.
  mutating func mark(of offset: Int64) throws(HubError) -> String? {
    nextOffset = offset
    do { return try findFrame()?.1.mark } catch { throw HubError.of(error) }
  }

  private func isLast(_ segment: Segment) throws -> Bool {
    try Segment.baseOffsets(in: folder).last == segment.baseOffset
  }

  /// Steps to the frame that holds the next offset.
  private mutating func findFrame() throws -> (Segment, Frame.Header)? {
    guard var current = try segment ?? openFirst() else { return nil }
    while true {
      segment = current
      switch try current.header(at: place.position) {
      case .frame(let header):
        var end = place
        try end.pass(header, of: current)
        if nextOffset < end.offset { return (current, header) }
        place = end
      case .end:
        guard let next = try openNext(behind: current) else { return nil }
        current = next
        place = Place(start: next)
      case .broken:
        guard try isLast(current), try current.isTorn(at: place.position) else {
          throw HubError.corrupt(path: current.file.path, byte: place.position)
        }
        return nil
      }
    }
  }

  /// The segment in which the next offset should be; nil where the partition never had events.
  private mutating func openFirst() throws -> Segment? {
    while true {
      let bases = try Segment.baseOffsets(in: folder)
      guard let index = bases.lastIndex(where: { $0 <= nextOffset }) else {
        guard let first = bases.first else {
          if nextOffset == 0 { return nil }
          throw HubError.noSuchOffset(nextOffset, partition: partition, held: 0..<0)
        }
        // Retention removed what was to be read.
        throw HubError.noSuchOffset(nextOffset, partition: partition, held: first..<max(first, bases.last ?? first))
      }
      following = bases[(index + 1)...]
      do {
        let segment = try Segment(partitionFolder: folder, baseOffset: bases[index])
        place = Place(start: segment)
        return segment
      } catch {
        // Retention removed it since it was listed, and the next list begins behind it.
        guard error.isMissing, try Segment.baseOffsets(in: folder).first != bases.first else { throw error }
      }
    }
  }

  /// The segment in which the log goes on behind one that was read to its end; nil where it does not yet.
  private mutating func openNext(behind current: Segment) throws -> Segment? {
    if following.isEmpty { following = try Segment.baseOffsets(in: folder).drop { $0 <= current.baseOffset } }
    guard let base = following.popFirst() else { return nil }
    if base == place.offset {
      do { return try Segment(partitionFolder: folder, baseOffset: base) } catch {
        guard error.isMissing else { throw error }
      }
    } else if base < place.offset {
      throw HubError.corrupt(path: folder + "/" + Segment.name(base), byte: 0)
    }
    // Retention removes the oldest segments first: while an older one is there, none can have gone by right.
    let bases = try Segment.baseOffsets(in: folder)
    if let first = bases.first, first > place.offset, try !DurableFiles.exists(current.file.path) {
      throw HubError.noSuchOffset(
        max(nextOffset, place.offset), partition: partition, held: first..<max(first, bases.last ?? first))
    }
    throw HubError.missingSegment(folder: folder, offsets: place.offset..<max(base, place.offset + 1))
  }

  /// The offset behind the last event that was taken before a time; nil where there is none. A clock that was ahead for a while
  /// so hides nothing that was sent after it was set right.
  private static func firstOffset(enqueuedAt time: Timestamp, folder: String) throws(HubError) -> Int64? {
    do {
      let bases = try Segment.baseOffsets(in: folder)
      for (index, base) in bases.enumerated().reversed() {
        do {
          let segment = try Segment(partitionFolder: folder, baseOffset: base)
          if let found = try segment.search(before: time, isLast: index == bases.count - 1).before { return found }
        } catch let error as FileError where error.isMissing {
          // Retention removed it since it was listed, and those before it.
          return nil
        }
      }
      return nil
    } catch {
      throw HubError.of(error)
    }
  }
}
