import CivilTime
import Columnar
import DeltaLake
import Pipeline
import TestSupport
import Testing

@testable import LocalPipeline
@testable import StreamProcessing

@Suite("A Delta table as a query's sink")
struct DeltaSinkTests {
  private static let schema = Schema([Field("groupTime", .timestamp), Field("average", .double)])

  private static func rows(_ pairs: [(hour: Int64, average: Double)]) throws -> Table {
    try Table(
      schema: schema, rows: pairs.map { [.timestamp(Timestamp(seconds: $0.hour * 3_600)), .double($0.average)] })
  }

  private static func batch(
    _ number: Int64, of query: String = "q", mode: OutputMode = .update, replaces: Bool = false
  ) -> SinkBatch {
    SinkBatch(
      query: query, checkpoint: "hourly", plan: ["mode \(mode.rawValue)"], number: number, mode: mode,
      keyColumns: ["groupTime"], replaces: replaces)
  }

  private static func withSink(_ test: (DeltaSink, String) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/t"
      try await test(try sink(path), path)
    }
  }

  private static func sink(_ path: String, zone: String? = nil) throws -> DeltaSink {
    let windows = try WindowSpecification(
      length: EventTimeInterval(parsing: zone == nil ? "1h" : "1d"),
      zone: zone.map { try TimeZoneRules(named: $0) })
    return DeltaSink(path: path, window: windows, options: DeltaTable.Options(), addsColumns: false)
  }

  private static func content(of path: String) throws -> [String] {
    let snapshot = try DeltaTable(opening: path).snapshot()
    let rows = try snapshot.files.flatMap { try snapshot.rowGroups(of: $0) }.map { group in
      Table(schema: snapshot.schema, columns: try snapshot.read([0, 1], of: group), rowCount: group.rowCount)
    }
    return rows.flatMap { table in
      (0..<table.rowCount).map { table.row($0).map(\.description).joined(separator: " ") }
    }.sorted()
  }

  @Test("remembers the batches of each query together with their rows")
  func batches() async throws {
    try await Self.withSink { sink, path in
      #expect(try await sink.committedBatch(of: "q") == nil)
      try await sink.commit(try Self.rows([(0, 1), (1, 2)]), Self.batch(0))
      try await sink.commit(try Self.rows([(1, 5)]), Self.batch(1))
      #expect(try await sink.committedBatch(of: "q") == 1)
      #expect(try await sink.committedBatch(of: "other") == nil)
      #expect(try await sink.shows(1, of: "q"))
      #expect(try await !sink.shows(0, of: "q"))
      #expect(try Self.content(of: path) == ["1970-01-01T00:00:00Z 1", "1970-01-01T01:00:00Z 5"])
      // Another process that opens the table finds the same.
      #expect(try await Self.sink(path).committedBatch(of: "q") == 1)
    }
  }

  @Test("knows whose rows it holds")
  func owners() async throws {
    try await Self.withSink { sink, path in
      #expect(try await sink.foreignRows(to: "q") == nil)
      try await sink.commit(try Self.rows([(0, 1)]), Self.batch(0))
      #expect(try await sink.foreignRows(to: "q") == nil)
      #expect(try await sink.foreignRows(to: "other") == .ofQuery(checkpoint: "hourly", plan: ["mode update"]))
      try await sink.commit(try Self.rows([(0, 9)]), Self.batch(0, of: "other", replaces: true))
      #expect(try Self.content(of: path) == ["1970-01-01T00:00:00Z 9"])
      let writing = DeltaTable.WriteOptions(operation: "IMPORT", properties: [DeltaSink.queryProperty: ""])
      _ = try DeltaTable(opening: path).overwrite(with: try Self.rows([(0, 3)]), writing)
      #expect(try await sink.foreignRows(to: "other") == .ofNoQuery)
    }
  }

  @Test("names the checkpoint of a query that replaces all rows, and of no other")
  func rewriting() async throws {
    try await Self.withSink { sink, path in
      try await sink.commit(try Self.rows([(0, 1)]), Self.batch(0, mode: .complete))
      #expect(DeltaSink.checkpointRewriting(try DeltaTable(opening: path).snapshot()) == "hourly")
      try await sink.commit(try Self.rows([(0, 1)]), Self.batch(0, of: "u", replaces: true))
      #expect(DeltaSink.checkpointRewriting(try DeltaTable(opening: path).snapshot()) == nil)
    }
  }

  @Test(
    "says in the table's properties which windows its rows begin, also in a time zone",
    arguments: [nil, "Europe/Berlin"])
  func windows(zone: String?) async throws {
    try await withTemporaryFolder { folder in
      let sink = try Self.sink(folder + "/t", zone: zone)
      try await sink.commit(try Self.rows([(0, 1)]), Self.batch(0))
      let windows = try DeltaSink.window(of: try DeltaTable(opening: folder + "/t").snapshot().properties)
      #expect(windows?.length == (try EventTimeInterval(parsing: zone == nil ? "1h" : "1d")))
      #expect(windows?.zone?.name == zone)
      #expect(try DeltaSink.window(of: [:]) == nil)
    }
  }
}
