import CivilTime
import Columnar
import EventHub
import Pipeline
import StreamProcessing
import Synchronization
import Testing

/// What a session relies on, whatever the backend.
@Suite("Any backend", .serialized)
struct BackendContractTests {
  // MARK: Hubs

  @Test("creates a hub that is missing, and finds it again by its name", arguments: BackendKind.allCases)
  func hubs(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      let hubs = test.backend.hubs
      #expect(try hubs.names() == [])
      #expect(try !hubs.exists(.embedded("wide")))
      await #expect(throws: (any Error).self) { try await hubs.hub(toRead: .embedded("wide")) }
      let hub = try await hubs.connect(.embedded("wide"), partitions: 3)
      #expect(try await hub.heldOffsets() == [0..<0, 0..<0, 0..<0])
      #expect(try hubs.names() == ["wide"])
      #expect(try hubs.exists(.embedded("wide")))
      #expect(try await hubs.hub(toRead: .embedded("wide")).id == hub.id)
      await #expect(throws: (any Error).self) { try await hubs.connect(.embedded("wide"), partitions: 2) }
      await #expect(throws: NameFault.invalid("a b")) { try await hubs.connect(.embedded("a b"), partitions: nil) }
    }
  }

  // MARK: Rows

  @Test(
    "reads a stream's events in order, as many as are wanted, and tells of those that do not fit",
    arguments: BackendKind.allCases)
  func streamRows(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.send(bodies: [
        #"{"timestamp":"2019-04-24T09:10:00.000Z","favorite":1}"#,
        #"{"timestamp":"2019-04-24T09:20:00.000Z","favorite":"many"}"#,
        #"{"timestamp":"2019-04-24T10:10:00.000Z","favorite":2}"#,
      ])
      let stream = try await test.stream()
      #expect(try await test.lines(.stream(stream)) == ["2019-04-24T09:10:00Z 1", "2019-04-24T10:10:00Z 2"])
      #expect(try await test.lines(.stream(stream), limit: 1) == ["2019-04-24T09:10:00Z 1"])
      let heard = Mutex<StreamReading?>(nil)
      let rows = try await test.backend.rows(of: .stream(stream), limit: nil) { event in
        if case .streamRead(let reading) = event { heard.withLock { $0 = reading } }
      }
      #expect(rows.schema == BackendUnderTest.schema)
      _ = try await rows.collected()
      #expect(heard.withLock { $0 }?.rejectedCount == 1)
      #expect(heard.withLock { $0 }?.rejected.count == 1)
    }
  }

  @Test("computes an aggregate over what its hub holds now", arguments: BackendKind.allCases)
  func aggregateRows(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.send([(9, 1), (9, 2), (11, 5)])
      let hourly = try await test.hourly()
      #expect(try await test.lines(.aggregate(hourly)) == ["2019-04-24T09:00:00Z 1.5", "2019-04-24T11:00:00Z 5"])
      try await test.send([(11, 7)])
      #expect(
        try await test.lines(.aggregate(hourly), limit: 2) == ["2019-04-24T09:00:00Z 1.5", "2019-04-24T11:00:00Z 6"])
    }
  }

  // MARK: Queries

  @Test("writes an aggregate, and a second time only what is new", arguments: BackendKind.allCases)
  func writes(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.send([(9, 1), (9, 2)])
      let write = StreamWrite(try await test.hourly(), to: "likes", name: "hourly", checkpoint: "hourly")
      #expect(try await test.write(write).events == 2)
      #expect(try await test.write(write).events == 0)
      try await test.send([(9, 6), (10, 4)])
      let heard = Mutex<Int64>(0)
      let query = try await test.backend.start(write) { event in
        if case .progress(let progress) = event { heard.withLock { $0 = progress.events } }
      }
      #expect(try await query.result().events == 2)
      #expect(heard.withLock { $0 } == 2)
      #expect(
        try await test.lines(.table("likes", version: nil)) == ["2019-04-24T09:00:00Z 3", "2019-04-24T10:00:00Z 4"])
      let status = await query.status()
      #expect(!status.isRunning && status.progress.windows == 2)
      #expect(await query.recentProgress(5).map(\.inputRows) == [2])
      #expect(try await test.backend.catalog.table("likes")?.windows == write.aggregate.plan.window)
    }
  }

  @Test("merges changed windows in mode update, and adds closed ones in mode append", arguments: BackendKind.allCases)
  func modes(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      let hourly = try await {
        try await test.send([(9, 1), (10, 2)]); return try await test.hourly(watermark: "30m")
      }()
      let update = StreamWrite(hourly, to: "updated", name: "u", checkpoint: "u", mode: .update)
      let append = StreamWrite(hourly, to: "appended", name: "a", checkpoint: "a", mode: .append)
      for write in [update, append] { _ = try await test.write(write) }
      try await test.send([(10, 4), (12, 8)])
      for write in [update, append] { _ = try await test.write(write) }
      #expect(
        try await test.lines(.table("updated", version: nil)).sorted() == [
          "2019-04-24T09:00:00Z 1", "2019-04-24T10:00:00Z 3", "2019-04-24T12:00:00Z 8",
        ])
      let appended = try await test.lines(.table("appended", version: nil)).sorted()
      #expect(appended.first == "2019-04-24T09:00:00Z 1")
      #expect(!appended.contains("2019-04-24T12:00:00Z 8"), "its window is open")
    }
  }

  @Test("refuses a table that another query writes, unless it is to be replaced", arguments: BackendKind.allCases)
  func owners(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.send([(9, 1)])
      let hourly = try await test.hourly()
      _ = try await test.write(StreamWrite(hourly, to: "likes", name: "one", checkpoint: "one"))
      let other = StreamWrite(hourly, to: "likes", name: "two", checkpoint: "two")
      await #expect(throws: CheckpointError.self) { try await test.backend.start(other) { _ in } }
      let replacing = StreamWrite(hourly, to: "likes", name: "two", checkpoint: "two", restarts: true)
      #expect(try await test.write(replacing).events == 1)
      let rows = try Table(schema: hourly.plan.output, rows: [[.timestamp(Timestamp(seconds: 0)), .double(1)]])
      await #expect(throws: RewrittenTable(table: "likes", checkpoint: "two")) {
        try await test.backend.catalog.write(rows, to: "likes", TableWrite(.append))
      }
    }
  }

  @Test("runs a query in the background until it is stopped", arguments: BackendKind.allCases)
  func background(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.send([(9, 1)])
      let query = try await test.backend.start(
        StreamWrite(
          try await test.hourly(), to: "live", name: "live", checkpoint: "live", trigger: .continuous)
      ) { _ in }
      try await query.waitForAllAvailable()
      #expect(try await test.lines(.table("live", version: nil)) == ["2019-04-24T09:00:00Z 1"])
      try await test.send([(9, 3)])
      try await query.waitForAllAvailable()
      #expect(try await test.lines(.table("live", version: nil)) == ["2019-04-24T09:00:00Z 2"])
      #expect(await query.status().isRunning)
      await query.stop()
      #expect(await !query.status().isRunning)
      await #expect(throws: CancellationError.self) { try await query.result() }
    }
  }

  // MARK: SQL and the catalogue

  @Test("answers SQL over tables, views and the session's functions", arguments: BackendKind.allCases)
  func sql(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.write(rows: [1, 2, 3], to: "numbers")
      #expect(try await test.lines(.sql("SELECT sum(twice(n)), how_many(n) FROM numbers")) == ["12 3"])
      #expect(
        try await test.backend.rows(of: .sql("CREATE VIEW large AS SELECT n FROM numbers WHERE n > 1")).schema.fields
          == [])
      #expect(try await test.lines(.table("large", version: nil)) == ["2", "3"])
      #expect(try await test.lines(.table("LARGE", version: nil), limit: 1) == ["2"])
      #expect(try await test.backend.catalog.contains("large"))
      #expect(try await test.backend.catalog.table("large") == nil)
      let names = await test.backend.catalog.names()
      #expect(names.columns == ["numbers": ["n"], "large": ["n"]])
      #expect(Set(["twice", "how_many"]).isSubset(of: names.functions))
      await #expect(throws: NameFault.takenByView("large")) { try await test.backend.catalog.checkCanBeTable("large") }
      await #expect(throws: NameFault.takenByTable("Numbers", other: "numbers")) {
        try await test.backend.catalog.checkCanBeTable("Numbers")
      }
      await #expect(throws: SQLError.self) { try await test.backend.rows(of: .sql("SELECT nothing FROM nowhere")) }
    }
  }

  @Test("reads older versions, and forgets them", arguments: BackendKind.allCases)
  func versions(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      let first = try await test.write(rows: [1], to: "numbers")
      let second = try await test.write(rows: [2], to: "numbers")
      #expect(second > first)
      #expect(try await test.lines(.table("numbers", version: .number(first))) == ["1"])
      #expect(try await test.lines(.table("numbers", version: nil)) == ["1", "2"])
      #expect(try await test.lines(.sql("SELECT count(*) FROM numbers VERSION AS OF \(first)")) == ["1"])
      #expect(await test.backend.catalog.names().columns == ["numbers": ["n"]])
      await #expect(throws: (any Error).self) { try await test.lines(.table("numbers", version: .number(99))) }
      #expect(try await test.backend.catalog.history(of: "numbers").last?.version == second)
    }
  }

  @Test("keeps a view over an older version, and leaves nothing of that version behind")
  func viewsOfThePast() async throws {
    try await BackendUnderTest.with(.local) { test in
      let first = try await test.write(rows: [1], to: "numbers")
      try await test.write(rows: [2], to: "numbers")
      _ = try await test.lines(.sql("CREATE VIEW past AS SELECT n FROM numbers VERSION AS OF \(first)"))
      for _ in 0..<2 {
        #expect(try await test.lines(.table("past", version: nil)) == ["1"])
        #expect(try await test.lines(.sql("SELECT name FROM sqlite_master ORDER BY name")) == ["numbers", "past"])
      }
      #expect(await test.backend.catalog.names().columns["numbers"] == ["n"])
    }
  }

  @Test("adds, replaces and merges rows", arguments: BackendKind.allCases)
  func imports(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.write(rows: [1, 2], to: "numbers")
      try await test.write(rows: [2, 3], to: "numbers", .merge(by: ["n"]))
      #expect(try await test.lines(.table("numbers", version: nil)).sorted() == ["1", "2", "3"])
      try await test.write(rows: [9], to: "numbers", .overwrite)
      #expect(try await test.lines(.table("numbers", version: nil)) == ["9"])
      let tables = try await test.backend.catalog.tables()
      #expect(tables.map(\.name) == ["numbers"])
      #expect(tables.map(\.rowCount) == [1])
      #expect(try await test.backend.catalog.vacuum("numbers", retention: nil, dryRun: true) == [])
    }
  }

  @Test("says which tables there are, for a name that none has", arguments: BackendKind.allCases)
  func unknownNames(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.write(rows: [1], to: "numbers")
      let fault = NoSuchTable(name: "letters", known: ["numbers"])
      await #expect(throws: fault) { try await test.lines(.table("letters", version: nil)) }
      await #expect(throws: fault) { try await test.backend.catalog.history(of: "letters") }
      await #expect(throws: fault) { try await test.backend.catalog.optimize("letters", targetSize: 1) }
      await #expect(throws: fault) {
        try await test.backend.catalog.vacuum("letters", retention: nil, dryRun: true)
      }
      await #expect(throws: NameFault.invalid("../up")) {
        try await test.backend.catalog.checkCanBeTable("../up")
      }
    }
  }

  // MARK: Rehearsals

  @Test("rehearses in a folder of its own, and sends nothing elsewhere", arguments: BackendKind.allCases)
  func rehearsal(kind: BackendKind) async throws {
    try await BackendUnderTest.with(kind) { test in
      try await test.write(rows: [1], to: "numbers")
      let rehearsal = try test.backend.rehearsal(in: test.folder + "/rehearsal")
      #expect(try await rehearsal.catalog.tables().isEmpty)
      _ = try await rehearsal.hubs.connect(.embedded("own"), partitions: nil)
      let outside = kind == .local ? test.folder + "/elsewhere/hub" : "outside/hub"
      await #expect(throws: RehearsalRefusal.change(hub: outside)) {
        try await rehearsal.hubs.hub(toSendTo: .embedded(outside))
      }
      let broker = HubAddress.broker(try KafkaAddress(parsing: "kafka://127.0.0.1:1/topic"))
      await #expect(throws: RehearsalRefusal.send(hub: "topic")) { try await rehearsal.hubs.hub(toSendTo: broker) }
      #expect(throws: RehearsalRefusal.ask(service: "X")) { try rehearsal.hubs.searches(of: "X") }
    }
  }
}

extension BackendUnderTest {
  /// - Returns: the table's new version.
  @discardableResult
  func write(rows numbers: [Int64], to table: String, _ mode: TableWrite.Mode = .append) async throws -> Int64 {
    let rows = Table(schema: Schema([Field("n", .long)]), columns: [Column(.long(numbers))])
    return try await backend.catalog.write(rows, to: table, TableWrite(mode))
  }
}
