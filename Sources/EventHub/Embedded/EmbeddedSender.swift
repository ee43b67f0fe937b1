import CivilTime
import DurableFiles

/// Sends to an embedded hub. Events are durable when ``send(_:partition:)`` returns.
package actor EmbeddedSender: HubSender {
  /// The torn tails that were cut off when the sender opened.
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
    try hub.updateFormat()
    // A process that was killed while it created the hub may have left names unsynced.
    do {
      try DurableFiles.syncFolder(hub.path)
      try DurableFiles.syncFolder(DurableFiles.folder(of: hub.path))
    } catch {
      throw .file(error)
    }
    // The emptiest partition, so that many short sends fill all partitions alike.
    turn = partitions.indices.min { partitions[$0].nextOffset < partitions[$1].nextOffset } ?? 0
  }

  /// Sends a batch, durably, with one sync per partition.
  ///
  /// - Parameter partition: the partition for all events; nil sends events with a key to their key's partition, and each batch's other
  ///   events to the next partition in turn.
  /// - Returns: one receipt for each partition that received events.
  /// - Throws: ``HubError``; the batch's part for that partition and all later parts are then not in the hub.
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
