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
    try hub.updateFormat()
    // Names that a process left unsynced which was killed while it created the hub.
    do {
      try DurableFiles.syncFolder(hub.path)
      try DurableFiles.syncFolder(DurableFiles.folder(of: hub.path))
    } catch {
      throw .file(error)
    }
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
