/// What librdkafka or a broker said, by the name of the error and its own words.
package struct KafkaFault: Error, Hashable {
  /// As librdkafka names it: `_RESOLVE`, `UNKNOWN_TOPIC_OR_PART`. A name with `_` is the client's own.
  package let name: String
  package let reason: String

  package init(_ name: String, _ reason: String) {
    self.name = name
    self.reason = reason
  }

  /// Whether waiting may help: a broker that is away or busy, or ends connections as it starts.
  package var isTransient: Bool { Self.transient.contains(name) || name == "_SSL" && !isAboutCertificates }

  /// Whether who connects need not wait for the time to be over.
  var isFinal: Bool { Self.final.contains(name) }

  /// Whether waiting cannot help, of a hub that has worked before.
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

/// A broker that cannot be used, in the terms of who named it.
package struct BrokerError: Error, Hashable, CustomStringConvertible {
  package let fault: KafkaFault
  package let address: KafkaAddress
  /// The topics that are there, where they are known.
  package var topics: [String] = []

  package init(_ fault: KafkaFault, _ address: KafkaAddress, topics: [String] = []) {
    self.fault = fault
    self.address = address
    self.topics = topics
  }

  package var isTransient: Bool { fault.isTransient }

  package var description: String { "\(problem)\n\(wayOut)" }

  private var isEventHubs: Bool { address.service != .kafka }
  private var host: String { String(address.server[..<(address.server.lastIndex(of: ":") ?? address.server.endIndex)]) }
  private var reason: String { Self.short(fault.reason) }

  /// What a broker calls itself, where that is none of the names by which it was named.
  private var stranger: String? {
    guard let match = fault.reason.firstMatch(of: #/^(?:\w+:\/\/)?([^\/\s]+:\d+)\/(?!bootstrap)/#) else { return nil }
    let name = String(match.1)
    return address.servers.contains { $0.lowercased() == name.lowercased() } ? nil : name
  }

  private enum Case {
    case unknownHost, strangeName, noBroker, forgot, badName, tooLarge, endsTLS, refused, endsAtOnce, untrusted, noTLS
    case tls, key, mechanism, topicRights, noTopic
    case exists, rights, lost, silent, other
  }

  private var what: Case {
    let reason = fault.reason.lowercased()
    if stranger != nil, ["_RESOLVE", "_TRANSPORT", "_SSL"].contains(fault.name) { return .strangeName }
    switch fault.name {
    case "_RESOLVE": return .unknownHost
    case "_SSL":
      if reason.contains("unexpected eof") { return .endsTLS }
      if reason.contains("wrong version number") || reason.contains("unknown protocol")
        || reason.contains("packet length")
      {
        return .noTLS
      }
      return reason.contains("certificate verify failed") ? .untrusted : .tls
    case "_AUTHENTICATION", "SASL_AUTHENTICATION_FAILED":
      return reason.contains("unsupported sasl mechanism") ? .mechanism : .key
    case "UNSUPPORTED_SASL_MECHANISM": return .mechanism
    case "MSG_SIZE_TOO_LARGE": return .tooLarge
    case "OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID": return .forgot
    case "TOPIC_EXCEPTION": return .badName
    // What would be the size is `HTTP`.
    case "_BAD_MSG": return reason.contains("invalid response size 1213486160") ? .noBroker : .other
    case "TOPIC_AUTHORIZATION_FAILED": return .topicRights
    case "CLUSTER_AUTHORIZATION_FAILED", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED": return .rights
    case "UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION": return .noTopic
    case "TOPIC_ALREADY_EXISTS": return .exists
    case "_AUTO_OFFSET_RESET", "OFFSET_OUT_OF_RANGE": return .lost
    case "_TRANSPORT", "_ALL_BROKERS_DOWN":
      if reason.contains("refused") { return .refused }
      if reason.contains("security.protocol") || reason.contains("disconnect") || reason.contains("reset") {
        return .endsAtOnce
      }
      return .silent
    case "_TIMED_OUT", "_MSG_TIMED_OUT", "_TIMED_OUT_QUEUE", "REQUEST_TIMED_OUT": return .silent
    default: return .other
    }
  }

  /// What is wrong, in one line.
  package var problem: String {
    let server = address.server
    switch what {
    case .unknownHost: return "there is no host '\(host)': its name was not found"
    case .strangeName:
      return "the broker at \(server) calls itself \(stranger ?? ""), which cannot be reached: \(reason)"
    case .noBroker: return "\(server) is no Kafka broker: it answers in another way"
    case .forgot: return "\(server) no longer knows what it had acknowledged, and may have lost it"
    case .badName: return "\(server) takes '\(address.topic)' for no topic's name"
    case .tooLarge: return "\(server) takes no event so large: \(reason)"
    case .endsTLS: return "\(server) ended the connection when TLS should begin"
    case .refused: return "nobody listens at \(server)"
    case .endsAtOnce: return "\(server) ended the connection as soon as it began"
    case .untrusted: return "the certificate of \(server) is not trusted, or is another host's"
    case .noTLS: return "\(server) does not speak TLS"
    case .tls: return "no TLS with \(server): \(reason)"
    case .key:
      return isEventHubs
        ? "\(host) refused the connection string's key: \(reason)"
        : "\(server) refused the user '\(address.user ?? "")' or the password: \(reason)"
    case .mechanism: return "\(server) takes no user and password of the kind PLAIN: \(reason)"
    case .topicRights:
      return isEventHubs
        ? "\(host) lets nobody use the hub '\(address.topic)' over Kafka with this key"
        : "\(server) does not let \(address.user.map { "the user '\($0)'" } ?? "you") use the topic '\(address.topic)'"
    case .rights: return "\(server) does not let \(address.user.map { "the user '\($0)'" } ?? "you") do this: \(reason)"
    case .noTopic: return "there is no \(isEventHubs ? "hub" : "topic") '\(address.topic)' at \(server)"
    case .exists: return "the topic '\(address.topic)' is at \(server) already"
    case .lost: return "\(server) no longer holds the events of '\(address.topic)' that were to be read next"
    case .silent: return "\(server) does not answer"
    case .other: return "\(server) could not do it: \(reason) (\(fault.name))"
    }
  }

  private var wayOut: String {
    switch what {
    case .unknownHost:
      return isEventHubs
        ? "check the namespace in the Endpoint, and that this machine is online"
        : "check the name, and that this machine is online"
    case .strangeName: return "set advertised.listeners of the broker to a name that this machine can reach"
    case .noBroker: return "check host and port"
    case .forgot: return "look with: hub; then send what is missing"
    case .badName: return "use letters, digits, ., _ and -"
    case .tooLarge: return "make the events smaller, or max.message.bytes of the topic larger"
    case .endsTLS:
      return isEventHubs
        ? "the namespace's firewall may not let this machine in; an emulator's string says UseDevelopmentEmulator=true"
        : "if it speaks no TLS there: --security plaintext or sasl-plaintext"
    case .refused:
      return address.service == .eventHubs
        ? "check the namespace, and that a firewall lets port 9093 through" : "start the broker, or check host and port"
    case .endsAtOnce:
      return isEventHubs
        ? "the namespace's firewall may not let this machine in: see Networking in the portal"
        : "it may want another --security: \(KafkaAddress.Security.allCases.map(\.rawValue).joined(separator: ", "))"
    case .untrusted:
      return
        "name the authority's certificate, if you trust it: --ca-file FILE; use the name that the certificate is for"
    case .noTLS:
      return isEventHubs
        ? "of an emulator the connection string says UseDevelopmentEmulator=true"
        : "use its port for TLS, or --security plaintext or sasl-plaintext"
    case .tls: return "check the port, and the certificates: --ca-file FILE"
    case .key:
      return isEventHubs
        ? "copy the connection string anew from the portal: Shared access policies" : "check --user and --password"
    case .mechanism: return "let the broker offer SASL PLAIN, or use --security ssl or plaintext"
    case .topicRights:
      return isEventHubs
        ? "a namespace of the Basic tier has no Kafka endpoint: take Standard; or the key's policy lacks Listen or Send"
        : "let its administrator allow it: Describe, Read and Write on the topic"
    case .rights: return "let its administrator allow it"
    case .noTopic:
      let known =
        topics.isEmpty
        ? "" : "there are \(topics.prefix(5).joined(separator: ", "))\(topics.count > 5 ? ", …" : ""); or "
      return isEventHubs
        ? "\(known)make it in the portal, or name another: --hub NAME"
        : "\(known)make it: connect hub … --partitions N"
    case .exists: return "connect without --partitions"
    case .lost: return "read on with what there is: write … --on-gap earliest; or from the start: --restart"
    case .silent: return "check host, port and firewall, and that the broker runs"
    case .other: return "look into the broker's log"
    }
  }

  /// What was said, without the broker's name before it and how long it took.
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
