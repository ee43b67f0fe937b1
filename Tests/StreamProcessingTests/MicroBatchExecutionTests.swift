import CivilTime
import Columnar
import DurableFiles
import Foundation
import StreamProcessing
import Testing

@Suite("Micro-batches")
struct MicroBatchExecutionTests {
  static let schema = Schema([Field("timestamp", .timestamp), Field("favorite", .integer)])

  static func plan(window: String = "1h", watermark: String? = nil, by fields: [String] = []) throws -> AggregationPlan
  {
    try AggregationPlan(
      window: WindowSpecification(length: EventTimeInterval(parsing: window)), groupFields: fields,
      aggregates: [Aggregate(.avg, of: "favorite", as: "average"), Aggregate(.median, of: "favorite", as: "middle")],
      watermarkDelay: watermark.map { try EventTimeInterval(parsing: $0) }, input: schema)
  }

  static func event(_ minute: Int, _ favorite: Int) -> String {
    #"{"timestamp":"2019-04-08T\#(minute / 60 + 10):\#(minute % 60 < 10 ? "0" : "")\#(minute % 60):00Z","favorite":\#(favorite)}"#
  }

  static let partitions = [
    (0..<9).map { event($0 * 70 % 240, $0 % 3) }, ["{", event(61, 4), #"{"favorite":"x"}"#, #"{"favorite":1}"#],
  ]

  static func temporary() -> String { NSTemporaryDirectory() + "checkpoint-" + UUID().uuidString }

  static func checkpoint(_ path: String, _ plan: AggregationPlan) throws -> Checkpoint {
    try Checkpoint(at: path, plan: plan.fingerprint) { "query-1" }
  }

  @Test("stopped at any step and run again leave what an uninterrupted run leaves", arguments: OutputMode.allCases)
  func restarts(mode: OutputMode) async throws {
    let plan = try Self.plan(watermark: "10m", by: ["favorite"])
    func run(_ source: MemorySource, _ path: String, _ sink: MemorySink) async throws -> QueryProgress {
      try await MicroBatchExecution(source: source, plan: plan, mode: mode, eventsPerBatch: 3)
        .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    }
    let source = MemorySource(partitions: Self.partitions, faults: Faults())
    let wholePath = Self.temporary()
    defer { try? DurableFiles.remove(wholePath) }
    let whole = MemorySink(Faults())
    let wholeProgress = try await run(source, wholePath, whole)
    #expect(whole.rows.count > 2 && (mode == .complete) == (wholeProgress.late == 0))
    var stops = 0
    var isDone = false
    while !isDone {
      let path = Self.temporary()
      defer { try? DurableFiles.remove(path) }
      let faults = Faults(after: stops)
      let sink = MemorySink(faults)
      do {
        _ = try await run(MemorySource(partitions: Self.partitions, faults: faults), path, sink)
        isDone = true
      } catch is Faults.Fault {
        stops += 1
      }
      // The same sink, which works again.
      sink.faults.withLock { $0 = Faults() }
      let progress = try await run(source, path, sink)
      #expect(sink.rows == whole.rows && sink.appended == whole.appended)
      #expect(progress.rejected == wholeProgress.rejected && progress.late == wholeProgress.late)
      #expect(progress.droppedForNullTime == 1)
    }
    #expect(stops > 15)
  }

  @Test("write in mode append each window once, when it is over, also when nothing more comes")
  func append() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan(watermark: "30m")
    let sink = MemorySink(Faults())
    var source = MemorySource(partitions: [[]], faults: Faults())
    func run(_ minutes: Int...) async throws -> QueryProgress {
      source.partitions[0] += minutes.map { Self.event($0, $0) }
      return try await MicroBatchExecution(source: source, plan: plan, mode: .append)
        .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    }
    #expect(try await run(0, 10).rows == 0)
    // 11:10, less half an hour: 10:40 is not the end of the hour.
    #expect(try await run(60).rows == 0)
    // 11:40, less half an hour: the hour is over.
    #expect(try await run(90).rows == 1)
    #expect(sink.rows == ["2019-04-08T10:00:00Z 5 5"])
    let late = try await run(5)
    #expect(late.rows == 0 && late.late == 1 && late.windows == 1)
  }

