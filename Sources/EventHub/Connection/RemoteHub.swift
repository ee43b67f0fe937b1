/// Hubs that are reached over a network.
package enum RemoteHub {
  /// Connects, and makes sure that the hub is there.
  ///
  /// - Parameter partitions: makes the topic, with so many, where it is not there.
  /// - Throws: ``BrokerError`` within ten seconds, ``HubError``; ``KafkaAddress/Fault`` in a build without Kafka.
  package static func connect(to address: KafkaAddress, partitions: Int?) async throws -> any Hub {
    #if Kafka
      return try await KafkaHub.connect(to: address, partitions: partitions)
    #else
      throw KafkaAddress.Fault(
        description:
          "this groundswell was built without Kafka, which Event Hubs needs, too\nbuild it with the trait Kafka, or keep events in a folder: connect hub NAME"
      )
    #endif
  }
}
