import ArgumentParser
import StreamProcessing

struct WriteCommand: SessionCommand {
  enum Mode: String, ExpressibleByArgument, CaseIterable { case complete }
  enum Trigger: String, ExpressibleByArgument, CaseIterable { case availableNow = "available-now" }

  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write an aggregate to a Delta table, or what is new of it.",
    discussion: """
      The checkpoint remembers which events are in the table, so that a second write takes only what is new.

        write hourly --to tweets
        write hourly --to tweets --restart
      """)

  @Argument(help: "The aggregate.")
  var name: String

  @Option(help: "The table; made where it is not there.")
  var to: String

  @Option(help: "complete: the table always holds the whole result.")
  var mode: Mode = .complete

  @Option(help: "available-now: take in what is there, and end.")
  var trigger: Trigger = .availableNow

  @Option(help: "The checkpoint's name; else the aggregate's.")
  var checkpoint: String?

  @Flag(help: "Forget the checkpoint and compute again from the stream's start.")
  var restart = false

  func run(in session: Session) async throws -> [Output] {
    let aggregate = try await session.aggregate(name)
    let progress = try await session.write(
      aggregate, to: to, checkpoint: checkpoint ?? name, restarting: restart)
    var lines = [
      "\(name) → \(to): \(counted(progress.events, "new event")) in \(progress.batches == 1 ? "1 batch" : "\(progress.batches) batches"), \(counted(progress.windows, "window"))"
    ]
    lines += Self.notes(progress)
    return [.text(lines.joined(separator: "\n"))]
  }

  /// What a person should know of events that are not in the result.
  static func notes(_ progress: QueryProgress) -> [String] {
    var lines: [String] = []
    if progress.rejected > 0 {
      lines.append("kept aside \(counted(progress.rejected, "event")) that did not fit the schema")
      lines += progress.rejectedSamples.prefix(3).map {
        "  partition \($0.partition), offset \($0.offset): \($0.reason)"
      }
    }
    if progress.droppedForNullTime > 0 {
      lines.append("left out \(counted(progress.droppedForNullTime, "event")) without a time")
    }
    return lines
  }
}
