import CivilTime
import Columnar
import DeltaLake
import DurableFiles
import EventHub
import Foundation
import StreamProcessing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a user would wait for, on made-up events of 56 bytes: `benchmarks [EVENTS]`, ten million if not said; on tables
/// `benchmarks tables [ROWS]`; of a hub alone `benchmarks hub EVENTS [ADDRESS]`.
///
/// Seconds are the machine's; the ratios, taken within one run, are what to compare.
@main
struct Benchmarks {
  static let batch = 10_000

  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "detection" { return try DetectionBenchmarks.run() }
    if arguments.first == "tables" {
      return try TableBenchmarks.run(rows: arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000_000)
    }
    if arguments.first == "hub" {
      return try await HubBenchmarks.run(
        events: Int(arguments.dropFirst().first ?? "") ?? 5_000_000, at: arguments.dropFirst(2).first)
    }
    if arguments.first == "fuzz", arguments.dropFirst().first == "formats" {
      let numbers = arguments.dropFirst(2).compactMap { UInt64($0) }
      return try FormatFuzz.run(count: Int(numbers.first ?? 100_000), seed: numbers.dropFirst().first ?? 1)
    }
    if arguments.first == "fuzz" {
      let numbers = arguments.dropFirst().compactMap { UInt64($0) }
      return DetectionFuzz.run(count: Int(numbers.first ?? 10_000), seed: numbers.dropFirst().first ?? 1)
    }
    let events = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000_000
    let folder = NSTemporaryDirectory() + "/benchmarks-" + UUID().uuidString
    defer { try? DurableFiles.remove(folder) }
    try DurableFiles.createFolder(folder)
    print("\(events) events of 56 bytes, \(batch) a batch")

    let raw = try measure("write the same bytes to a file, one sync a batch", events: events) {
      try writeRaw(events, to: folder + "/raw")
    }
    let hub = try EmbeddedHub.create(at: folder + "/hub")
    let send = try await measure("send", events: events) { try await HubBenchmarks.send(events, to: hub) }
    print("  send takes \(ratio(send, raw)) times as long as the raw write")
    let read = try await measure("read", events: events) { try await HubBenchmarks.read(hub, expecting: events) }
    print("  read takes \(ratio(read, send)) times as long as send")

    let schema = Schema([Field("timestamp", .timestamp), Field("favorite", .integer)])
    let plan = try AggregationPlan(
      window: WindowSpecification(length: EventTimeInterval(parsing: "1h")),
      aggregates: [Aggregate(.avg, of: "favorite", as: "average"), Aggregate(.count, of: nil, as: "events")],
      input: schema)
    let before = peakMemory()
    let stream = try await measure("stream, hourly aggregate, Delta table", events: events) {
      let checkpoint = try Checkpoint(at: folder + "/checkpoint", plan: plan.fingerprint) { "benchmark" }
      let progress = try await MicroBatchExecution(source: Source(hub), plan: plan)
        .run(.availableNow, checkpoint: checkpoint, sink: Sink(path: folder + "/table"))
      precondition(progress.events == events)
    }
    print("  the stream takes \(ratio(stream, read)) times as long as reading alone")
    print("peak memory: \(before) MB after sending and reading, \(peakMemory()) MB after the stream")
  }

  static func writeRaw(_ events: Int, to path: String) throws {
    let file = try OpenFile(path, for: .updating)
    var maker = EventMaker()
    for start in stride(from: 0, to: events, by: batch) {
      let (bodies, _) = maker.make(min(batch, events - start))
      try file.append(bodies)
      try file.sync()
    }
  }

  static func measure(_ name: String, events: Int, _ body: @Sendable () async throws -> Void) async rethrows -> Duration
  {
    let clock = ContinuousClock()
    let start = clock.now
    try await body()
    return report(name, events: events, clock.now - start)
  }

  static func measure(_ name: String, events: Int, _ body: () throws -> Void) rethrows -> Duration {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    return report(name, events: events, clock.now - start)
  }

  private static func report(_ name: String, events: Int, _ duration: Duration) -> Duration {
    let seconds = duration / .seconds(1)
    print(String(format: "%@: %.2f s, %.2f M events/s", name, seconds, Double(events) / seconds / 1e6))
    return duration
  }

  static func ratio(_ left: Duration, _ right: Duration) -> String { String(format: "%.2f", left / right) }

  static func peakMemory() -> Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss >> 20
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss >> 10
    #endif
  }
}

/// Makes `{"timestamp":"2019-04-24T09:39:40.000Z","favorite":1234}`, a second apart, by writing digits into a pattern.
struct EventMaker {
  private static let pattern = Array(#"{"timestamp":"2019-04-24T09:39:40.000Z","favorite":1234}"#.utf8)
  private var second: Int64 = 1_556_064_000

  mutating func make(_ count: Int) -> (bodies: [UInt8], ends: [Int]) {
    var bodies: [UInt8] = []
    bodies.reserveCapacity(count * Self.pattern.count)
    var ends: [Int] = []
    ends.reserveCapacity(count)
    var day = Array(Timestamp(seconds: second).description.utf8.prefix(10))
    for _ in 0..<count {
      let start = bodies.count
      bodies.append(contentsOf: Self.pattern)
      let ofDay = Int(second % 86_400)
      if ofDay == 0 { day = Array(Timestamp(seconds: second).description.utf8.prefix(10)) }
      for index in 0..<10 { bodies[start + 14 + index] = day[index] }
      write(ofDay / 3_600, at: start + 25, into: &bodies)
      write(ofDay / 60 % 60, at: start + 28, into: &bodies)
      write(ofDay % 60, at: start + 31, into: &bodies)
      write(Int(second % 97), at: start + 53, into: &bodies)
      ends.append(bodies.count)
      second += 1
    }
    return (bodies, ends)
  }

  private func write(_ number: Int, at place: Int, into bytes: inout [UInt8]) {
    bytes[place] = UInt8(0x30 + number / 10)
    bytes[place + 1] = UInt8(0x30 + number % 10)
  }
}

private struct Source: EventSource {
  let name = "benchmark"
  private let hub: EmbeddedHub
  private let reader: any HubReader

  init(_ hub: EmbeddedHub) {
    self.hub = hub
    reader = hub.reader()
  }

  func heldOffsets() throws -> [Range<Int64>] { try hub.heldOffsets() }

  func waitForEvents(behind offsets: [Int64]) async throws {}

  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk {
    let batch = try await reader.read(partition: partition, offsets: offsets)
    return EventChunk(firstOffset: batch.firstOffset, bodies: batch.events.bodies, ends: batch.events.ends)
  }
}

private struct Sink: BatchSink {
  let path: String
  let description = "benchmark"

  func shows(_ batch: Int64, of query: String) async throws -> Bool { true }

  func committedBatch(of query: String) async throws -> Int64? { nil }

  func foreignRows(to query: String) async throws -> ForeignRows? { nil }

  func commit(_ result: Table, _ batch: SinkBatch) async throws {
    try DeltaTable.create(at: path, schema: result.schema).overwrite(with: result)
  }
}
