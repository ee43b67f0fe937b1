import ArgumentParser
import Pipeline
import StreamProcessing
import Wording
import Rendering

extension OutputMode: ExpressibleByArgument {}
extension GapPolicy: ExpressibleByArgument {}

struct WriteCommand: SessionCommand {
  enum Compression: String, ExpressibleByArgument, CaseIterable { case snappy, zstd, uncompressed }

  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write an aggregate to a Delta table, or what is new of it.",
    discussion: """
      The checkpoint remembers which events are in the table: a second write takes only new events, and a write that was \
      killed resumes, so that nothing is lost and nothing counted twice.

      A table belongs to one query. Another query's table, one that was imported, and one whose checkpoint was lost are \
      not written to: choose another table, or replace what this one holds with --restart.

      Events that do not fit the schema are counted. checkpoints/TABLE/QUERY/rejected keeps the first 1,000 of a batch, of \
      the newest 100 batches that have some.

      Modes: complete, the table is the whole result each time; update, windows that changed take the place of
      what the table had of them; append, each window once, when the watermark has passed its end
      (aggregate … --watermark 1h).

      Triggers: available-now takes in what is there and ends; once does so in one batch. continuous, or every with a
      time, go on in the background: queries, query NAME, wait NAME, stop NAME.

        write hourly --to tweets
        write hourly --to live --query live --trigger continuous
        write hourly --to recent --query recent --mode update --trigger "every 10s"
        write closing --to closed --mode append
        write hourly --to tweets --restart
      """.flowing)

  @Argument(help: "The aggregate.")
  var name: String

  @Option(help: "The table; created if missing.")
  var to: String

  @Option(help: "What of the result is written: complete, update or append.")
  var mode: OutputMode = .complete

  @Option(help: ArgumentHelp("available-now, once, continuous, or every and a time: \"every 10s\".", valueName: "when"))
  var trigger: String = "available-now"

  @Option(help: "The query's name; else the aggregate's.")
  var query: String?

  @Option(help: "The checkpoint's name; else the query's.")
  var checkpoint: String?

  @Flag(help: "Forget the checkpoint, compute again from the stream's start, and replace what the table holds.")
  var restart = false

  @Flag(help: "Add columns that the table does not have yet; older rows are null there.")
  var addColumns = false

  @Option(help: "How many events a batch takes at the most.")
  var eventsPerBatch: Int64 = 1_000_000

  @Option(help: "If the hub no longer holds the next events: earliest skips them, fail stops the query.")
  var onGap: GapPolicy = .fail

  @Option(help: ArgumentHelp("Keep the files of a new table apart by these columns.", valueName: "columns"))
  var partitionBy: String?

  @Option(help: "How the files of a new table are compressed; else snappy.")
  var compression: Compression?

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
      guard trigger.hasPrefix("every"), let interval = try? EventTimeInterval(parsing: String(trigger.dropFirst(5)))
      else {
        return nil
      }
      return .every(.microseconds(interval.microseconds))
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
    let batches = progress.batches == 1 ? "1 batch" : "\(progress.batches) batches"
    var lines = ["\(queryName) → \(to): \(Self.events(progress, "new event")) in \(batches)"]
    switch mode {
    case .complete: lines[0] += ", \(counted(progress.windows, "window"))"
    case .update, .append:
      lines[0] += ", \(counted(progress.rows, "row")) written, \(counted(progress.windows, "window")) open"
    }
    lines += Self.notes(progress)
    return [.text(lines.joined(separator: "\n"))]
  }

  /// `3 events`; `6 events (2 messages)` where messages hold several.
  static func events(_ progress: QueryProgress, _ noun: String = "event") -> String {
    let events = counted(progress.events + progress.furtherEvents, noun)
    return progress.furtherEvents > 0 ? "\(events) (\(counted(progress.events, "message")))" : events
  }

  /// What a person should know of events that are not in the result.
  static func notes(_ progress: QueryProgress) -> [String] {
    var lines = progress.missingFields.map { [$0] } ?? []
    if progress.rejected > 0 {
      lines.append("kept aside \(counted(progress.rejected, "event")) that did not fit the schema")
      lines += progress.rejectedSamples.prefix(3).map { "  \($0)" }
      lines += progress.rejectedSamples.prefix(3).lazy.compactMap(\.reason.remedy).prefix(1)
    }
    if progress.droppedForNullTime > 0 {
      lines.append("left out \(counted(progress.droppedForNullTime, "event")) without a time")
    }
    if progress.late > 0 {
      lines.append("dropped \(counted(progress.late, "late event"))\(progress.watermark.map { ": \($0)" } ?? "")")
    }
    if progress.future > 0 {
      lines.append("left out \(counted(progress.future, "event")) further ahead of their arrival than --max-future")
    }
    if let leap = progress.leapAhead { lines.append(leap) }
    if progress.lost > 0 {
      lines.append("skipped \(counted(progress.lost, "event")) that the hub deleted before they were read")
    }
    return lines
  }
}

extension TableLayout {
  /// As commands that create a table are told.
  init(partitionBy columns: String?, compression: WriteCommand.Compression?) {
    self.init(partitionColumns: columns?.listedNames ?? [], codec: compression?.rawValue)
  }
}
