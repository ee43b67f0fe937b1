import CivilTime
import Columnar
import DurableFiles
import Foundation
import StreamProcessing
import Synchronization
import Testing

/// Events in memory, one a read, and a fault at a chosen call.
private struct MemorySource: EventSource {
  var partitions: [[String]]
  let faults: Faults

  var partitionCount: Int { partitions.count }

  func heldOffsets() async throws -> [Range<Int64>] {
    try faults.step()
    return partitions.map { 0..<Int64($0.count) }
  }

  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk {
    try faults.step()
    let body = Array(partitions[partition][Int(offsets.lowerBound)].utf8)
    return EventChunk(firstOffset: offsets.lowerBound, bodies: body, ends: [body.count])
  }
}

private final class MemorySink: BatchSink {
  private let content = Mutex<(table: Table?, batches: [String: Int64])>((nil, [:]))
  let faults: Faults

  init(_ faults: Faults) { self.faults = faults }

  var table: Table? { content.withLock { $0.table } }

  func committedBatch(of query: String) async throws -> Int64? { content.withLock { $0.batches[query] } }

  func shows(_ batch: Int64, of query: String) async throws -> Bool { content.withLock { $0.batches[query] == batch } }

  func commit(_ result: Table, query: String, batch: Int64) async throws {
    try faults.step()
    content.withLock { $0 = (result, $0.batches.merging([query: batch]) { $1 }) }
    // The sink has it, and the query dies before it hears so.
    try faults.step()
  }
}

private final class Faults: Sendable {
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

@Suite("Micro-batches")
struct MicroBatchExecutionTests {
  static let schema = Schema([Field("timestamp", .timestamp), Field("favorite", .integer)])

  static func plan(window: String = "1h") throws -> AggregationPlan {
    try AggregationPlan(
      window: WindowSpecification(length: EventTimeInterval(parsing: window)),
      aggregates: [Aggregate(.avg, of: "favorite", as: "average"), Aggregate(.median, of: "favorite", as: "middle")],
      input: schema)
  }

  static func event(_ minute: Int, _ favorite: Int) -> String {
    #"{"timestamp":"2019-04-08T\#(minute / 60 + 10):\#(minute % 60 + 10):00Z","favorite":\#(favorite)}"#
  }

  static let partitions = [
    (0..<9).map { event($0 * 10 % 50, $0) }, ["{", event(61, 4), #"{"favorite":"x"}"#, #"{"favorite":1}"#],
  ]

  static func temporary() -> String { NSTemporaryDirectory() + "checkpoint-" + UUID().uuidString }

  static func checkpoint(_ path: String, _ plan: AggregationPlan) throws -> Checkpoint {
    try Checkpoint(at: path, plan: plan.fingerprint) { "query-1" }
  }

  @Test("stopped at any step and run again leave what an uninterrupted run leaves")
  func restarts() async throws {
    let plan = try Self.plan()
    let source = MemorySource(partitions: Self.partitions, faults: Faults())
    let whole = try await MicroBatchExecution(source: source, plan: plan).computeOnce()
    var stops = 0
    var isDone = false
    while !isDone {
      let path = Self.temporary()
      defer { try? DurableFiles.remove(path) }
      let faults = Faults(after: stops)
      let sink = MemorySink(faults)
      let failing = MicroBatchExecution(
        source: MemorySource(partitions: Self.partitions, faults: faults), plan: plan, eventsPerBatch: 4)
      do {
        _ = try await failing.runAvailableNow(checkpoint: Self.checkpoint(path, plan), sink: sink)
        isDone = true
      } catch is Faults.Fault {
        stops += 1
      }
      let calm = MemorySink(Faults())
      if let table = sink.table {
        // The same sink, which works again.
        try await calm.commit(table, query: "query-1", batch: try await sink.committedBatch(of: "query-1") ?? 0)
      }
      let progress = try await MicroBatchExecution(source: source, plan: plan, eventsPerBatch: 4)
        .runAvailableNow(checkpoint: Self.checkpoint(path, plan), sink: calm)
      #expect(calm.table == whole.result)
      #expect(progress.rejected == 2)
      #expect(progress.droppedForNullTime == 1)
    }
    #expect(stops > 15)
  }

  @Test("continue where the last run stopped, reading only what is new")
  func continues() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    let sink = MemorySink(Faults())
    var source = MemorySource(partitions: [[Self.event(0, 1)]], faults: Faults())
    func run() async throws -> QueryProgress {
      try await MicroBatchExecution(source: source, plan: plan)
        .runAvailableNow(checkpoint: Self.checkpoint(path, plan), sink: sink)
    }
    #expect(try await run().events == 1)
    #expect(try await run().batches == 0)
    source.partitions[0].append(Self.event(1, 3))
    #expect(try await run().events == 1)
    #expect(sink.table?.row(0).map(\.description) == ["2019-04-08T10:00:00Z", "2", "2"])
  }

