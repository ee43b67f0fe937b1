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
      A hub's NAME stands for a folder in the workspace, a path for any other folder; it is made where it is not there. \
      kafka://HOST:PORT/TOPIC is a topic of a Kafka broker. For Event Hubs give the connection string, or better \
      env:NAME, with the string in the environment: what is typed can be seen. Offsets are kept in the workspace's \
      checkpoints, whatever the hub.

      twitter is X's search (API v2), which wants an app's bearer token in the environment. mastodon is a server whose \
      posts are searched by tag; most show them to anybody. The detector is built in.

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

  @Option(help: "For a new hub or topic: how many partitions.")
  var partitions: Int?

  @Option(help: "The hub's name, where the connection string names none.")
  var hub: String?

  @Option(help: "Of Kafka: how the connection is made safe.")
  var security: KafkaAddress.Security?

  @Option(help: "Of Kafka: who you are (SASL PLAIN).")
  var user: String?

  @Option(help: ArgumentHelp("Of Kafka: where the password is.", valueName: "env:NAME"))
  var password: String?

  @Option(help: "With TLS: certificates (PEM) to trust instead of the system's.", completion: .file())
  var caFile: String?

  @Option(help: ArgumentHelp("Of mastodon: where an app's token is, if the server wants one.", valueName: "env:NAME"))
  var token: String?

  @Option(help: "Of twitter: another address of the API.")
  var server: String?

  static let secretOptions = ["--password", "--token", "--key"]

  /// All that stands behind twitter, which X is called now.
  static func secretPlaces(in arguments: [String], positionals: [Int]) -> [Int] {
    guard let service = positionals.first.map({ arguments[$0].lowercased() }) else { return [] }
    let name = Suggestion.closest(to: service, in: Service.allCases.map(\.rawValue))
    if service == "x" || name == Service.twitter.rawValue { return Array(positionals.dropFirst()) }
    // The rest of an address whose password holds blanks.
    return positionals.dropFirst(2).filter { arguments[$0].contains("@") }
  }

  /// An argument may be an address with a password, which may hold anything.
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
      return [.text("connected to the built-in detector")]
    case .twitter:
      guard EnvironmentValue.isOne(target) else {
        throw ConnectError.typedToken
      }
      let token = Secret(try EnvironmentValue.read(target))
      session.secrets.note(token.value)
      let service = XSearch(server: try Self.address(server ?? XSearch.address), token: token)
      await session.connect(twitter: service)
      return [.text("X will be asked at \(service.server): each post that is read costs $0.005")]
    case .mastodon:
      let token = try token.map { Secret(try EnvironmentValue.read($0)) }
      if let token { session.secrets.note(token.value) }
      let service = MastodonTimeline(server: try Self.address(target), token: token)
      await session.connect(mastodon: service)
      return [.text("Mastodon will be asked at \(service.server)")]
    case .hub:
      let address = try hubAddress(session.secrets)
      // Events that were meant for a broker must not end in a new folder.
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

  /// `https://host` of what was named; with http only where it was named so.
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
