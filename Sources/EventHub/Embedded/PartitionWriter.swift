import CivilTime
import DurableFiles

/// Writes one partition.
struct PartitionWriter: Sendable {
  private let hub: EmbeddedHub
  private let partition: Int
  private let folder: String
  private let lock: PartitionLock
  private let clock: @Sendable () -> Timestamp
  private var segment: Segment
  private var end: LogLocation
  private var lastEnqueued: Timestamp?
  /// When the segment's first event was enqueued; nil for an empty segment.
  private var begun: Timestamp?
  private(set) var recovery: Recovery?
  private var isBroken = false

  var nextOffset: Int64 { end.offset }

  /// Locks a partition for writing. All of its events are durable when this returns, also those of a process that was killed.
  ///
  /// - Throws: ``HubError/locked(path:holder:)``, ``HubError/corrupt(path:byte:)``.
  init(of partition: Int, in hub: EmbeddedHub, clock: @escaping @Sendable () -> Timestamp) throws(HubError) {
    self.hub = hub
    self.partition = partition
    folder = try hub.folder(of: partition)
    self.clock = clock
    do {
      // Refuses a folder that is a link, before writing to it.
      _ = try Segment.baseOffsets(in: folder)
      lock = try PartitionLock(folder: folder)
      let bases = try Segment.baseOffsets(in: folder)
      segment = try Segment(partitionFolder: folder, baseOffset: bases.last ?? 0, for: .updating)
      let (whole, last) = try segment.wholeFrames()
      end = LogLocation(baseOffset: segment.baseOffset, position: whole, offset: last?.nextOffset ?? segment.baseOffset)
      let torn = try segment.file.length() - whole
      if torn > 0 { recovery = try TornTail.cut(torn, behind: end, of: segment, in: folder) }
      try segment.file.truncate(to: whole)
      // A killed process may have left events unsynced, and retention, new segments and readers rely on durable ones.
      try segment.file.sync()
      try DurableFiles.syncFolder(folder)
      DurableEnd.note(end, of: partition, in: hub)
      lastEnqueued = last?.enqueuedTime
      if last == nil, bases.count > 1 {
        let before = try Segment(partitionFolder: folder, baseOffset: bases[bases.count - 2])
        lastEnqueued = try before.enqueued()?.upperBound
      }
      begun = try segment.enqueued()?.lowerBound
      let now = clock()
      // Retention never deletes the last segment: if all of its events are over, begin another.
      if let lastEnqueued, begun != nil, hub.retention.isOver(lastEnqueued, now: now) { try beginSegment() }
      try hub.retention.apply(toPartition: folder, now: now)
    } catch {
      throw HubError.of(error)
    }
  }

  private mutating func beginSegment() throws(FileError) {
    segment = try Segment(partitionFolder: folder, baseOffset: nextOffset, for: .updating)
    (end, begun) = (LogLocation(start: segment), nil)
    try DurableFiles.syncFolder(folder)
  }

  /// The time of events that are enqueued now, and whether it lies before that of earlier ones.
  ///
  /// A clock that was set back a little must not put a later event before an earlier one. If it was far ahead once, keeping to that
  /// time would falsify all times until the clock reaches it.
  private func enqueuedTime() -> (time: Timestamp, stepsBack: Bool) {
    let now = clock()
    guard let lastEnqueued, lastEnqueued > now else { return (now, false) }
    return Retention.isAhead(lastEnqueued, of: now) ? (now, true) : (lastEnqueued, false)
  }

  mutating func append(_ batch: EventBatch) throws(HubError) -> Range<Int64> {
    if isBroken { throw .corrupt(path: segment.file.path, byte: end.position) }
    let (enqueued, stepsBack) = enqueuedTime()
    let bytes = try Frame.encode(batch, baseOffset: nextOffset, enqueuedTime: enqueued)
    do {
      // Times never decrease within a segment.
      if let begun, stepsBack || hub.retention.ends(length: end.position, begun: begun, now: enqueued) {
        try beginSegment()
        // Another process may have changed the retention since.
        try EmbeddedHub.open(at: hub.path).retention.apply(toPartition: folder, now: enqueued)
      }
      try segment.file.append(bytes)
      try segment.file.sync()
    } catch {
      // An incomplete frame would hide later ones: if it cannot be cut off, nothing more is sent.
      do { try segment.file.truncate(to: end.position) } catch { isBroken = true }
      throw HubError.of(error)
    }
    begun = begun ?? enqueued
    lastEnqueued = enqueued
    let first = nextOffset
    end = LogLocation(
      baseOffset: end.baseOffset, position: end.position + bytes.count, offset: first + Int64(batch.count))
    DurableEnd.note(end, of: partition, in: hub)
    return first..<nextOffset
  }
}
