import DurableFiles
import EventHub
import Foundation

/// Sending to a hub and reading from it, embedded or a broker's topic.
enum HubBenchmarks {
  /// - Parameter address: of a topic; nil is an embedded hub, beside a raw write of the same bytes.
  static func run(events: Int, at address: String?) async throws {
    let folder = NSTemporaryDirectory() + "/benchmarks-" + UUID().uuidString
    defer { try? DurableFiles.remove(folder) }
    try DurableFiles.createFolder(folder)
    let hub: any Hub
    if let address {
      hub = try await RemoteHub.connect(to: KafkaAddress(parsing: address), partitions: 1)
    } else {
      _ = try Benchmarks.measure("raw", events: events) { try Benchmarks.writeRaw(events, to: folder + "/raw") }
      hub = try EmbeddedHub.create(at: folder + "/hub")
    }
    _ = try await Benchmarks.measure("send", events: events) { try await send(events, to: hub) }
    _ = try await Benchmarks.measure("read", events: events) { try await read(hub, expecting: events) }
  }

  static func send(_ events: Int, to hub: any Hub) async throws {
    let sender = try await hub.sender(clock: { .now }, tell: { _ in })
    var maker = EventMaker()
    for start in stride(from: 0, to: events, by: Benchmarks.batch) {
      let (bodies, ends) = maker.make(min(Benchmarks.batch, events - start))
      try await sender.send(EventBatch(bodies: bodies, ends: ends))
    }
  }

  static func read(_ hub: any Hub, expecting events: Int) async throws {
    let reader = try await hub.reader()
    let held = try await hub.heldOffsets()
    try await reader.prepare(held)
    var count = 0
    for (partition, range) in held.enumerated() {
      var offset = range.lowerBound
      while offset < range.upperBound {
        let batch = try await reader.read(partition: partition, offsets: offset..<range.upperBound)
        count += batch.events.count
        offset = batch.nextOffset
      }
    }
    precondition(count == events)
  }
}
