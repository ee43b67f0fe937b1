/// A broker that cannot be used: its fault, in the terms of the address that names it.
package struct BrokerError: Error, Hashable, CustomStringConvertible {
  /// librdkafka's or the broker's own error.
  package let fault: KafkaFault
  /// How the broker was reached.
  package let address: KafkaAddress
  /// The broker's topics, if it has named them.
  package var topics: [String] = []

  /// A fault at an address.
  package init(_ fault: KafkaFault, _ address: KafkaAddress, topics: [String] = []) {
    self.fault = fault
    self.address = address
    self.topics = topics
  }

  /// Whether a retry may succeed.
  package var isTransient: Bool { fault.isTransient }

  /// Whether the broker is Event Hubs or its emulator.
  package var isEventHubs: Bool { address.service != .kafka }
  private var host: String { String(address.server[..<(address.server.lastIndex(of: ":") ?? address.server.endIndex)]) }
  private var reason: String { Self.short(fault.reason) }

  /// What a broker calls itself, if the address does not name it so.
  private var stranger: String? {
    guard let match = fault.reason.firstMatch(of: #/^(?:\w+:\/\/)?([^\/\s]+:\d+)\/(?!bootstrap)/#) else { return nil }
    let name = String(match.1)
    return address.servers.contains { $0.lowercased() == name.lowercased() } ? nil : name
  }

  /// What is wrong, as far as librdkafka's fault and its words tell.
  package enum Kind: Hashable, Sendable, CaseIterable {
    case unknownHost, advertisesUnreachableName, notABroker, refused, closesAtOnce, silent
    case closesTLS, noTLS, untrusted, otherTLS
    case wrongKey, wrongMechanism, noRights, noRightsOnTopic
    case noTopic, topicExists, badTopicName
    case eventTooLarge, lostSequence, lostOffset
    case other
  }

  /// What is wrong.
  package var kind: Kind {
    let reason = fault.reason.lowercased()
    if stranger != nil, ["_RESOLVE", "_TRANSPORT", "_SSL"].contains(fault.name) { return .advertisesUnreachableName }
    switch fault.name {
    case "_RESOLVE": return .unknownHost
    case "_SSL":
      if reason.contains("unexpected eof") { return .closesTLS }
      if reason.contains("wrong version number") || reason.contains("unknown protocol")
        || reason.contains("packet length")
      {
        return .noTLS
      }
      return reason.contains("certificate verify failed") ? .untrusted : .otherTLS
    case "_AUTHENTICATION", "SASL_AUTHENTICATION_FAILED":
      return reason.contains("unsupported sasl mechanism") ? .wrongMechanism : .wrongKey
    case "UNSUPPORTED_SASL_MECHANISM": return .wrongMechanism
    case "MSG_SIZE_TOO_LARGE": return .eventTooLarge
    case "OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID": return .lostSequence
    case "TOPIC_EXCEPTION": return .badTopicName
    // The size's bytes are the letters `HTTP`.
    case "_BAD_MSG": return reason.contains("invalid response size 1213486160") ? .notABroker : .other
    case "TOPIC_AUTHORIZATION_FAILED": return .noRightsOnTopic
    case "CLUSTER_AUTHORIZATION_FAILED", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED": return .noRights
    case "UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION": return .noTopic
    case "TOPIC_ALREADY_EXISTS": return .topicExists
    case "_AUTO_OFFSET_RESET", "OFFSET_OUT_OF_RANGE": return .lostOffset
    case "_TRANSPORT", "_ALL_BROKERS_DOWN":
      if reason.contains("refused") { return .refused }
      if reason.contains("security.protocol") || reason.contains("disconnect") || reason.contains("reset") {
        return .closesAtOnce
      }
      return .silent
    case "_TIMED_OUT", "_MSG_TIMED_OUT", "_TIMED_OUT_QUEUE", "REQUEST_TIMED_OUT": return .silent
    default: return .other
    }
  }

  /// The problem, in one line.
  package var description: String {
    let server = address.server
    switch kind {
    case .unknownHost: return "unknown host '\(host)'"
    case .advertisesUnreachableName:
      return "the broker at \(server) calls itself \(stranger ?? ""), which cannot be reached: \(reason)"
    case .notABroker: return "\(server) does not speak Kafka's protocol"
    case .lostSequence: return "\(server) no longer knows events that it had acknowledged, and may have lost them"
    case .badTopicName: return "\(server) rejects the topic name '\(address.topic)'"
    case .eventTooLarge: return "\(server) rejects an event as too large: \(reason)"
    case .closesTLS: return "\(server) closed the connection before TLS began"
    case .refused: return "connection refused by \(server)"
    case .closesAtOnce: return "\(server) closed the connection as soon as it began"
    case .untrusted: return "the certificate of \(server) is not trusted, or belongs to another host"
    case .noTLS: return "\(server) does not speak TLS"
    case .otherTLS: return "TLS with \(server) failed: \(reason)"
    case .wrongKey:
      return isEventHubs
        ? "\(host) refused the connection string's key: \(reason)"
        : "\(server) refused the user '\(address.user ?? "")' or the password: \(reason)"
    case .wrongMechanism: return "\(server) does not offer SASL PLAIN: \(reason)"
    case .noRightsOnTopic:
      return isEventHubs
        ? "\(host) does not let this key use the hub '\(address.topic)' over Kafka"
        : "\(server) does not let \(address.user.map { "the user '\($0)'" } ?? "you") use the topic '\(address.topic)'"
    case .noRights:
      return "\(server) does not let \(address.user.map { "the user '\($0)'" } ?? "you") do this: \(reason)"
    case .noTopic: return "there is no \(isEventHubs ? "hub" : "topic") '\(address.topic)' at \(server)"
    case .topicExists: return "the topic '\(address.topic)' exists at \(server) already"
    case .lostOffset: return "\(server) no longer holds the next events of '\(address.topic)'"
    case .silent: return "\(server) does not answer"
    case .other: return "\(server) failed: \(reason) (\(fault.name))"
    }
  }

  /// librdkafka's words, without the broker's name before them and the time that it took.
  private static func short(_ reason: String) -> String {
    var text = reason[...]
    // `sasl_ssl://host:9093/bootstrap: SSL handshake failed: …: (after 3ms in state …)`
    if let prefix = text.firstMatch(of: #/^(?:\w+:\/\/)?\S+:\d+\/\w+: /#) { text = text[prefix.range.upperBound...] }
    if let suffix = text.firstRange(of: " (after ") { text = text[..<suffix.lowerBound] }
    if let suffix = text.firstRange(of: ": (after ") { text = text[..<suffix.lowerBound] }
    if text.hasPrefix("SSL handshake failed: ") { text = text.dropFirst(22) }
    let line = text.split(separator: "\n").first ?? ""
    return String(line.count > 160 ? line.prefix(160) + "…" : line)
  }
}
