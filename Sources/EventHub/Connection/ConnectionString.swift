import Wording

/// An Event Hubs connection string: `Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…`.
///
/// Read as the Azure SDKs read it: pairs in any order, names in any case, blanks around them trimmed, unknown names ignored; a value may
/// hold `=`. The endpoint's scheme and port do not matter.
package struct ConnectionString: Hashable, Sendable {
  /// The host of the endpoint.
  package let host: String
  /// The event hub's name; nil if the string is a namespace's.
  package let entityPath: String?
  /// Whether it is for the Event Hubs emulator.
  package let isEmulator: Bool
  private let text: Secret

  /// Whether a text is meant to be a connection string, right or wrong.
  package static func looksLike(_ text: String) -> Bool { text.contains("=") && text.contains(";") || isPair(text) }

  private static func isPair(_ text: String) -> Bool {
    ["endpoint=", "sharedaccess", "entitypath="].contains { text.lowercased().hasPrefix($0) }
  }

  /// - Throws: ``AddressError`` if a part is missing or wrong.
  package init(parsing text: String) throws(AddressError) {
    var values: [String: String] = [:]
    for pair in text.split(separator: ";", omittingEmptySubsequences: true) {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(sides[0].trimmed)
      if sides.count == 1, name.isEmpty { continue }
      guard sides.count == 2 else {
        throw AddressError.partWithoutValue
      }
      let known = Self.names.first { $0.lowercased() == name.lowercased() }
      guard let known else { continue }
      let value = String(sides[1].trimmed)
      guard !value.isEmpty else {
        throw AddressError.emptyPart(known)
      }
      values[known] = value
    }
    guard let endpoint = values["Endpoint"], let host = Self.host(of: endpoint) else {
      throw AddressError.noEndpoint
    }
    guard values["SharedAccessSignature"] == nil else {
      throw AddressError.signature
    }
    guard let key = values["SharedAccessKey"], values["SharedAccessKeyName"] != nil else {
      throw AddressError.noKey
    }
    // Notebooks and history keep masked keys.
    guard !key.contains("…") else {
      throw AddressError.maskedKey
    }
    self.host = host
    entityPath = values["EntityPath"]
    isEmulator = values["UseDevelopmentEmulator"]?.lowercased() == "true"
    self.text = Secret(text)
  }

  /// The Kafka endpoint of the namespace: port 9093 with TLS, or 9092 without TLS for the emulator. The user is `$ConnectionString`,
  /// and the password is the whole string (Microsoft, "Event Hubs for Apache Kafka").
  ///
  /// - Parameters:
  ///   - hub: the event hub's name; needed if the string has none.
  ///   - certificates: a file of certificates to trust in place of the system's.
  /// - Throws: ``AddressError`` if no hub, two different hubs, or an invalid hub is named.
  package func address(hub: String?, certificates: String? = nil) throws(AddressError) -> KafkaAddress {
    if let hub, let entityPath, hub.lowercased() != entityPath.lowercased() {
      throw AddressError.otherHub(entityPath, wanted: hub)
    }
    guard let topic = entityPath ?? hub else {
      throw AddressError.noHub
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

  private static func host(of endpoint: String) -> String? {
    var rest = endpoint[...]
    if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
    let host = rest.prefix { $0 != "/" && $0 != ":" }
    let isGood = host.utf8.allSatisfy { $0 < 0x80 && $0 > 0x20 && !Array("\"'@?#\\,".utf8).contains($0) }
    return host.isEmpty || !isGood ? nil : String(host)
  }
}
