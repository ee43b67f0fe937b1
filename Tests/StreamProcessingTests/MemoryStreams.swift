import Columnar
import StreamProcessing
import Synchronization

/// Events in memory, one a read, and a fault at a chosen call.
struct MemorySource: EventSource {
  var partitions: [[String]]
  let faults: Faults
  /// The first offsets that are still held.
  var first: [Int64] = []
  let name = "memory"

  func mark(partition: Int, before offset: Int64) async throws -> String? {
    let index = Int(offset) - 1
    return partitions[partition].indices.contains(index) ? partitions[partition][index] : nil
  }

  var partitionCount: Int { partitions.count }

  func heldOffsets() async throws -> [Range<Int64>] {
    try faults.step()
    return partitions.enumerated().map { (first.indices.contains($0) ? first[$0] : 0)..<Int64($1.count) }
  }

  func waitForEvents(behind offsets: [Int64]) async throws { try await Task.sleep(for: .seconds(3_600)) }

  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk {
    try faults.step()
    let body = Array(partitions[partition][Int(offsets.lowerBound)].utf8)
    return EventChunk(firstOffset: offsets.lowerBound, bodies: body, ends: [body.count])
  }
}

/// Loses its first events when they are read.
struct LosingSource: EventSource {
  struct Lost: Error {}

  let events: [String]
  let firstLeft: Int64
  let trouble: String?
  let name = "losing"
  private let hasLost = Flag()

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }

  init(events: [String], firstLeft: Int64, trouble: String?) {
    (self.events, self.firstLeft, self.trouble) = (events, firstLeft, trouble)
  }

  func heldOffsets() async throws -> [Range<Int64>] {
    [(hasLost.isSet.load(ordering: .relaxed) ? firstLeft : 0)..<Int64(events.count)]
  }

  func waitForEvents(behind offsets: [Int64]) async throws { try await Task.sleep(for: .seconds(3_600)) }

  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk {
    hasLost.isSet.store(true, ordering: .relaxed)
    guard offsets.lowerBound >= firstLeft else { throw Lost() }
    let body = Array(events[Int(offsets.lowerBound)].utf8)
    return EventChunk(firstOffset: offsets.lowerBound, bodies: body, ends: [body.count])
  }
}

/// Rows by their keys' texts, whatever the mode.
final class MemorySink: BatchSink {
  private struct Content {
    var rows: [String: [Value]] = [:]
    var appended = 0
    var batches: [String: Int64] = [:]
    var owner: (query: String, checkpoint: String, plan: [String])?
  }

  private let content = Mutex(Content())
  let faults: Mutex<Faults>
  let description = "memory"

  init(_ faults: Faults) { self.faults = Mutex(faults) }

  /// Another sink that holds the same.
  func copy() -> MemorySink {
    let copy = MemorySink(Faults())
    let now = content.withLock { $0 }
    copy.content.withLock { $0 = now }
    return copy
  }

  /// A row a text, sorted.
  var rows: [String] {
    content.withLock { $0.rows.values.map { $0.map(\.description).joined(separator: " ") }.sorted() }
  }

  /// How many rows came in mode append.
  var appended: Int { content.withLock { $0.appended } }

  func committedBatch(of query: String) async throws -> Int64? { content.withLock { $0.batches[query] } }

  func shows(_ batch: Int64, of query: String) async throws -> Bool { content.withLock { $0.batches[query] == batch } }

  func foreignRows(to query: String) async throws -> ForeignRows? {
    content.withLock { content in
      guard let owner = content.owner, owner.query != query else { return nil }
      return .ofQuery(checkpoint: owner.checkpoint, plan: owner.plan)
    }
  }

  func commit(_ result: Table, _ batch: SinkBatch) async throws {
    try faults.withLock { $0 }.step()
    content.withLock { content in
      if batch.mode == .complete || batch.replaces { content.rows = [:] }
      content.owner = (batch.query, batch.checkpoint, batch.plan)
      if batch.mode == .append { content.appended += result.rowCount }
      for row in 0..<result.rowCount {
        content.rows[batch.keyColumns.compactMap { result[$0]?[row].description }.joined(separator: " ")] = result.row(
          row)
      }
      content.batches[batch.query] = batch.number
    }
    // The sink has it, and the query dies before it hears so.
    try faults.withLock { $0 }.step()
  }
}

final class Faults: Sendable {
  struct Fault: Error {}
  private let left: Mutex<Int>

  init(after calls: Int = .max) { left = Mutex(calls) }

  func step() throws {
    try left.withLock { left in
      if left == 0 { throw Fault() }
      left -= 1
    }
  }
}
