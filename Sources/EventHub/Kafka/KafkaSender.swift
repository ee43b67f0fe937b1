#if Kafka
  import BlockingWork

  /// Sends to a topic, and waits until the broker has acknowledged every event.
  package actor KafkaSender: HubSender {
    package nonisolated let recovered: [Recovery] = []
    private let address: KafkaAddress
    private let executor = BlockingExecutor("kafka sender")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private var client: KafkaClient?
    /// Whether the broker is asked to drop repeated events; some brokers cannot.
    private var isIdempotent = true

    /// In bytes: a request holds the event and its description.
    private static let largestEvent = KafkaAddress.largestRequest - 1_024
    /// How long a cancelled send waits for acknowledgements: of events that are given up, it is unknown whether the broker has them.
    private static let grace = Duration.seconds(2)

    private let tell: @Sendable (String) -> Void

    init(_ address: KafkaAddress, tell: @escaping @Sendable (String) -> Void) {
      self.address = address
      self.tell = tell
    }

    @discardableResult
    package func send(_ batch: EventBatch, partition: Int?) throws -> [Receipt] {
      for index in 0..<batch.count {
        let size = batch.size(index)
        if size > Self.largestEvent { throw HubError.eventTooLarge(bytes: size, limit: Self.largestEvent) }
      }
      do { return try deliver(batch, to: partition) } catch let fault as KafkaFault {
        guard isIdempotent, fault.name == "_UNSUPPORTED_FEATURE" else { throw BrokerError(fault, address) }
        // Nothing was sent yet: the client asks the broker for its features first.
        (isIdempotent, client) = (false, nil)
        do { return try deliver(batch, to: partition) } catch let fault as KafkaFault {
          throw BrokerError(fault, address)
        }
      }
    }

    private func deliver(_ batch: EventBatch, to partition: Int?) throws -> [Receipt] {
      let client = try opened()
      var outcome = Outcome()
      // The next event to hand over to the client.
      var next = 0
      var isAway = false
      var interruption: ContinuousClock.Instant?
      while outcome.count < batch.count {
        if next < batch.count {
          do throws(KafkaFault) {
            next += try client.produce(batch, from: next, partition: partition)
          } catch {
            guard next > 0 else { throw error }
            outcome.note(error, events: batch.count - next)
            next = batch.count
          }
        }
        let (deliveries, faults) = client.deliveries(timeout: .milliseconds(100))
        deliveries.forEach { outcome.note($0) }
        outcome.faults += faults
        if !deliveries.isEmpty {
          isAway = false
        } else if let fault = faults.last(where: { $0.isTransient && $0.name != "_ALL_BROKERS_DOWN" }) {
          // Other brokers may still answer.
          isAway = faults.contains { $0.name == "_ALL_BROKERS_DOWN" }
          tell("waiting for the hub \(address.topic): \(BrokerError(fault, address))")
        }
        if Task.isCancelled {
          let began = interruption ?? .now
          interruption = began
          outcome.note(Self.interrupted, events: batch.count - next)
          next = batch.count
          let waited = ContinuousClock.now - began
          if isAway || waited > Self.grace { client.purge() }
          if waited > Self.grace * 2, outcome.count < batch.count {
            // Its threads do not purge while they resolve a name.
            outcome.note(Self.interrupted, events: batch.count - outcome.count)
            self.client = nil
          }
        }
      }
      // A fatal fault makes the client useless.
      let fatal = client.fatalFault
      if let fatal {
        self.client = nil
        if outcome.acknowledged == 0, fatal.name == "_UNSUPPORTED_FEATURE" { throw fatal }
      }
      guard outcome.acknowledged == batch.count else {
        throw HubError.notAcknowledged(
          acknowledged: outcome.acknowledged, of: batch.count,
          cause: Task.isCancelled ? nil : outcome.cause(at: address, fatal: fatal))
      }
      return outcome.receipts
    }

    private static let interrupted = KafkaFault("_PURGE_QUEUE", "interrupted")

    private func opened() throws(KafkaFault) -> KafkaClient {
      if let client { return client }
      let new = try KafkaClient(
        .producer, topic: address.topic, properties: address.sending(idempotent: isIdempotent))
      client = new
      return new
    }

    /// The acknowledgements and faults of a batch.
    private struct Outcome {
      private(set) var acknowledged = 0
      private var failed = 0
      private var offsets: [Int: Range<Int64>] = [:]
      private var lastFault: KafkaFault?
      var faults: [KafkaFault] = []

      var count: Int { acknowledged + failed }

      mutating func note(_ delivery: KafkaClient.Delivery) {
        if let fault = delivery.fault { return note(fault, events: 1) }
        acknowledged += 1
        let (offset, known) = (delivery.offset, offsets[delivery.partition])
        guard offset >= 0 else { return }
        offsets[delivery.partition] =
          min(known?.lowerBound ?? offset, offset)..<max(known?.upperBound ?? 0, offset + 1)
      }

      mutating func note(_ fault: KafkaFault, events: Int) {
        failed += events
        lastFault = fault
      }

      var receipts: [Receipt] {
        offsets.sorted { $0.key < $1.key }.map { Receipt(partition: $0.key, offsets: $0.value) }
      }

      /// Why events failed. After a time-out the connection's own fault says more.
      func cause(at address: KafkaAddress, fatal: KafkaFault?) -> BrokerError {
        let cause =
          fatal ?? lastFault.flatMap { $0.isTransient ? faults.last { $0.name != "_ALL_BROKERS_DOWN" } : nil }
        return BrokerError(cause ?? lastFault ?? KafkaFault("_FAIL", "unknown"), address)
      }
    }
  }
#endif
