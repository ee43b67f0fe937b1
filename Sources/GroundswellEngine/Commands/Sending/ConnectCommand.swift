import ArgumentParser
import DurableFiles
import EventHub
import Pipeline
import Wording
import EventFiles
import Rendering

struct ConnectCommand: SessionCommand {
  enum Service: String, ExpressibleByArgument, CaseIterable {
    case hub, twitter, mastodon, detector
  }

  static let configuration = CommandConfiguration(
    commandName: "connect",
    abstract: "Choose the event hub to send to and read from, where tweets come from, or the detector.",
    discussion: """
      NAME is a workspace folder; a path is any folder. Missing hubs are created. kafka://HOST:PORT/TOPIC is a topic of a \
      Kafka broker. For Event Hubs give the connection string, or better env:NAME with the string in an environment \
      variable, since typed text can be seen. The workspace's checkpoints keep the offsets of any hub.

      twitter searches X (API v2), with an app's bearer token in the environment. mastodon searches the posts of a server \
      by tag; most servers need no token. The detector is built in.

        connect hub tweets
        connect hub wide --partitions 4
        connect hub env:EVENT_HUB --hub tweets
        connect hub kafka://kafka.example:9092/tweets
        connect hub kafka://kafka.example/tweets --user ann --password env:PW
        connect twitter env:X_BEARER_TOKEN
        connect mastodon mastodon.social
        connect detector built-in
      """.flowing)

  @Argument(help: "hub, twitter, mastodon or detector.")
  var service: Service

  @Argument(help: "A name, a folder, kafka://HOST:PORT/TOPIC, a connection string, env:NAME, a server, or built-in.")
  var target: String

  @Option(help: "Number of partitions of a new hub or topic.")
  var partitions: Int?

  @Option(help: "The hub's name, if the connection string has none.")
  var hub: String?

  @Option(help: "Kafka: security protocol.")
  var security: KafkaAddress.Security?

  @Option(help: "Kafka: user name (SASL PLAIN).")
  var user: String?

  @Option(
    help: ArgumentHelp("Kafka: environment variable with the password.", valueName: "env:NAME"),
    completion: .list(["env:"]))
  var password: String?

  @Option(help: "TLS: certificates to trust, PEM (default: the system's).", completion: .file())
  var caFile: String?

  @Option(
    help: ArgumentHelp(
      "Mastodon: environment variable with an app's token, if the server needs one.", valueName: "env:NAME"),
    completion: .list(["env:"]))
  var token: String?

  @Option(help: "X: another address of the API.")
  var server: String?

  /// Targets depend on the service.
  static func completions(of valueName: String, after arguments: [String]) -> [String]? {
    guard valueName == "target", let service = arguments.lazy.compactMap(Service.init(rawValue:)).first else {
      return nil
    }
    return switch service {
    case .hub: [NameKind.hub.placeholder, "kafka://", "env:"]
    case .twitter: ["env:"]
    case .mastodon: ["mastodon.social"]
    case .detector: ["built-in"]
    }
  }

  static let secretOptions = ["--password", "--token", "--key"]

  /// Everything behind twitter, or behind its new name, x.
  static func secretIndices(in arguments: [String], positionals: [Int]) -> [Int] {
    guard let service = positionals.first.map({ arguments[$0].lowercased() }) else { return [] }
    let name = Suggestion.closest(to: service, in: Service.allCases.map(\.rawValue))
    if service == "x" || name == Service.twitter.rawValue { return Array(positionals.dropFirst()) }
    // The rest of an address whose password has blanks.
    return positionals.dropFirst(2).filter { arguments[$0].contains("@") }
  }

  /// An argument may be an address, whose password may have any characters.
  static func withoutSecrets(_ argument: String) -> (masked: String, secrets: [String]) {
    var (masked, secrets) = (SecretForms.masked(argument), SecretForms.secrets(in: argument))
    if let range = SecretForms.password(inAddress: argument), argument[range] != Secrets.mark {
      secrets.append(String(argument[range]))
    }
    if let range = SecretForms.password(inAddress: masked) { masked.replaceSubrange(range, with: Secrets.mark) }
    return (masked, secrets)
  }

