/// An Event Hubs connection string: `Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…`.
///
/// As the Azure SDKs read it: pairs in any order, names in any case, blanks around them trimmed, unknown names ignored; a value may hold
/// `=`. The endpoint's scheme and port do not matter.
package struct ConnectionString: Hashable, Sendable {
  package let host: String
  /// The event hub's name.
  package let entityPath: String?
  package let isEmulator: Bool
  private let text: Secret

  /// Whether a text is meant to be one.
  package static func looksLike(_ text: String) -> Bool { text.contains("=") && text.contains(";") || isPair(text) }

  private static func isPair(_ text: String) -> Bool {
    ["endpoint=", "sharedaccess", "entitypath="].contains { text.lowercased().hasPrefix($0) }
  }

  /// - Throws: what is missing, in words that do not hold the key.
  package init(parsing text: String) throws(KafkaAddress.Fault) {
    var values: [String: String] = [:]
    for pair in text.split(separator: ";", omittingEmptySubsequences: true) {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.trimmed(sides[0])
      if sides.count == 1, name.isEmpty { continue }
      guard sides.count == 2 else {
        throw KafkaAddress.Fault(
          description:
            "the connection string has a part without '='\ncopy it whole from the portal: Shared access policies, Connection string"
        )
      }
      let known = Self.names.first { $0.lowercased() == name.lowercased() }
      guard let known else { continue }
      let value = Self.trimmed(sides[1])
      guard !value.isEmpty else {
        throw KafkaAddress.Fault(
          description: "the connection string's \(known) is empty\ncopy it whole from the portal")
      }
      values[known] = value
    }
    guard let endpoint = values["Endpoint"], let host = Self.host(of: endpoint) else {
      throw KafkaAddress.Fault(
        description:
          "the connection string has no Endpoint with a host\nit begins with Endpoint=sb://NAMESPACE.servicebus.windows.net/"
      )
    }
    guard values["SharedAccessSignature"] == nil else {
      throw KafkaAddress.Fault(
        description:
          "Event Hubs takes no SharedAccessSignature on its Kafka endpoint\nuse a connection string with SharedAccessKeyName and SharedAccessKey"
      )
    }
    guard let key = values["SharedAccessKey"], values["SharedAccessKeyName"] != nil else {
      throw KafkaAddress.Fault(
        description:
          "the connection string has no SharedAccessKeyName and SharedAccessKey\ncopy it whole from the portal")
    }
    // As notebooks and history keep it.
    guard !key.contains("…") else {
      throw KafkaAddress.Fault(
        description:
          "the key is left out of what is kept in notebooks\nput the connection string into the environment and write: connect hub env:NAME"
      )
    }
    self.host = host
    entityPath = values["EntityPath"]
    isEmulator = values["UseDevelopmentEmulator"]?.lowercased() == "true"
    self.text = Secret(text)
  }

  /// The Kafka endpoint of the namespace: port 9093 with TLS, of the emulator 9092 without; the user is called `$ConnectionString`,
  /// and the whole string is the password (Microsoft, "Event Hubs for Apache Kafka").
  ///
  /// - Parameter hub: the event hub's name, where the string has none.
  package func address(hub: String?, certificates: String? = nil) throws(KafkaAddress.Fault) -> KafkaAddress {
    if let hub, let entityPath, hub.lowercased() != entityPath.lowercased() {
      throw KafkaAddress.Fault(
        description:
          "the connection string is for the hub \(entityPath), not \(hub)\nleave --hub out, or use the namespace's own string"
      )
    }
    guard let topic = entityPath ?? hub else {
      throw KafkaAddress.Fault(
        description: "the connection string is a namespace's and names no hub\nadd --hub NAME")
    }
    try KafkaAddress.check(topic: topic)
    return KafkaAddress(
      service: isEmulator ? .eventHubsEmulator : .eventHubs, servers: ["\(host):\(isEmulator ? 9092 : 9093)"],
      topic: topic, security: isEmulator ? .saslPlaintext : .saslSSL, user: "$ConnectionString", password: text,
      certificates: certificates)
  }

  private static let names = [
    "Endpoint", "EntityPath", "SharedAccessKeyName", "SharedAccessKey", "SharedAccessSignature",
    "UseDevelopmentEmulator",
  ]

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }

  private static func host(of endpoint: String) -> String? {
    var rest = endpoint[...]
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    let host = rest.prefix { $0 != "/" && $0 != ":" }
    let isGood = host.utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 && !Array("\"'@?#\\,".utf8).contains($0) }
    return host.isEmpty || !isGood ? nil : String(host)
  }
}
