import CivilTime
import EventHub
import Pipeline

/// Hubs in folders, and brokers' over the network.
struct LocalHubs: Hubs {
  let workspace: Workspace
  let clock: @Sendable () -> Timestamp
  private let brokers = BrokerConnections()

  init(workspace: Workspace, clock: @escaping @Sendable () -> Timestamp) {
    self.workspace = workspace
    self.clock = clock
  }

  func names() throws -> [String] { try workspace.hubNames() }

  func exists(_ address: HubAddress) throws -> Bool {
    guard case .embedded(let target) = address else { return true }
    return try EmbeddedHub.exists(at: workspace.hub(target))
  }

  func connect(_ address: HubAddress, partitions: Int?) async throws -> any Hub {
    switch address {
    case .broker(let broker): return try await brokers.connect(to: broker, partitions: partitions)
    case .embedded(let target):
      if workspace.isName(target) { try ResourceName.check(target) }
      return try EmbeddedHub.create(at: workspace.hubForWriting(target), partitions: partitions)
    }
  }

  func hub(toRead address: HubAddress) async throws -> any Hub {
    switch address {
    case .broker(let broker): return try await brokers.hub(broker)
    case .embedded(let target): return try EmbeddedHub.open(at: workspace.hubForReading(target))
    }
  }

  func hub(toSendTo address: HubAddress) async throws -> any Hub {
    switch address {
    case .broker(let broker): try await brokers.hub(broker)
    case .embedded: try await connect(address, partitions: nil)
    }
  }

  func retain(_ retention: Retention, in address: HubAddress) async throws -> Int64? {
    guard case .embedded(let target) = address else { throw RetentionIsTheBrokers() }
    return try EmbeddedHub.open(at: workspace.hubForWriting(target)).retain(retention, clock: clock)
  }

  func searches(of service: String) throws -> String { try workspace.searches() }
}

/// Connections to brokers, kept until the session ends.
private actor BrokerConnections {
  private var hubs: [KafkaAddress: any Hub] = [:]

  /// Connects anew.
  func connect(to address: KafkaAddress, partitions: Int?) async throws -> any Hub {
    let hub = try await RemoteHub.connect(to: address, partitions: partitions)
    hubs[address] = hub
    return hub
  }

  /// The hub as it was connected to last.
  func hub(_ address: KafkaAddress) async throws -> any Hub {
    if let hub = hubs[address] { return hub }
    return try await connect(to: address, partitions: nil)
  }
}
