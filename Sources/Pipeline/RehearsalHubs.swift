package import EventHub

/// The hubs of a rehearsal: it reads every hub, and changes only those in its own folder.
package struct RehearsalHubs: Hubs {
  private let base: any Hubs
  private let isOwn: @Sendable (HubAddress) -> Bool

  /// - Parameter isOwn: whether a hub is in the rehearsal's folder.
  package init(_ base: any Hubs, isOwn: @escaping @Sendable (HubAddress) -> Bool) {
    self.base = base
    self.isOwn = isOwn
  }

  package func names() throws -> [String] { try base.names() }

  package func exists(_ address: HubAddress) throws -> Bool { try base.exists(address) }

  /// Connects without creating a topic, nor a hub outside of the folder.
  package func connect(_ address: HubAddress, partitions: Int?) async throws -> any Hub {
    switch address {
    case .broker: return try await base.connect(address, partitions: nil)
    case .embedded(let target):
      if isOwn(address) { return try await base.connect(address, partitions: partitions) }
      guard try base.exists(address) else { throw RehearsalRefusal.change(hub: target) }
      return try await base.hub(toRead: address)
    }
  }

  package func hub(toRead address: HubAddress) async throws -> any Hub { try await base.hub(toRead: address) }

  package func hub(toSendTo address: HubAddress) async throws -> any Hub {
    switch address {
    case .broker(let broker): throw RehearsalRefusal.send(hub: broker.topic)
    case .embedded(let target):
      guard isOwn(address) else { throw RehearsalRefusal.change(hub: target) }
      return try await base.hub(toSendTo: address)
    }
  }

  package func retain(_ retention: Retention, in address: HubAddress) async throws -> Int64? {
    if case .embedded(let target) = address, !isOwn(address) { throw RehearsalRefusal.change(hub: target) }
    return try await base.retain(retention, in: address)
  }

  package func searches(of service: String) throws -> String { throw RehearsalRefusal.ask(service: service) }
}
