extension KafkaAddress {
  /// librdkafka's properties for a client of this address.
  ///
  /// Values that differ from the defaults follow Microsoft's advice for Event Hubs ("Apache Kafka configurations for Event
  /// Hubs"), and suit other brokers: Azure drops connections that are idle for 4 minutes, and some tiers reject compressed
  /// requests.
  var properties: [String: String] {
    var properties = [
      "bootstrap.servers": servers.joined(separator: ","),
      "client.id": "groundswell",
      "security.protocol": security.rawValue.replacing("-", with: "_"),
      "socket.keepalive.enable": "true",
      "metadata.max.age.ms": "180000",
      "topic.metadata.refresh.interval.ms": "120000",
      "connections.max.idle.ms": "180000",
      // Finds a broker that is back within a second.
      "reconnect.backoff.max.ms": "1000",
    ]
    if security.hasPassword {
      properties["sasl.mechanism"] = "PLAIN"
      properties["sasl.username"] = user
      properties["sasl.password"] = password?.value
    }
    if security.hasTLS {
      properties["ssl.ca.location"] = certificates
      // The certificate must name the host.
      properties["ssl.endpoint.identification.algorithm"] = "https"
    }
    return properties
  }

  /// The properties of a sender.
  ///
  /// - Parameter idempotent: whether the broker is asked to drop repeated events.
  func sending(idempotent: Bool) -> [String: String] {
    var more = [
      "acks": "all", "enable.idempotence": String(idempotent), "compression.type": "none", "linger.ms": "5",
      "message.max.bytes": String(Self.largestRequest), "batch.size": String(Self.largestRequest),
      "queue.buffering.max.messages": "100000",
      // Event Hubs wants at least 20 s for a request, and recommends 60.
      "request.timeout.ms": service == .kafka ? "30000" : "60000",
      "message.timeout.ms": service == .kafka ? "60000" : "120000",
    ]
    // Without idempotence, only one request at a time keeps the order.
    if !idempotent { more["max.in.flight.requests.per.connection"] = "1" }
    return properties.merging(more) { $1 }
  }

  /// The properties of a reader.
  ///
  /// - Parameter partitions: how many share the 64 MB that are fetched ahead.
  func receiving(partitions: Int) -> [String: String] {
    properties.merging([
      "group.id": "groundswell", "enable.auto.commit": "false", "enable.auto.offset.store": "false",
      "auto.offset.reset": "error", "enable.partition.eof": "true", "fetch.wait.max.ms": "100",
      // Some brokers return more than the requested size.
      "receive.message.max.bytes": "1000000000", "queued.min.messages": "100000",
      "queued.max.messages.kbytes": String(max(1_024, 65_536 / max(1, partitions))),
    ]) { $1 }
  }

  /// In bytes: the service closes connections that send more than 1,046,528 at once.
  static let largestRequest = 1_000_000
}
