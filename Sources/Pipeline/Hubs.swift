package import EventHub

/// Where a hub is.
package enum HubAddress: Hashable, Sendable {
  /// A name in the workspace, or a folder's path.
  case embedded(String)
  case broker(KafkaAddress)
}

/// The hubs that a backend reaches. A hub is opened anew for each use, since other programs may remove it or make it anew; connections to
/// brokers are kept.
package protocol Hubs: Sendable {
  /// The names of the hubs in the workspace, sorted.
  func names() throws -> [String]

  /// Whether a hub is there; true for a broker's, which only a connection can tell.
  func exists(_ address: HubAddress) throws -> Bool

  /// Connects to a hub; creates it if missing.
  ///
  /// - Parameter partitions: of a hub that is created; nil takes 1, or what the hub has.
  func connect(_ address: HubAddress, partitions: Int?) async throws -> any Hub

  /// A hub to read from, which must be there.
  func hub(toRead address: HubAddress) async throws -> any Hub

  /// A hub to send to; one in the workspace is created if missing.
  ///
  /// - Throws: ``RehearsalRefusal`` if others would see the events of a rehearsal.
  func hub(toSendTo address: HubAddress) async throws -> any Hub

  /// Sets how much of the past a hub keeps, and deletes what it keeps no longer.
  ///
  /// - Returns: how many events it deleted; nil if the program that sends will delete them.
  /// - Throws: ``RetentionIsTheBrokers`` for a broker's hub.
  func retain(_ retention: Retention, in address: HubAddress) async throws -> Int64?

  /// The folder that keeps how far searches were sent.
  ///
  /// - Throws: ``RehearsalRefusal`` in a rehearsal, which asks no service.
  func searches(of service: String) throws -> String
}

/// A broker's hub, which keeps events as the broker's settings say.
package struct RetentionIsTheBrokers: Error, Hashable {
  package init() {}
}

/// What a rehearsal does not do, since others would see it.
package enum RehearsalRefusal: Error, Hashable {
  case send(hub: String)
  case change(hub: String)
  case ask(service: String)
  case write(file: String)
}
