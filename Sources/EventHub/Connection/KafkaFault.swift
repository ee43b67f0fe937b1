/// An error of librdkafka or of a broker, by its name and in its own words.
package struct KafkaFault: Error, Hashable {
  /// As librdkafka names it: `_RESOLVE`, `UNKNOWN_TOPIC_OR_PART`. A name with `_` is the client's own.
  package let name: String
  /// Its own words.
  package let reason: String

  /// A fault by its name, and in its own words.
  package init(_ name: String, _ reason: String) {
    self.name = name
    self.reason = reason
  }

  /// Whether a retry may succeed: the broker is unreachable or busy, or closes connections as it starts.
  package var isTransient: Bool { Self.transient.contains(name) || name == "_SSL" && !isAboutCertificates }

  /// Whether a connection attempt can give up at once.
  var isFinal: Bool { Self.final.contains(name) }

  /// Whether a retry cannot succeed, for a hub that has answered before.
  var isLasting: Bool { isFinal && !isTransient }

  var isLostOffset: Bool { name == "_AUTO_OFFSET_RESET" || name == "OFFSET_OUT_OF_RANGE" }

  private var isAboutCertificates: Bool {
    reason.contains("certificate verify failed") || reason.contains("ssl.ca.location")
  }

  private static let transient: Set = [
    "_TRANSPORT", "_ALL_BROKERS_DOWN", "_TIMED_OUT", "_TIMED_OUT_QUEUE", "_MSG_TIMED_OUT", "_RESOLVE", "_WAIT_CACHE",
    "_WAIT_COORD", "_STATE", "_LEADER", "LEADER_NOT_AVAILABLE", "NOT_LEADER_FOR_PARTITION", "REQUEST_TIMED_OUT",
    "NETWORK_EXCEPTION", "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "BROKER_NOT_AVAILABLE",
    "REPLICA_NOT_AVAILABLE", "KAFKA_STORAGE_ERROR", "COORDINATOR_LOAD_IN_PROGRESS", "COORDINATOR_NOT_AVAILABLE",
    "PREFERRED_LEADER_NOT_AVAILABLE", "OFFSET_NOT_AVAILABLE", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH",
    "THROTTLING_QUOTA_EXCEEDED", "POLICY_VIOLATION",
  ]

  private static let final: Set = [
    "_SSL", "_AUTHENTICATION", "_RESOLVE", "SASL_AUTHENTICATION_FAILED", "UNSUPPORTED_SASL_MECHANISM",
    "TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "TOPIC_EXCEPTION", "_BAD_MSG",
  ]
}
