#if Kafka
  import BlockingWork
  package import CivilTime

  /// A topic of a Kafka broker, or a hub of Event Hubs, which speaks its protocol.
  ///
  /// Who asks about it and is cancelled waits no longer, whatever the broker does.
  package actor KafkaHub: Hub {
    package nonisolated let address: KafkaAddress
    private let executor = BlockingExecutor("kafka hub")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private var client: KafkaClient?
    /// Whether it has ever answered: then what fails may pass.
    private var hasAnswered = false
    /// Why it does not answer, as long as it does not: librdkafka tells that once.
    private var lastReason: KafkaFault?
    /// How many wait for its answer.
    private var askers = 0
    /// What the connections met since its last answer, or since somebody began to ask.
    private var faults: [KafkaFault] = []
    private static let faultLimit = 100

    package nonisolated var name: String { address.topic }
    package nonisolated var id: String { address.identity }
    package nonisolated var kind: String { address.description }

    /// How long a person waits for an answer about a connection.
    private static let patience = Duration.seconds(7)
    /// A question is put anew after so long, so that others can be put in between.
    private static let longestAsk = Duration.seconds(2)

    package init(_ address: KafkaAddress) { self.address = address }

    /// Connects, and makes sure that the topic is there.
    ///
    /// - Parameter partitions: makes the topic of a Kafka broker, with so many, where it is not there.
    /// - Throws: ``BrokerError`` within ten seconds; ``HubError/partitionsDiffer(path:wanted:found:)``.
    package static func connect(to address: KafkaAddress, partitions: Int?) async throws -> KafkaHub {
      let hub = KafkaHub(address)
      try await abandoning { try await hub.connect(partitions: partitions) }
      return hub
    }

    private func connect(partitions wanted: Int?) async throws {
      let end = ContinuousClock.now + Self.patience
      let found: Int
      do { found = try await partitionCount(until: end) } catch let error as BrokerError {
        guard error.fault.name == "UNKNOWN_TOPIC_OR_PART" || error.fault.name == "_UNKNOWN_TOPIC" else { throw error }
        // Event Hubs makes hubs in its own ways, and none over Kafka.
        guard let wanted, address.service == .kafka else {
          let known = (try? client?.topicNames(timeout: .seconds(2))) ?? []
          throw BrokerError(error.fault, address, topics: known)
        }
        do { try client?.createTopic(partitions: wanted, timeout: max(.seconds(1), end - .now)) } catch {
          throw BrokerError(error, address)
        }
        // The brokers hear of it one after the other.
        while true {
          do {
            _ = try await heldOffsets(until: end)
            return
          } catch {
            guard ContinuousClock.now < end else { throw error }
            try await Task.sleep(for: .milliseconds(50))
          }
        }
      }
      guard wanted == nil || wanted == found else {
        throw HubError.partitionsDiffer(path: address.topic, wanted: wanted ?? 0, found: found)
      }
      // Metadata come from any broker, offsets from those that have the partitions.
      _ = try await heldOffsets(partitions: found, until: end)
    }

    package nonisolated func heldOffsets() async throws -> [Range<Int64>] {
      try await abandoning { try await self.heldOffsets(until: .now + Self.patience) }
    }

    private func heldOffsets(until end: ContinuousClock.Instant) async throws -> [Range<Int64>] {
      try await heldOffsets(partitions: partitionCount(until: end), until: end)
    }

    private func heldOffsets(
      partitions count: Int, until end: ContinuousClock.Instant
    ) async throws -> [Range<Int64>] {
      let first = try await offsets(atMilliseconds: -2, partitions: count, until: end)
      let next = try await offsets(atMilliseconds: -1, partitions: count, until: end)
      return zip(first, next).map { $0..<max($0, $1) }
    }

    package nonisolated func offsets(of position: Position) async throws -> [Int64] {
      try await abandoning { try await self.offsets(of: position, until: .now + Self.patience) }
    }

    private func offsets(of position: Position, until end: ContinuousClock.Instant) async throws -> [Int64] {
      let held = try await heldOffsets(until: end)
      switch position {
      case .start: return held.map(\.lowerBound)
      case .end: return held.map(\.upperBound)
      case .offset(let offset): return try Self.clamped(offset, to: held)
      case .enqueued(let time):
        // An event in the middle of a millisecond lies at or behind its beginning.
        let milliseconds = time.microseconds / 1_000 + (time.microseconds % 1_000 > 0 ? 1 : 0)
        let found = try await offsets(atMilliseconds: max(0, milliseconds), partitions: held.count, until: end)
        return zip(found, held).map { $0 < 0 ? $1.upperBound : $0 }
      }
    }

    package nonisolated func sizes() -> [Int64]? { nil }

    package nonisolated func sender(
      clock: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (String) -> Void
    ) -> any HubSender {
      KafkaSender(address, tell: tell)
    }

    package nonisolated func reader() async throws -> any HubReader {
      let count = try await abandoning { try await self.partitionCount(until: .now + Self.patience) }
      return try KafkaReader(self, partitions: count)
    }

    private func partitionCount(until end: ContinuousClock.Instant) async throws -> Int {
      try await asking(until: end) { client, timeout throws(KafkaFault) in try client.partitionCount(timeout: timeout) }
    }

    private func offsets(atMilliseconds time: Int64, partitions: Int, until end: ContinuousClock.Instant) async throws
      -> [Int64]
    {
      try await asking(until: end) { client, timeout throws(KafkaFault) in
        try client.offsets(atMilliseconds: time, partitions: partitions, timeout: timeout)
      }
    }

    /// Asks until there is an answer, or it is clear that there will be none; by then the broker's own errors say why.
    private func asking<Answer>(
      until end: ContinuousClock.Instant, _ ask: (KafkaClient, Duration) throws(KafkaFault) -> Answer
    ) async throws -> Answer {
      let began = ContinuousClock.now
      var timeout = Duration.milliseconds(300)
      if askers == 0 {
        // What was said before is about the past.
        _ = client?.faults()
        faults = []
      }
      askers += 1
      defer { askers -= 1 }
      while true {
        try Task.checkCancellation()
        do {
          if client == nil {
            client = try KafkaClient(.consumer, topic: address.topic, properties: address.receiving(partitions: 1))
          }
          guard let client else { throw KafkaFault("_FAIL", "no client") }
          do throws(KafkaFault) {
            let answer = try ask(client, timeout)
            (hasAnswered, lastReason, faults) = (true, nil, [])
            return answer
          } catch {
            faults = (faults + client.faults()).suffix(Self.faultLimit)
            guard error.isTransient else { throw error }
            let isOver = ContinuousClock.now >= end
            // A host may have several addresses: when none of them takes us for two seconds, none will.
            let isDown = faults.contains { $0.name == "_ALL_BROKERS_DOWN" }
            // Of several servers another may still answer.
            if isDown || address.servers.count == 1,
              let final = faults.last(where: { hasAnswered ? $0.isLasting : $0.isFinal })
            {
              throw final
            }
            if isOver || isDown && ContinuousClock.now - began > .seconds(2) {
              lastReason = faults.last { $0.name != "_ALL_BROKERS_DOWN" && $0.name != "_TIMED_OUT" } ?? lastReason
              throw lastReason ?? error
            }
            // Some answers come at once, and are the same a moment later. Others may ask meanwhile.
            try await Task.sleep(for: .milliseconds(50))
          }
        } catch let fault as KafkaFault {
          throw BrokerError(fault, address)
        }
        timeout = min(timeout * 2, Self.longestAsk, max(.milliseconds(100), end - ContinuousClock.now))
      }
    }
  }
#endif
