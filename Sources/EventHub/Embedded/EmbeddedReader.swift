/// Reads the partitions of an embedded hub.
actor EmbeddedReader: HubReader {
  private let hub: EmbeddedHub
  /// Where the last read of each partition stopped: the next one mostly continues there.
  private var readers: [Int: PartitionReader] = [:]
  /// Where the last mark of each partition was found: the next one mostly lies after it.
  private var markers: [Int: PartitionReader] = [:]

  init(_ hub: EmbeddedHub) { self.hub = hub }

  /// Wakes when the file system reports a change.
  func waitForEvents(behind offsets: [Int64]) async throws {
    let folders = try offsets.indices.map { try hub.folder(of: $0) }
    while true {
      try Task.checkCancellation()
      // Each wait has a new watch, since there may be new files. The watch begins before the check, so that no event is missed.
      let watch = try FolderWatch(folders)
      for (partition, offset) in offsets.enumerated() {
        // Already deleted: read() reports the gap.
        if offset < (try hub.offsets(partition: partition)).lowerBound { return }
        var reader = try reader(partition, at: offset)
        if try reader.hasEvents() { return }
        readers[partition] = reader
      }
      var changes = watch.changes.makeAsyncIterator()
      guard await changes.next() != nil else { throw CancellationError() }
    }
  }

  private func reader(_ partition: Int, at offset: Int64) throws -> PartitionReader {
    if let last = readers[partition], last.nextOffset == offset { return last }
    return try hub.reader(partition: partition, from: .offset(offset))
  }

  func read(partition: Int, offsets: Range<Int64>) throws -> ReceivedBatch {
    try Task.checkCancellation()
    var reader = try reader(partition, at: offsets.lowerBound)
    let found: ReceivedBatch?
    do { found = try reader.next(maximumEvents: offsets.count) } catch {
      guard case .noSuchOffset = error else { throw error }
      found = nil
    }
    guard let batch = found else {
      throw HubError.noSuchOffset(
        offsets.lowerBound, partition: partition, held: try hub.offsets(partition: partition))
    }
    readers[partition] = reader
    return batch
  }

  func mark(partition: Int, before offset: Int64) throws -> String? {
    let last = offset - 1
    let held = try hub.offsets(partition: partition)
    if last < held.lowerBound { return nil }
    guard held.contains(last) else { throw HubError.noSuchOffset(last, partition: partition, held: held) }
    var marker: PartitionReader
    if let known = markers[partition], known.precedes(last) {
      marker = known
    } else {
      marker = try hub.reader(partition: partition, from: .offset(last))
    }
    defer { markers[partition] = marker }
    do { return try marker.mark(of: last) } catch HubError.noSuchOffset { return nil }
  }
}
