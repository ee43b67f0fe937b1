import ArgumentParser

struct ConnectCommand: SessionCommand {
  enum Service: String, ExpressibleByArgument, CaseIterable {
    case hub, detector
  }

  static let configuration = CommandConfiguration(
    commandName: "connect", abstract: "Choose the event hub to send to and read from, or the detector.",
    discussion: """
      A hub's NAME stands for a folder in the workspace, a path for any other folder; it is made where it is not there.
      The detector is built in.

        connect hub tweets
        connect hub wide --partitions 4
        connect detector built-in
      """.flowing)

  @Argument(help: "hub or detector.")
  var service: Service

  @Argument(help: "A name, a folder, or built-in.")
  var target: String

  @Option(help: "For a new hub: how many partitions.")
  var partitions: Int?

  struct NotHere: Error, CustomStringConvertible {
    let target: String
    var description: String {
      "'\(Secrets.masked(target))' cannot be connected: Event Hubs, Kafka and remote detectors are not there yet\nconnect hub NAME keeps events in a folder; the detector is built-in"
    }
  }

  func validate() throws {
    if let partitions, !(1...1024).contains(partitions) { throw ValidationError("--partitions takes 1 to 1024") }
  }

  func run(in session: Session) async throws -> [Output] {
    switch service {
    case .detector:
      guard target == "built-in" else { throw NotHere(target: target) }
      return [.text("connected to the built-in detector")]
    case .hub:
      guard !target.contains("://"), !target.hasPrefix("env:"), !target.contains("=") else {
        throw NotHere(target: target.contains("=") ? "Endpoint=…" : target)
      }
      let hub = try await session.connect(hub: target, partitions: partitions)
      let events = try (0..<hub.partitionCount).reduce(0) { $0 + (try hub.offsets(partition: $1).count) }
      return [
        .text(
          "connected to the hub \(hub.name): embedded, \(counted(hub.partitionCount, "partition")), \(counted(events, "event"))"
        )
      ]
    }
  }
}