  @Test("keep rejected events aside, with place and reason")
  func rejected() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    let source = MemorySource(partitions: Self.partitions, faults: Faults())
    let progress = try await MicroBatchExecution(source: source, plan: plan)
      .runAvailableNow(checkpoint: Self.checkpoint(path, plan), sink: MemorySink(Faults()))
    #expect(progress.rejectedSamples.map(\.offset) == [0, 2])
    #expect(
      String(decoding: try DurableFiles.read(path + "/rejected/0"), as: UTF8.self) == """
        {"body":"{","offset":0,"partition":1,"reason":"no JSON from byte 1 on"}
        {"body":"{\\"favorite\\":\\"x\\"}","offset":2,"partition":1,"reason":"favorite: \\"x\\" is no INT"}

        """)
  }

  @Test("refuse another plan's checkpoint, saying what differs")
  func otherPlan() throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    _ = try Self.checkpoint(path, Self.plan())
    let error = #expect(throws: CheckpointError.self) { try Self.checkpoint(path, Self.plan(window: "1d")) }
    #expect(error?.description.contains("window 1h, slide 1h → window 1d, slide 1d\n") == true)
  }

  @Test("refuse a hub that holds less than the checkpoint has read, and a checkpoint that another run has")
  func elsewhere() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    func run(_ events: [String]) async throws {
      _ = try await MicroBatchExecution(source: MemorySource(partitions: [events], faults: Faults()), plan: plan)
        .runAvailableNow(checkpoint: Self.checkpoint(path, plan), sink: MemorySink(Faults()))
    }
    try await run([Self.event(0, 1), Self.event(1, 1)])
    await #expect(throws: CheckpointError.offsetGone(path: path, partition: 0, wanted: 2, held: 0..<1)) {
      try await run([Self.event(0, 1)])
    }
    let lock = try Self.checkpoint(path, plan).lock()
    let error = await #expect(throws: CheckpointError.self) { try await run([Self.event(0, 1), Self.event(1, 1)]) }
    #expect(error?.description.contains("is writing with the checkpoint \(path)\n") == true)
    withExtendedLifetime(lock) {}
  }

  @Test("refuse a damaged checkpoint", arguments: ["metadata", "offsets/0", "state/0"])
  func damage(file: String) async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    let run = { (partitions: [[String]]) async throws in
      _ = try await MicroBatchExecution(
        source: MemorySource(partitions: partitions, faults: Faults()), plan: plan
      ).runAvailableNow(checkpoint: Self.checkpoint(path, plan), sink: MemorySink(Faults()))
    }
    try await run([[Self.event(0, 1), Self.event(1, 1)]])
    try DurableFiles.replace(path + "/" + file, with: Array("{".utf8))
    await #expect(throws: CheckpointError.damaged(path: path + "/" + file)) {
      try await run([[Self.event(0, 1), Self.event(1, 1)]])
    }
  }
}
