/// Where a topic is, and how it is reached: all that a client needs.
package struct KafkaAddress: Hashable, Sendable {
  /// Whose the broker is: what it can and cannot do, and what its errors mean, depend on it.
  package enum Service: Hashable, Sendable {
    case kafka, eventHubs, eventHubsEmulator
  }

  /// As librdkafka names them.
  package enum Security: String, Hashable, Sendable, CaseIterable {
    case plaintext, ssl
    case saslPlaintext = "sasl-plaintext"
    case saslSSL = "sasl-ssl"

    package var hasTLS: Bool { self == .ssl || self == .saslSSL }
    package var hasPassword: Bool { self == .saslPlaintext || self == .saslSSL }
  }

  package struct Fault: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  package var service: Service
  /// One or more of `host:port`.
  package var servers: [String]
  package var topic: String
  package var security: Security
  package var user: String?
  package var password: Secret?
  /// Certificates to trust in place of the system's.
  package var certificates: String?

  /// `host:port`, of the first server.
  package var server: String { servers.first ?? "" }

  /// What it is, where it is, and how it is reached.
  package var description: String {
    let name =
      switch service {
      case .kafka: "Kafka at \(servers.joined(separator: ","))"
      case .eventHubs: "Event Hubs at \(server)"
      case .eventHubsEmulator: "the Event Hubs emulator at \(server)"
      }
    return name + (security.hasTLS ? ", TLS" : ", no TLS")
  }

  /// Stands for the topic in checkpoints.
  package var identity: String { "\(servers.joined(separator: ","))/\(topic)" }

  /// Reads `kafka://host:port/topic`; several servers stand with commas between them, and the port is 9092 where none is named.
  ///
  /// - Parameters:
  ///   - hub: the topic, where the address names none.
  ///   - security: nil is `sasl-ssl` or `plaintext`, as there is a user or not.
  package init(
    parsing text: String, hub: String? = nil, security: Security? = nil, user: String? = nil,
    password: Secret? = nil, certificates: String? = nil
  ) throws(Fault) {
    let scheme = "kafka://"
    guard text.lowercased().hasPrefix(scheme) else {
      throw Fault(description: "'\(text)' is no address\nwrite \(Self.form)")
    }
    let rest = text.dropFirst(scheme.count)
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if parts[0].contains("@") {
      throw Fault(
        description:
          "a password in an address can be read by others\nwrite \(Self.form) --user NAME --password env:NAME")
    }
    var servers: [String] = []
    for server in parts[0].split(separator: ",", omittingEmptySubsequences: false) {
      servers.append(try Self.server(String(server), in: text))
    }
    let named = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
    guard let topic = named ?? hub else {
      throw Fault(description: "'\(text)' names no topic\nwrite \(Self.form), or add --hub TOPIC")
    }
    if let named, let hub, named != hub {
      throw Fault(description: "'\(text)' names the topic \(named), and --hub \(hub)\nleave out one of them")
    }
    try Self.check(topic: topic)
    let security = security ?? (user == nil ? .plaintext : .saslSSL)
    if security.hasPassword, user == nil || password == nil {
      throw Fault(
        description: "--security \(security.rawValue) wants a user and a password\nadd --user NAME --password env:NAME")
    }
    if !security.hasPassword, user != nil || password != nil {
      throw Fault(
        description:
          "--security \(security.rawValue) sends neither user nor password\nuse sasl-ssl or sasl-plaintext, or leave --user and --password out"
      )
    }
    if certificates != nil, !security.hasTLS {
      throw Fault(
        description:
          "--ca-file is for TLS, which --security \(security.rawValue) has not\nadd --security ssl, or leave it out")
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

  private static let form = "kafka://HOST:9092/TOPIC"

  private static func server(_ text: String, in address: String) throws(Fault) -> String {
    // An IPv6 address stands in brackets, and has colons of its own.
    let end = text.lastIndex(of: "]") ?? text.startIndex
    let colon = text[end...].lastIndex(of: ":")
    let (host, port) = colon.map { (text[..<$0], text[text.index(after: $0)...]) } ?? (text[...], "9092")
    guard !host.isEmpty, host.allSatisfy({ !$0.isWhitespace }), let number = UInt16(port), number > 0 else {
      throw Fault(description: "'\(text)' in '\(address)' is no host and port\nwrite \(form)")
    }
    return "\(host):\(number)"
  }

  /// Kafka's own rule for names of topics.
  static func check(topic: String) throws(Fault) {
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
      throw Fault(
        description: "'\(topic)' is no name of a hub or topic\nuse letters, digits, ., _ and -, 249 at the most")
    }
  }
}
