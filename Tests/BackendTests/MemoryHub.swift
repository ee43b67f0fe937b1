import CivilTime
import EventHub
import Pipeline
import StreamProcessing
import Synchronization

/// A hub in memory.
final class MemoryHub: Hub {
  let name: String
  let id: String
  let kind = "in memory"
  private let partitions: Mutex<[[Event]]>
  private let waiters = Mutex<[UInt64: AsyncStream<Void>.Continuation]>([:])

  init(_ name: String, partitions count: Int) {
    self.name = name
    id = "memory/" + name
    partitions = Mutex(Array(repeating: [], count: count))
  }

  var partitionCount: Int { partitions.withLock(\.count) }

  func heldOffsets() async throws -> [Range<Int64>] { partitions.withLock { $0.map { 0..<Int64($0.count) } } }

  func offsets(of position: Position) async throws -> [Int64] {
    let ends = try await heldOffsets().map(\.upperBound)
    switch position {
    case .start: return ends.map { _ in 0 }
    case .end, .enqueued: return ends
    case .offset(let offset): return ends.map { min(offset, $0) }
    }
  }

  func sizes() async throws -> [Int64]? { nil }

  func sender(
    clock: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (String) -> Void
  ) async throws -> any HubSender { MemorySender(hub: self) }

  func reader() async throws -> any HubReader { MemoryReader(hub: self) }

  fileprivate func append(_ events: [Event], to partition: Int) -> Range<Int64> {
    let offsets = partitions.withLock { partitions in
      let first = Int64(partitions[partition].count)
      partitions[partition] += events
      return first..<first + Int64(events.count)
    }
    for waiter in waiters.withLock({ Array($0.values) }) { waiter.yield() }
    return offsets
  }

  /// Yields when events were sent.
  fileprivate func changes() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let id = UInt64.random(in: .min ... .max)
      waiters.withLock { $0[id] = continuation }
      continuation.onTermination = { [self] _ in _ = waiters.withLock { $0.removeValue(forKey: id) } }
    }
  }

  fileprivate func events(_ partition: Int, _ offsets: Range<Int64>) -> [Event] {
    partitions.withLock { Array($0[partition][Int(offsets.lowerBound)..<Int(offsets.upperBound)]) }
  }
}

private struct MemorySender: HubSender {
  let hub: MemoryHub
  let recovered: [Recovery] = []

  func send(_ batch: EventBatch, partition: Int?) async throws -> [Receipt] {
    let partition = partition ?? 0
    let offsets = hub.append((0..<batch.count).map { batch[$0] }, to: partition)
    return [Receipt(partition: partition, offsets: offsets)]
  }
}

private struct MemoryReader: HubReader {
  let hub: MemoryHub

  func read(partition: Int, offsets: Range<Int64>) async throws -> ReceivedBatch {
    var batch = EventBatch()
    for event in hub.events(partition, offsets) { batch.append(event) }
    return ReceivedBatch(
      partition: partition, firstOffset: offsets.lowerBound, enqueuedTime: Timestamp(microseconds: 0), events: batch)
  }

  func waitForEvents(behind offsets: [Int64]) async throws {
    var changes = hub.changes().makeAsyncIterator()
    while try await !zip(hub.heldOffsets(), offsets).contains(where: { $0.upperBound > $1 }) {
      guard await changes.next() != nil else { throw CancellationError() }
    }
  }
}

/// A hub as a query's source.
struct MemoryHubSource: EventSource {
  let hub: any Hub
  let reader: any HubReader

  init(_ hub: any Hub) async throws {
    self.hub = hub
    reader = try await hub.reader()
  }

  var name: String { hub.name }

  func heldOffsets() async throws -> [Range<Int64>] { try await hub.heldOffsets() }

  func waitForEvents(behind offsets: [Int64]) async throws { try await reader.waitForEvents(behind: offsets) }

  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk {
    let batch = try await reader.read(partition: partition, offsets: offsets)
    return EventChunk(
      firstOffset: batch.firstOffset, nextOffset: batch.nextOffset, bodies: batch.events.bodies, ends: batch.events.ends
    )
  }
}

/// The hubs of a memory backend. A name that begins with `outside/` stands for a hub of another workspace.
struct MemoryHubs: Hubs {
  private let hubs = Shared()

  private final class Shared: Sendable {
    let byName = Mutex<[String: MemoryHub]>([:])
  }

  func names() throws -> [String] { hubs.byName.withLock { $0.keys.sorted() } }

  func exists(_ address: HubAddress) throws -> Bool {
    guard case .embedded(let name) = address else { return true }
    return hubs.byName.withLock { $0[name] != nil }
  }

  func connect(_ address: HubAddress, partitions: Int?) async throws -> any Hub {
    guard case .embedded(let name) = address else { throw MemoryFault.noBrokers }
    if !name.contains("/") { try ResourceName.check(name) }
    let hub = hubs.byName.withLock { hubs -> MemoryHub in
      let hub = hubs[name] ?? MemoryHub(name, partitions: partitions ?? 1)
      hubs[name] = hub
      return hub
    }
    if let partitions, hub.partitionCount != partitions { throw MemoryFault.otherPartitions }
    return hub
  }

  func hub(toRead address: HubAddress) async throws -> any Hub {
    guard case .embedded(let name) = address, let hub = hubs.byName.withLock({ $0[name] }) else {
      throw MemoryFault.noSuchHub
    }
    return hub
  }

  func hub(toSendTo address: HubAddress) async throws -> any Hub { try await connect(address, partitions: nil) }

  func retain(_ retention: Retention, in address: HubAddress) async throws -> Int64? { nil }

  func searches(of service: String) throws -> String { throw MemoryFault.noSearches }
}

enum MemoryFault: Error {
  case noBrokers, otherPartitions, noSuchHub, noSearches, noSuchVersion
}