  func validate() throws {
    if let partitions, !(1...1024).contains(partitions) { throw ValidationError("--partitions takes 1 to 1024") }
    for (option, value) in ["--password": password, "--token": token] {
      if let value, !EnvironmentValue.isOne(value) {
        throw ValidationError("\(option) takes env:NAME, with the secret in the environment")
      }
    }
    if token != nil, service != .mastodon { throw ValidationError("--token goes with mastodon") }
    if server != nil, service != .twitter { throw ValidationError("--server goes with twitter") }
  }

  func run(in session: Session) async throws -> [Output] {
    switch service {
    case .detector:
      guard target == "built-in" else {
        throw ConnectError.unknownDetector(target)
      }
      session.detectors.source = .builtIn
      return [.text("connected to the built-in detector")]
    case .twitter:
      guard EnvironmentValue.isOne(target) else {
        throw ConnectError.typedToken
      }
      let token = Secret(try EnvironmentValue.read(target))
      session.secrets.note(token.value)
      let service = XSearch(server: try Self.address(server ?? XSearch.address), token: token)
      await session.connect(twitter: service)
      return [.text("will search X at \(service.server): each post read costs $0.005")]
    case .mastodon:
      let token = try token.map { Secret(try EnvironmentValue.read($0)) }
      if let token { session.secrets.note(token.value) }
      let service = MastodonTimeline(server: try Self.address(target), token: token)
      await session.connect(mastodon: service)
      return [.text("will search Mastodon at \(service.server)")]
    case .hub:
      let address = try hubAddress(session.secrets)
      // Events meant for a broker must not end in a new folder.
      if case .embedded = address, EnvironmentValue.isOne(target), try !session.backend.hubs.exists(address) {
        throw ConnectError.notATarget(variable: target)
      }
      let hub = try await session.connect(hub: address, partitions: partitions)
      let held = try await hub.heldOffsets()
      let events = held.reduce(0) { $0 + $1.count }
      return [
        .text(
          "connected to the hub \(hub.name): \(hub.kind), \(counted(held.count, "partition")), \(counted(events, "event"))"
        )
      ]
    }
  }

  /// The server's address, `https://host`; with http only if the text says so.
  private static func address(_ text: String) throws(ConnectError) -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: true)
    let scheme = text.lowercased().hasPrefix("http://") ? "http" : "https"
    let host = text.contains("://") ? parts.dropFirst() : parts[...]
    guard host.count == 1, let name = host.first, !name.contains(where: { $0.isWhitespace || "@?#\\".contains($0) }),
      !text.contains("://") || text.lowercased().hasPrefix("\(scheme)://")
    else {
      throw .badServer(text)
    }
    if scheme == "http", !isLoopback(String(name)) {
      throw .unencrypted(server: String(name))
    }
    return "\(scheme)://\(name.lowercased())"
  }

  private func hubAddress(_ secrets: Secrets) throws -> HubAddress {
    if let caFile { _ = try DurableFiles.status(of: caFile) }
    let target = EnvironmentValue.isOne(target) ? try EnvironmentValue.read(target) : target
    Self.withoutSecrets(target).secrets.forEach(secrets.note)
    if ConnectionString.looksLike(target) {
      try refuse(
        ["--security": security?.rawValue, "--user": user, "--password": password], with: "a connection string")
      return .broker(try ConnectionString(parsing: target).address(hub: hub, certificates: caFile))
    }
    if target.contains("://") {
      let password = try password.map { Secret(try EnvironmentValue.read($0)) }
      if let password { secrets.note(password.value) }
      return .broker(
        try KafkaAddress(
          parsing: target, hub: hub, security: security, user: user, password: password, certificates: caFile))
    }
    if target.contains(#/^[^\/]+:\d+(\/|$)/#) {
      throw ConnectError.addressWithoutScheme(target)
    }
    try refuse(
      ["--hub": hub, "--security": security?.rawValue, "--user": user, "--password": password, "--ca-file": caFile],
      with: "a folder")
    return .embedded(target)
  }

  private func refuse(_ options: KeyValuePairs<String, String?>, with target: String) throws(ConnectError) {
    guard let given = options.first(where: { $0.value != nil }) else { return }
    throw .uselessOption(given.key, target: target)
  }
}

extension KafkaAddress.Security: ExpressibleByArgument {}
