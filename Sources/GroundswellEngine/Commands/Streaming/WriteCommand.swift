import ArgumentParser
package import Parquet
import Pipeline
import StreamProcessing
import Wording
import Rendering

extension OutputMode: ExpressibleByArgument {}
extension GapPolicy: ExpressibleByArgument {}

extension ParquetCodec: ExpressibleByArgument {
  package init?(argument: String) { self.init(name: argument) }
  package static var allValueStrings: [String] { allCases.map(\.name) }
  package var defaultValueDescription: String { name }
}

struct WriteCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write an aggregate to a Delta table, then only what is new.",
    discussion: """
      The checkpoint records which events are in the table: a second write reads only new events, and a killed write \
      resumes, without losing or repeating any.

      A table belongs to one query. write refuses another query's table, an imported table, and one whose checkpoint was \
      lost: choose another table, or replace its rows with --restart.

      Events that do not fit the schema are counted. checkpoints/TABLE/QUERY/rejected keeps the first 1,000 of each batch, \
      for the newest 100 batches that have some.

      Modes: complete replaces the table with the whole result each time; update replaces the windows that changed; append
      adds each window once, when the watermark passes its end (aggregate … --watermark 1h).

      Triggers: available-now reads the events that are available and ends; once does so in one batch. continuous, and
      every with a time, run in the background: queries, query NAME, wait NAME, stop NAME.

        write hourly --to tweets
        write hourly --to live --query live --trigger continuous
        write hourly --to recent --query recent --mode update --trigger "every 10s"
        write closing --to closed --mode append
        write hourly --to tweets --restart
      """.flowing)

  @Argument(help: "The aggregate.", completion: .names(.aggregate))
  var name: String

  @Option(help: "The table; created if missing.", completion: .names(.table))
  var to: String

  @Option(help: "The rows to write: complete, update or append.")
  var mode: OutputMode = .complete

  @Option(
    help: ArgumentHelp(
      "When it runs: available-now, once, continuous, or every and a time: \"every 10s\".", valueName: "when"),
    completion: .list(["available-now", "once", "continuous", "\"every 10s\""]))
  var trigger: String = "available-now"

  @Option(help: "The query's name (default: the aggregate's).")
  var query: String?

  @Option(help: "The checkpoint's name (default: the query's).")
  var checkpoint: String?

  @Flag(help: "Delete the checkpoint, compute again from the stream's start, and replace the table's rows.")
  var restart = false

  @Flag(help: "Add columns that the table lacks; older rows are null there.")
  var addColumns = false

  @Option(help: "Maximum number of events in a batch.")
  var eventsPerBatch: Int64 = 1_000_000

  @Option(help: "If the next events were deleted: earliest skips them, fail stops the query.")
  var onGap: GapPolicy = .fail

  @Option(help: ArgumentHelp("Partition a new table by these columns.", valueName: "columns"))
  var partitionBy: String?

  @Option(help: "Compression of a new table's files (default: snappy).")
  var compression: ParquetCodec?

  func validate() throws {
    if parsedTrigger == nil {
      throw ValidationError("--trigger takes available-now, once, continuous or \"every 10s\", not '\(trigger)'")
    }
    if eventsPerBatch < 1 { throw ValidationError("--events-per-batch must be 1 or more") }
  }

  private var parsedTrigger: Trigger? {
    switch trigger {
    case "available-now": return .availableNow
    case "once": return .once
    case "continuous": return .continuous
    default:
      guard trigger.hasPrefix("every"), let interval = try? Duration(parsing: String(trigger.dropFirst(5)))
      else {
        return nil
      }
      return .every(interval)
    }
  }

  func run(in session: Session) async throws -> [Output] {
    let aggregate = try await session.aggregate(name)
    let queryName = query ?? name
    let definition = StreamWrite(
      aggregate, to: to, name: queryName, checkpoint: checkpoint ?? queryName, mode: mode,
      trigger: parsedTrigger ?? .availableNow, restarts: restart, addsColumns: addColumns,
      eventsPerBatch: eventsPerBatch, gapPolicy: onGap,
      layout: TableLayout(partitionBy: partitionBy, compression: compression))
    guard let progress = try await session.write(definition) else {
      return [.text("\(queryName) → \(to) runs in the background: queries, wait \(queryName), stop \(queryName)")]
    }
    let batches = counted(progress.batches, "batch", "batches")
    var lines = ["\(queryName) → \(to): \(Self.events(progress, "new event")) in \(batches)"]
    switch mode {
    case .complete: lines[0] += ", \(counted(progress.windows, "window"))"
    case .update, .append:
      lines[0] += ", \(counted(progress.rows, "row")) written, \(counted(progress.windows, "window")) open"
    }
    lines += Self.notes(progress)
    return [.text(lines.joined(separator: "\n"))]
  }

  /// `3 events`; `6 events (2 messages)` if messages hold several.
  static func events(_ progress: QueryProgress, _ noun: String = "event") -> String {
    let events = counted(progress.events + progress.furtherEvents, noun)
    return progress.furtherEvents > 0 ? "\(events) (\(counted(progress.events, "message")))" : events
  }

  /// Lines about events that are missing from the result.
  static func notes(_ progress: QueryProgress) -> [String] {
    var lines = progress.missingFields.map { [$0] } ?? []
    if progress.rejected > 0 {
      lines.append("kept aside \(counted(progress.rejected, "event")) that did not fit the schema")
      lines += progress.rejectedSamples.prefix(3).map { "  \($0)" }
      lines += progress.rejectedSamples.prefix(3).lazy.compactMap(\.reason.remedy).prefix(1)
    }
    if progress.droppedForNullTime > 0 {
      lines.append("dropped \(counted(progress.droppedForNullTime, "event")) without a time")
    }
    if progress.late > 0 {
      lines.append("dropped \(counted(progress.late, "late event"))\(progress.watermark.map { ": \($0)" } ?? "")")
    }
    if progress.future > 0 {
      lines.append("dropped \(counted(progress.future, "event")) further after their arrival than --max-future")
    }
    if let leap = progress.leapAhead { lines.append(leap + "; leave such events out: aggregate … --max-future 1d") }
    if progress.lost > 0 {
      lines.append("skipped \(counted(progress.lost, "event")) that the hub deleted before they were read")
    }
    return lines
  }
}

extension TableLayout {
  /// As commands that create a table are told.
  init(partitionBy columns: String?, compression: ParquetCodec?) {
    self.init(partitionColumns: columns?.listedNames ?? [], codec: compression?.name)
  }
}
