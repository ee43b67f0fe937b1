#if Kafka
  import BlockingWork

  /// Reads a topic's partitions, which are fetched in the background, all at once. The caller keeps the offsets.
  package actor KafkaReader: HubReader {
    private let hub: KafkaHub
    private let client: KafkaClient
    private let executor = BlockingExecutor("kafka reader")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private var partitions: [Int: Fetching] = [:]

    /// The state of a partition's fetching.
    private struct Fetching {
      /// The offset to read next.
      var next: Int64
      /// Fetched and not yet read; begins at or after `next`.
      var waiting: ReceivedBatch?
      /// The partition's end, if everything was fetched. librdkafka reports it once.
      var end: Int64?
    }

    /// How long existing events may fail to arrive, until the broker counts as unreachable.
    private static let patience = Duration.seconds(10)
    private static let tick = Duration.milliseconds(50)

    init(_ hub: KafkaHub, partitions: Int) throws {
      self.hub = hub
      let address = hub.address
      do throws(KafkaFault) {
        client = try KafkaClient(
          .consumer, topic: address.topic, properties: address.receiving(partitions: partitions))
      } catch { throw BrokerError(error, address) }
    }

    package func prepare(_ ranges: [Range<Int64>]) throws {
      for (partition, range) in ranges.enumerated() where !range.isEmpty { try go(partition, to: range.lowerBound) }
    }

    package func read(partition: Int, offsets: Range<Int64>) async throws -> ReceivedBatch {
      try go(partition, to: offsets.lowerBound)
      var lastWord = ContinuousClock.now
      var reasons: [KafkaFault] = []
      while true {
        if let batch = take(partition, offsets) { return batch }
        try Task.checkCancellation()
        let fetched = client.fetched(partition: partition, timeout: Self.tick)
        reasons += client.faults()
        if let fault = fetched.fault {
          partitions[partition] = nil
          throw BrokerError(fault, hub.address)
        }
        if fetched.batch != nil || fetched.end != nil {
          note(fetched, partition)
          lastWord = .now
        } else if ContinuousClock.now - lastWord > Self.patience || reasons.contains(where: \.isLasting) {
          // The next attempt fetches anew.
          partitions[partition] = nil
          // The hub may report a better reason.
          if !reasons.contains(where: \.isLasting) { _ = try await hub.heldOffsets() }
          throw BrokerError(
            reasons.last { $0.isLasting } ?? reasons.last { $0.name != "_ALL_BROKERS_DOWN" }
              ?? KafkaFault("_TIMED_OUT", "no answer"), hub.address)
        }
      }
    }

    package func waitForEvents(behind offsets: [Int64]) async throws {
      for (partition, offset) in offsets.enumerated() { try go(partition, to: offset) }
      var lastLook = ContinuousClock.now
      while true {
        try Task.checkCancellation()
        for partition in offsets.indices {
          let fetching = partitions[partition]
          if fetching?.waiting != nil || (fetching?.end ?? 0) > offsets[partition] { return }
          // Waits for one partition, and polls the others.
          let fetched = client.fetched(partition: partition, timeout: partition == 0 ? Self.tick : .zero)
          if let fault = fetched.fault {
            partitions[partition] = nil
            // read() reports lost offsets; callers may skip them.
            if fault.isLostOffset { return }
            throw BrokerError(fault, hub.address)
          }
          note(fetched, partition)
        }
        // A request shows whether the broker is reachable, and new partitions.
        let faults = client.faults()
        if !faults.isEmpty || ContinuousClock.now - lastLook > Self.patience {
          lastLook = .now
          if try await hub.heldOffsets().count > offsets.count { return }
        }
      }
    }

    private func note(_ fetched: KafkaClient.Fetched, _ partition: Int) {
      if let batch = fetched.batch { partitions[partition]?.waiting = batch }
      if let end = fetched.end { partitions[partition]?.end = end }
    }

    /// Fetches a partition from an offset on, unless it does so already.
    private func go(_ partition: Int, to offset: Int64) throws {
      if partitions[partition]?.next == offset { return }
      do throws(KafkaFault) { try client.fetch(partition: partition, from: offset) } catch {
        partitions[partition] = nil
        throw BrokerError(error, hub.address)
      }
      partitions[partition] = Fetching(next: offset)
    }

    /// The fetched events of a range; later ones stay waiting.
    private func take(_ partition: Int, _ offsets: Range<Int64>) -> ReceivedBatch? {
      guard var fetching = partitions[partition] else { return nil }
      guard let waiting = fetching.waiting else {
        // Offsets up to the end may have no event: a transaction's marks, or compacted events.
        guard let end = fetching.end, end >= offsets.upperBound else { return nil }
        partitions[partition]?.next = offsets.upperBound
        return nothing(partition, offsets)
      }
      guard waiting.firstOffset < offsets.upperBound else {
        fetching.next = offsets.upperBound
        partitions[partition] = fetching
        return nothing(partition, offsets)
      }
      let (taken, rest) = waiting.split(before: offsets.upperBound)
      fetching.next = taken.nextOffset
      fetching.waiting = rest
      partitions[partition] = fetching
      return taken
    }

    /// A batch without events, for a range that holds none.
    private func nothing(_ partition: Int, _ offsets: Range<Int64>) -> ReceivedBatch {
      var batch = ReceivedBatch(
        partition: partition, firstOffset: offsets.lowerBound, enqueuedTime: .now, events: EventBatch())
      batch.nextOffset = offsets.upperBound
      return batch
    }
  }

  extension ReceivedBatch {
    /// The events before an offset, and those at or after it.
    func split(before end: Int64) -> (ReceivedBatch, ReceivedBatch?) {
      let count = (0..<events.count).partitioningIndex { offset($0) >= end }
      guard count < events.count else { return (self, nil) }
      return (slice(0..<count, next: end), count == events.count ? nil : slice(count..<events.count, next: nextOffset))
    }

    private func slice(_ range: Range<Int>, next: Int64) -> ReceivedBatch {
      var part = ReceivedBatch(
        partition: partition, firstOffset: range.isEmpty ? firstOffset : offset(range.lowerBound),
        enqueuedTime: range.isEmpty ? enqueuedTime : enqueuedTime(range.lowerBound), events: events.slice(range))
      if !offsets.isEmpty { part.offsets = Array(offsets[range]) }
      if !enqueuedTimes.isEmpty { part.enqueuedTimes = Array(enqueuedTimes[range]) }
      part.nextOffset = next
      return part
    }
  }

  extension Range<Int> {
    /// The first index for which `holds` is true, if it is true for all later ones; the range's end if it is true for none.
    fileprivate func partitioningIndex(where holds: (Int) -> Bool) -> Int {
      var (low, high) = (lowerBound, upperBound)
      while low < high {
        let middle = low + (high - low) / 2
        if holds(middle) { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }
#endif
