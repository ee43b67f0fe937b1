/// Connects to hubs over the network.
package enum RemoteHub {
  /// Connects, and checks that the hub exists.
  ///
  /// - Parameter partitions: creates the topic with that number of partitions if it is missing; nil creates none.
  /// - Throws: ``BrokerError`` within ten seconds; ``HubError``, also in a build without Kafka.
  package static func connect(to address: KafkaAddress, partitions: Int?) async throws -> any Hub {
    #if Kafka
      return try await KafkaHub.connect(to: address, partitions: partitions)
    #else
      throw HubError.builtWithoutKafka
    #endif
  }
}
