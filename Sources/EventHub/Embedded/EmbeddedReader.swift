/// Reads the partitions of an embedded hub.
actor EmbeddedReader: HubReader {
  private let hub: EmbeddedHub
  /// Where the last reading of a partition stopped: the next one mostly goes on there.
  private var readers: [Int: PartitionReader] = [:]

  init(_ hub: EmbeddedHub) { self.hub = hub }

  func waitForEvents(behind offsets: [Int64]) async throws {
    try await withThrowingTaskGroup { group in
      for (partition, offset) in offsets.enumerated() {
        group.addTask { [hub] in
          // What is gone already is a gap, which who reads hears of.
          if offset < (try hub.offsets(partition: partition)).lowerBound { return }
          var reader = try hub.reader(partition: partition, from: .offset(offset))
          try await reader.waitForEvents()
        }
      }
      // The first partition that has something is enough.
      try await group.next()
      group.cancelAll()
    }
  }

  func read(partition: Int, offsets: Range<Int64>) throws -> ReceivedBatch {
    var reader: PartitionReader
    if let last = readers[partition], last.nextOffset == offsets.lowerBound {
      reader = last
    } else {
      reader = try hub.reader(partition: partition, from: .offset(offsets.lowerBound))
    }
    guard let batch = try reader.next(maximumEvents: offsets.count) else {
      throw HubError.noSuchOffset(
        offsets.lowerBound, partition: partition, held: try hub.offsets(partition: partition))
    }
    readers[partition] = reader
    return batch
  }
}
