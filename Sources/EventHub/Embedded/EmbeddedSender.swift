import CivilTime
import DurableFiles

/// The one that sends to an embedded hub. What it was handed is on the disk when ``send(_:partition:)`` returns.
package actor EmbeddedSender: HubSender {
  /// What was cut off on opening.
  package let recovered: [Recovery]
  private var partitions: [PartitionWriter] = []
  private var turn = 0

  init(hub: EmbeddedHub, clock: @escaping @Sendable () -> Timestamp) throws(HubError) {
    var recovered: [Recovery] = []
    var partitions: [PartitionWriter] = []
    for partition in 0..<hub.partitionCount {
      let writer = try PartitionWriter(of: partition, in: hub, clock: clock)
      if let recovery = writer.recovery { recovered.append(recovery) }
      partitions.append(writer)
    }
    self.recovered = recovered
    self.partitions = partitions
    // Where least has been sent, so that many short sends fill all partitions alike.
    turn = partitions.indices.min { partitions[$0].nextOffset < partitions[$1].nextOffset } ?? 0
  }

  /// Sends a batch, durably, with one sync a partition.
  ///
  /// - Parameter partition: nil sends events with a key to their key's partition and the others, together, to one
  ///   partition after the other, batch by batch.
  /// - Returns: a receipt for each partition that got events.
  /// - Throws: ``HubError``; the batch's part for that partition is then not in the hub, nor are the ones after it.
  @discardableResult
  package func send(_ batch: EventBatch, partition: Int?) throws(HubError) -> [Receipt] {
    if let partition, !partitions.indices.contains(partition) {
      throw .noSuchPartition(partition, count: partitions.count)
    }
    guard !batch.isEmpty else { return [] }
    var receipts: [Receipt] = []
    for (partition, part) in parts(of: batch, partition: partition) {
      receipts.append(Receipt(partition: partition, offsets: try partitions[partition].append(part)))
    }
    return receipts
  }

  private func parts(of batch: EventBatch, partition: Int?) -> [(Int, EventBatch)] {
    if let partition { return [(partition, batch)] }
    defer { turn = (turn + 1) % partitions.count }
    guard !batch.keys.isEmpty, partitions.count > 1 else { return [(turn, batch)] }
    var parts = [EventBatch](repeating: EventBatch(), count: partitions.count)
    for index in 0..<batch.count {
      let event = batch[index]
      let partition = event.key.map { Int(StableHash.of($0) % UInt64(parts.count)) } ?? turn
      parts[partition].append(event)
    }
    return parts.enumerated().filter { !$0.element.isEmpty }.map { ($0.offset, $0.element) }
  }
}

/// The writing end of one partition.
private struct PartitionWriter: Sendable {
  private let hub: EmbeddedHub
  private let folder: String
  private let lock: PartitionLock
  private let clock: @Sendable () -> Timestamp
  private var segment: Segment
  private var length: Int
  private(set) var nextOffset: Int64
  private var lastEnqueued: Timestamp
  /// When the segment's first event was taken.
  private var begun: Timestamp?
  private(set) var recovery: Recovery?
  private var isBroken = false

  init(of partition: Int, in hub: EmbeddedHub, clock: @escaping @Sendable () -> Timestamp) throws(HubError) {
    self.hub = hub
    folder = try hub.folder(of: partition)
    self.clock = clock
    lock = try PartitionLock(folder: folder)
    do {
      let bases = try Segment.baseOffsets(in: folder)
      segment = try Segment(partitionFolder: folder, baseOffset: bases.last ?? 0, for: .updating)
      // Also what a process left that was killed before it synced the name.
      try DurableFiles.syncFolder(folder)
      let (end, last) = try segment.wholeFrames()
      let torn = try segment.file.length() - end
      nextOffset = last?.nextOffset ?? segment.baseOffset
      if torn > 0 {
        if try segment.hasWholeFrame(behind: end) { throw HubError.corrupt(path: segment.file.path, byte: end) }
        recovery = Recovery(path: segment.file.path, bytes: torn, nextOffset: nextOffset)
      }
      try segment.file.truncate(to: end)
      if torn > 0 { try segment.file.sync() }
      length = end
      var enqueued = last?.enqueuedTime
      if enqueued == nil, bases.count > 1 {
        enqueued = try Segment(partitionFolder: folder, baseOffset: bases[bases.count - 2]).wholeFrames().last?
          .enqueuedTime
      }
      lastEnqueued = enqueued ?? Timestamp(microseconds: .min)
      begun = try segment.firstEnqueued()
      let now = clock()
      // Events of which none need be kept go with their segment, and for that it must not be the last.
      if hub.retention.isOver(lastEnqueued, now: now), begun != nil { try beginSegment() }
      try hub.retention.apply(toPartition: folder, now: now)
    } catch {
      throw HubError.of(error)
    }
  }

  private mutating func beginSegment() throws(FileError) {
    segment = try Segment(partitionFolder: folder, baseOffset: nextOffset, for: .updating)
    (length, begun) = (0, nil)
    try DurableFiles.syncFolder(folder)
  }

  mutating func append(_ batch: EventBatch) throws(HubError) -> Range<Int64> {
    if isBroken { throw .corrupt(path: segment.file.path, byte: length) }
    // A clock that was set back must not put a later event before an earlier one.
    let enqueued = max(clock(), lastEnqueued)
    let bytes = try Frame.encode(batch, baseOffset: nextOffset, enqueuedTime: enqueued)
    do {
      if let begun, hub.retention.ends(length: length, begun: begun, now: enqueued) {
        try beginSegment()
        // Others may have changed it since.
        try EmbeddedHub.open(at: hub.path).retention.apply(toPartition: folder, now: enqueued)
      }
      try segment.file.append(bytes)
      try segment.file.sync()
    } catch {
      // Half a frame would hide the ones behind it: where it cannot be taken back, nothing more is sent.
      do { try segment.file.truncate(to: length) } catch { isBroken = true }
      throw HubError.of(error)
    }
    length += bytes.count
    begun = begun ?? enqueued
    lastEnqueued = enqueued
    let first = nextOffset
    nextOffset += Int64(batch.count)
    return first..<nextOffset
  }
}
