import ArgumentParser
import CivilTime
import Columnar
import Pipeline
import StreamProcessing
import Wording
import Rendering

struct QueriesCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "queries", abstract: "List this session's queries: status, rates, watermark, lag.",
    discussion: """
      lag is the number of unread events in the hub. Rates are in events a second: in since the batch before, processed
      during the last batch. windows counts the open windows, state is their size.

        queries
      """.flowing)

  func run(in session: Session) async throws -> [Output] {
    let records = await session.queries.values.sorted { $0.definition.name < $1.definition.name }
    guard !records.isEmpty else { return [.text("no queries yet: write AGGREGATE --to TABLE starts one")] }
    let schema = Schema([
      Field("query", .string), Field("table", .string), Field("mode", .string), Field("status", .string),
      Field("batch", .long), Field("events", .long), Field("in/s", .double), Field("processed/s", .double),
      Field("watermark", .timestamp), Field("lag", .long), Field("windows", .long), Field("state", .string),
      Field("late", .long), Field("kept aside", .long),
    ])
    var rows: [[Value]] = []
    for record in records {
      let query = record.query
      let (last, status) = await (query.recentProgress(1).last, query.status())
      let progress = status.progress
      let watermark = last?.watermark.map { Value.timestamp($0.time) }
      rows.append([
        .string(record.definition.name), .string(record.definition.table), .string(query.mode.rawValue),
        .string(Self.words(status)), last.map { .integer($0.batch) } ?? .null, .integer(progress.events),
        last?.inputRate.map(Value.double) ?? .null, last?.processedRate.map(Value.double) ?? .null, watermark ?? .null,
        await query.lag().map(Value.integer) ?? .null, .integer(Int64(progress.windows)),
        last.map { .string(ByteSize(Int64($0.stateBytes)).description) } ?? .null, .integer(progress.late),
        .integer(progress.rejected),
      ])
    }
    return [.status(try Table(schema: schema, rows: rows), momentary: ["status", "in/s", "processed/s"])]
  }

  private static func words(_ status: QueryStatus) -> String {
    switch status.state {
    case .running: status.trouble ?? (status.isIdle ? "waiting for events" : "running")
    case .ended: "ended"
    case .failed: "failed"
    }
  }
}

struct QueryCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Show a query's last batches, as JSON with Spark's keys.",
    discussion: "  query hourly\n  query hourly --last 5")

  @Argument(help: "The query's name.", completion: .names(.query))
  var name: String

  @Option(help: "Number of batches, up to 100.")
  var last: Int = 1

  func validate() throws {
    if !(1...100).contains(last) { throw ValidationError("--last takes 1 to 100") }
  }

  func run(in session: Session) async throws -> [Output] {
    let query = try await session.query(named: name)
    let recent = await query.recentProgress(last)
    var lines = recent.map(\.text)
    if case .failed(let error) = await query.status().state { lines.append("failed: \(sentences(for: error))") }
    return [.text(lines.isEmpty ? "\(name) has not finished a batch in this run" : lines.joined(separator: "\n"))]
  }
}

struct StopCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop a query that runs in the background.",
    discussion: """
      write with the same checkpoint resumes it.

        stop hourly
        stop --all
      """.flowing)

  @Argument(help: "The query's name.", completion: .names(.query))
  var name: String?

  @Flag(help: "Stop all queries.")
  var all = false

  func validate() throws {
    if (name == nil) != all { throw ValidationError("name a query, or use --all") }
  }

  func run(in session: Session) async throws -> [Output] {
    let running = await session.runningQueries
    guard let name else {
      await session.stopQueries()
      return [.text(running.isEmpty ? "no query is running" : "stopped \(running.joined(separator: ", "))")]
    }
    let query = try await session.query(named: name)
    guard running.contains(name) else { return [.text("\(name) is not running")] }
    await query.stop()
    return [.text("stopped \(name)")]
  }
}

struct WaitCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait until a query has read all events that the hub holds now.",
    discussion: "  wait hourly\n  wait hourly --timeout 30s")

  @Argument(help: "The query's name.", completion: .names(.query))
  var name: String

  @Option(help: ArgumentHelp("Maximum time (default: no limit).", valueName: "time"))
  var timeout: String?

  struct TimedOut: Explained {
    let name: String
    let timeout: String
    var problem: String { "\(name) did not catch up within \(timeout)" }
    var remedy: String? { "wait longer, or look at it: query \(name)" }
  }

  func run(in session: Session) async throws -> [Output] {
    let query = try await session.query(named: name)
    let limit = try timeout.map { try Duration(parsing: $0) }
    try await withThrowingTaskGroup { group in
      group.addTask { try await query.waitForAllAvailable() }
      if let limit {
        group.addTask {
          try await Task.sleep(for: limit)
          throw TimedOut(name: name, timeout: limit.written)
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
    let progress = await query.status().progress
    let lines =
      ["\(name) caught up, \(counted(progress.windows, "open window"))"] + WriteCommand.notes(progress)
    return [.text(lines.joined(separator: "\n"))]
  }
}
