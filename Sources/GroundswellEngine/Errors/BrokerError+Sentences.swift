package import EventHub

extension BrokerError: Explained {
  package var remedy: String? { isEventHubs ? eventHubsRemedy ?? brokerRemedy : brokerRemedy }

  /// What differs for Event Hubs and its emulator.
  private var eventHubsRemedy: String? {
    switch kind {
    case .unknownHost: "check the namespace in the Endpoint, and that this machine is online"
    case .refused:
      address.service == .eventHubs ? "check the namespace, and that a firewall lets port 9093 through" : nil
    case .closesAtOnce: "check that the namespace's firewall lets this machine in: Networking in the portal"
    case .closesTLS:
      "check that the namespace's firewall lets this machine in; an emulator's string needs UseDevelopmentEmulator=true"
    case .noTLS: "if it is an emulator, add UseDevelopmentEmulator=true to the connection string"
    case .wrongKey: "copy the connection string anew from the portal: Shared access policies"
    case .noRightsOnTopic:
      "give the key's policy Listen and Send; a namespace of the Basic tier has no Kafka endpoint: take Standard"
    case .noTopic: "\(known)create it in the portal, or name another: --hub NAME"
    default: nil
    }
  }

  private var brokerRemedy: String {
    switch kind {
    case .unknownHost: "check the name, and that this machine is online"
    case .advertisesUnreachableName: "set the broker's advertised.listeners to a name that this machine can reach"
    case .notABroker: "check host and port"
    case .refused: "start the broker, or check host and port"
    case .closesAtOnce:
      "try another --security: \(KafkaAddress.Security.allCases.map(\.rawValue).joined(separator: ", "))"
    case .silent: "check host, port and firewall, and that the broker runs"
    case .closesTLS: "if the port has no TLS: --security plaintext or sasl-plaintext"
    case .noTLS: "use its port for TLS, or --security plaintext or sasl-plaintext"
    case .untrusted: "use the name in the certificate; if you trust its authority: --ca-file FILE"
    case .otherTLS: "check the port, and the certificates: --ca-file FILE"
    case .wrongKey: "check --user and --password"
    case .wrongMechanism: "enable SASL PLAIN at the broker, or use --security ssl or plaintext"
    case .noRights: "ask its administrator for the right"
    case .noRightsOnTopic: "ask its administrator for Describe, Read and Write on the topic"
    case .noTopic: "\(known)create it: connect hub … --partitions N"
    case .topicExists: "connect without --partitions"
    case .badTopicName: "use letters, digits, ., _ and -"
    case .eventTooLarge: "make the events smaller, or the topic's max.message.bytes larger"
    case .lostSequence: "look what the hub holds with: hub; then send what is missing"
    case .lostOffset: "skip the lost events (write … --on-gap earliest), or begin again (--restart)"
    case .other: "look into the broker's log"
    }
  }

  /// The topics that the broker has; empty if it has not named them.
  private var known: String {
    topics.isEmpty
      ? "" : "there are \(topics.prefix(5).joined(separator: ", "))\(topics.count > 5 ? ", …" : ""); or: "
  }
}