  @Test("go on behind a gap only where they are told to, and count what was lost")
  func gaps() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    var source = MemorySource(partitions: [[Self.event(0, 1)]], faults: Faults())
    func run(_ policy: GapPolicy) async throws -> QueryProgress {
      try await MicroBatchExecution(source: source, plan: plan, gapPolicy: policy)
        .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    }
    let sink = MemorySink(Faults())
    _ = try await run(.fail)
    source.partitions[0] += (1..<5).map { Self.event($0, 1) }
    source.first = [3]
    await #expect(throws: CheckpointError.offsetGone(path: path, partition: 0, wanted: 1, held: 3..<5)) {
      try await run(.fail)
    }
    let progress = try await run(.earliest)
    #expect(progress.events == 2 && progress.lost == 2)
    #expect(try await run(.fail).lost == 2)
  }

  @Test("go on behind what is lost after it was planned; of a source that is away they tell what it said")
  func gapsWhileReading() async throws {
    for trouble in [nil, "hub is away"] {
      let path = Self.temporary()
      defer { try? DurableFiles.remove(path) }
      let plan = try Self.plan()
      let source = LosingSource(events: (0..<5).map { Self.event($0, 1) }, firstLeft: 3, trouble: trouble)
      let execution = MicroBatchExecution(source: source, plan: plan, gapPolicy: .earliest)
      func run() async throws -> QueryProgress {
        try await execution.run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: MemorySink(Faults()))
      }
      if trouble == nil {
        let progress = try await run()
        #expect(progress.events == 2 && progress.lost == 3)
      } else {
        await #expect(throws: LosingSource.Lost.self) { try await run() }
      }
    }
  }

  @Test("take from each partition its share, so that none makes the others' events late")
  func shares() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan(watermark: "30m")
    let hours = (0..<60).map { Self.event($0 * 10, 1) }
    let source = MemorySource(partitions: [hours, [], hours + hours.suffix(3), [hours[59]]], faults: Faults())
    let sink = MemorySink(Faults())
    let progress = try await MicroBatchExecution(source: source, plan: plan, mode: .append, eventsPerBatch: 10)
      .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    #expect(progress.late == 0 && progress.events == 124)
    // 60 times 10 minutes are 10 hours, of which the last is not over.
    #expect(sink.rows.count == 9)
  }

  @Test("do not take another source of the same name for theirs, also while they run")
  func another() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    func run(_ count: Int) async throws {
      let source = MemorySource(partitions: [(0..<count).map { Self.event($0, 1) }], faults: Faults())
      _ = try await MicroBatchExecution(source: source, plan: plan)
        .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: MemorySink(Faults()))
    }
    try await run(5)
    await #expect(throws: CheckpointError.offsetAhead(path: path, partition: 0, wanted: 5, held: 0..<3)) {
      try await run(3)
    }
  }

  @Test("keep the state in differences and, every tenth batch, whole")
  func state() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    let source = MemorySource(partitions: [(0..<25).map { Self.event($0, 1) }], faults: Faults())
    let sink = MemorySink(Faults())
    _ = try await MicroBatchExecution(source: source, plan: plan, eventsPerBatch: 1)
      .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    let names = try DurableFiles.names(in: path + "/state")
    #expect(names == ["19.snapshot", "20.delta", "21.delta", "22.delta", "23.delta", "24.delta"])
    #expect(
      String(decoding: try DurableFiles.read(path + "/offsets/24"), as: UTF8.self).contains(
        "\n" + #"{"memory":{"0":25}}"# + "\n"))
    #expect(
      String(decoding: try DurableFiles.read(path + "/commits/24"), as: UTF8.self)
        == "v2 commits/24 of query-1\n{}\n94345245\n")
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
        .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    }
    #expect(try await run().events == 1)
    #expect(try await run().batches == 0)
    source.partitions[0].append(Self.event(1, 3))
    #expect(try await run().events == 1)
    #expect(sink.rows == ["2019-04-08T10:00:00Z 2 2"])
  }

  @Test("keep rejected events aside, with place and reason")
  func rejected() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    let source = MemorySource(partitions: Self.partitions, faults: Faults())
    let progress = try await MicroBatchExecution(source: source, plan: plan)
      .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: MemorySink(Faults()))
    #expect(progress.rejectedSamples.map(\.offset) == [0, 2])
    #expect(
      String(decoding: try DurableFiles.read(path + "/rejected/0"), as: UTF8.self) == """
        {"body":"{","offset":0,"partition":1,"reason":"invalid JSON at byte 1"}
        {"body":"{\\"favorite\\":\\"x\\"}","offset":2,"partition":1,"reason":"favorite: expected INT, found \\"x\\""}

        """)
  }

  @Test("refuse another plan's checkpoint, saying what differs")
  func otherPlan() throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    _ = try Self.checkpoint(path, Self.plan()).startOffsets { [0] }
    let error = #expect(throws: CheckpointError.self) { try Self.checkpoint(path, Self.plan(window: "1d")) }
    #expect(error?.description.contains("window 1h, slide 1h → window 1d, slide 1d") == true)
  }

  @Test("refuse a hub that holds less than the checkpoint has read, and a checkpoint that another run has")
  func elsewhere() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    func run(_ events: [String]) async throws {
      _ = try await MicroBatchExecution(source: MemorySource(partitions: [events], faults: Faults()), plan: plan)
        .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    }
    let sink = MemorySink(Faults())
    try await run([Self.event(0, 1), Self.event(1, 1)])
    await #expect(throws: CheckpointError.offsetAhead(path: path, partition: 0, wanted: 2, held: 0..<1)) {
      try await run([Self.event(0, 1)])
    }
    let held = try Self.checkpoint(path, plan)
    let error = await #expect(throws: CheckpointError.self) { try await run([Self.event(0, 1), Self.event(1, 1)]) }
    #expect(error?.description.contains("is writing with the checkpoint \(path)") == true)
    held.release()
  }

  @Test("refuse a damaged checkpoint", arguments: ["metadata", "offsets/0", "commits/0", "state/0.delta"])
  func damage(file: String) async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    let run = { (partitions: [[String]]) async throws in
      _ = try await MicroBatchExecution(
        source: MemorySource(partitions: partitions, faults: Faults()), plan: plan
      ).run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: MemorySink(Faults()))
    }
    try await run([[Self.event(0, 1), Self.event(1, 1)]])
    try DurableFiles.replace(path + "/" + file, with: Array("{".utf8))
    await #expect(throws: CheckpointError.damaged(path: path + "/" + file)) {
      try await run([[Self.event(0, 1), Self.event(1, 1)]])
    }
  }

  @Test("begin where they began, however long the first batch takes")
  func beginnings() async throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan()
    let sink = MemorySink(Faults(after: 0))
    func run(_ count: Int, from start: Int64, held first: Int64 = 0) async throws -> QueryProgress {
      let source = MemorySource(partitions: [(0..<count).map { Self.event($0, 1) }], faults: Faults(), first: [first])
      return try await MicroBatchExecution(source: source, plan: plan, startOffsets: [start])
        .run(.availableNow, checkpoint: Self.checkpoint(path, plan), sink: sink)
    }
    // It begins at the end of two events, takes the next three, and dies before the sink has them.
    _ = try Self.checkpoint(path, plan).startOffsets { [2] }
    await #expect(throws: Faults.Fault.self) { try await run(5, from: 5) }
    await #expect(throws: CheckpointError.self) { try await run(5, from: 5, held: 4) }
    sink.faults.withLock { $0 = Faults() }
    #expect(try await run(8, from: 8).events == 6)
  }

  @Test("that are to begin anew go on with that after a crash in its middle")
  func restarting() throws {
    let path = Self.temporary()
    defer { try? DurableFiles.remove(path) }
    let plan = try Self.plan().fingerprint
    var ids = ["first", "second", "third"]
    func open(restarting: Bool = false) throws -> Checkpoint {
      try Checkpoint(at: path, plan: plan, restarting: restarting) { ids.removeFirst() }
    }
    _ = try open().startOffsets { [0] }
    #expect(try open().queryID == "first")
    let restarted = try open(restarting: true)
    #expect(restarted.queryID == "second" && restarted.replaces)
    _ = try restarted.startOffsets { [0] }
    restarted.release()
    #expect(try open().queryID == "second")
    try DurableFiles.replace(path + "/metadata", with: Array(#"{"restarting":true}"#.utf8))
    try DurableFiles.remove(path + "/commits")
    let after = try open()
    #expect(after.queryID == "third" && after.replaces)
    _ = try after.startOffsets { [0] }
    #expect(try DurableFiles.exists(path + "/commits"))
  }
}
