/// Where a topic is, and how it is reached: all that a client needs to connect.
package struct KafkaAddress: Hashable, Sendable {
  /// What runs the broker; its abilities and the meaning of its errors depend on it.
  package enum Service: Hashable, Sendable {
    case kafka, eventHubs, eventHubsEmulator
  }

  /// Security protocols, by librdkafka's names.
  package enum Security: String, Hashable, Sendable, CaseIterable {
    case plaintext, ssl
    case saslPlaintext = "sasl-plaintext"
    case saslSSL = "sasl-ssl"

    /// Whether the connection is encrypted.
    package var hasTLS: Bool { self == .ssl || self == .saslSSL }
    /// Whether the client authenticates with a user and a password (SASL PLAIN).
    package var hasPassword: Bool { self == .saslPlaintext || self == .saslSSL }
  }

  /// What runs the broker.
  package var service: Service
  /// One or more of `host:port`.
  package var servers: [String]
  /// The topic, or the event hub.
  package var topic: String
  /// How the connection is made safe.
  package var security: Security
  /// The user for SASL PLAIN; nil without one.
  package var user: String?
  /// The user's password; nil without one.
  package var password: Secret?
  /// A file of certificates to trust in place of the system's; nil trusts the system's.
  package var certificates: String?

  /// The first server, `host:port`.
  package var server: String { servers.first ?? "" }

  /// The service, its servers, and whether TLS is used: `Kafka at localhost:9092, no TLS`.
  package var description: String {
    let name =
      switch service {
      case .kafka: "Kafka at \(servers.joined(separator: ","))"
      case .eventHubs: "Event Hubs at \(server)"
      case .eventHubsEmulator: "the Event Hubs emulator at \(server)"
      }
    return name + (security.hasTLS ? ", TLS" : ", no TLS")
  }

  /// Names the topic in checkpoints.
  package var identity: String { "\(servers.joined(separator: ","))/\(topic)" }

  /// Reads `kafka://host:port/topic`. Commas separate several servers; the default port is 9092.
  ///
  /// - Parameters:
  ///   - hub: the topic; needed if the address names none.
  ///   - security: (default: `sasl-ssl` with a user, `plaintext` without)
  /// - Throws: ``AddressError`` if the address is invalid or does not fit the other parameters.
  package init(
    parsing text: String, hub: String? = nil, security: Security? = nil, user: String? = nil,
    password: Secret? = nil, certificates: String? = nil
  ) throws(AddressError) {
    let scheme = "kafka://"
    guard text.lowercased().hasPrefix(scheme) else {
      throw .unknownScheme(text)
    }
    let rest = text.dropFirst(scheme.count)
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if parts[0].contains("@") {
      throw .passwordInAddress
    }
    var servers: [String] = []
    for server in parts[0].split(separator: ",", omittingEmptySubsequences: false) {
      servers.append(try Self.server(String(server), in: text))
    }
    let named = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
    guard let topic = named ?? hub else {
      throw .noTopic(address: text)
    }
    if let named, let hub, named != hub {
      throw .otherTopic(named, wanted: hub, address: text)
    }
    try Self.check(topic: topic)
    let security = security ?? (user == nil ? .plaintext : .saslSSL)
    if security.hasPassword, user == nil || password == nil {
      throw .missingPassword(security)
    }
    if !security.hasPassword, user != nil || password != nil {
      throw .uselessPassword(security)
    }
    if certificates != nil, !security.hasTLS {
      throw .uselessCertificates(security)
    }
    self.init(
      service: .kafka, servers: servers, topic: topic, security: security, user: user, password: password,
      certificates: certificates)
  }

  init(
    service: Service, servers: [String], topic: String, security: Security, user: String?, password: Secret?,
    certificates: String?
  ) {
    self.service = service
    self.servers = servers
    self.topic = topic
    self.security = security
    self.user = user
    self.password = password
    self.certificates = certificates
  }

  private static func server(_ text: String, in address: String) throws(AddressError) -> String {
    // An IPv6 address has colons of its own, within brackets.
    let end = text.lastIndex(of: "]") ?? text.startIndex
    let colon = text[end...].lastIndex(of: ":")
    let (host, port) = colon.map { (text[..<$0], text[text.index(after: $0)...]) } ?? (text[...], "9092")
    guard !host.isEmpty, host.allSatisfy({ !$0.isWhitespace }), let number = UInt16(port), number > 0 else {
      throw .badServer(text, address: address)
    }
    return "\(host):\(number)"
  }

  /// Applies Kafka's rule for topic names: 1 to 249 of letters, digits, `.`, `_` and `-`.
  static func check(topic: String) throws(AddressError) {
    let isGood =
      (1...249).contains(topic.utf8.count) && topic != "." && topic != ".."
      && topic.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
    guard isGood else {
      throw .badTopic(topic)
    }
  }
}
