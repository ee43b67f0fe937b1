#if Kafka
  import BlockingWork
  package import CivilTime

  /// A topic of a Kafka broker, or a hub of Event Hubs, which speaks Kafka's protocol.
  ///
  /// Calls return as soon as their task is cancelled, whatever the broker does.
  package actor KafkaHub: Hub {
    /// How the topic is reached.
    package nonisolated let address: KafkaAddress
    private let executor = BlockingExecutor("kafka hub")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private var client: KafkaClient?
    /// Whether the broker has answered before: then some failures are temporary.
    private var hasAnswered = false
    /// Why the broker does not answer, until it does: librdkafka reports it once.
    private var lastReason: KafkaFault?
    /// How many requests are waiting.
    private var askers = 0
    /// The connections' faults since the last answer, or since the first waiting request.
    private var faults: [KafkaFault] = []
    private static let faultLimit = 100

    package nonisolated var name: String { address.topic }
    package nonisolated var id: String { address.identity }
    package nonisolated var kind: String { address.description }

    /// How long a request may take.
    private static let patience = Duration.seconds(7)
    /// Requests are repeated after this time, so that others can run in between.
    private static let longestAsk = Duration.seconds(2)

    /// A hub that connects when it is first used.
    package init(_ address: KafkaAddress) { self.address = address }

    /// Connects, and checks that the topic exists.
    ///
    /// - Parameter partitions: creates a missing topic of a Kafka broker with that number of partitions; nil creates none.
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
        // Event Hubs does not create hubs over Kafka.
        guard let wanted, address.service == .kafka else {
          let known = (try? client?.topicNames(timeout: .seconds(2))) ?? []
          throw BrokerError(error.fault, address, topics: known)
        }
        do { try client?.createTopic(partitions: wanted, timeout: max(.seconds(1), end - .now)) } catch {
          throw BrokerError(error, address)
        }
        // A new topic reaches the brokers one after the other.
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
      // Any broker knows the metadata, but only the partitions' brokers know the offsets.
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
        // The protocol counts milliseconds: an event within one lies at or after its beginning.
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

    /// Repeats a request until there is an answer, or the broker's faults show that there will be none.
    private func asking<Answer>(
      until end: ContinuousClock.Instant, _ ask: (KafkaClient, Duration) throws(KafkaFault) -> Answer
    ) async throws -> Answer {
      let began = ContinuousClock.now
      var timeout = Duration.milliseconds(300)
      if askers == 0 {
        // Earlier faults are out of date.
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
            // A host may have several addresses: after two seconds without a connection, none will accept one.
            let isDown = faults.contains { $0.name == "_ALL_BROKERS_DOWN" }
            // Another server may still answer.
            if isDown || address.servers.count == 1,
              let final = faults.last(where: { hasAnswered ? $0.isLasting : $0.isFinal })
            {
              throw final
            }
            if isOver || isDown && ContinuousClock.now - began > .seconds(2) {
              lastReason = faults.last { $0.name != "_ALL_BROKERS_DOWN" && $0.name != "_TIMED_OUT" } ?? lastReason
              throw lastReason ?? error
            }
            // Some failures come at once and would repeat at once. Other requests can run meanwhile.
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
