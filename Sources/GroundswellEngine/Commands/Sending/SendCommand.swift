import ArgumentParser
import CivilTime
import EventHub

struct SendCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send events to the hub: a made-up sample of tweets, or a file.",
    discussion: """
      Each event is a JSON object, {"timestamp":"2019-04-24T09:39:40.000Z","favorite":0}. CSV files need a header; a file of \
      JSON objects, one a line, is sent as it is.

        send --sample
        send --sample --explain
        send --from tweets.csv --time created_at --value likes
      """.flowing)

  @Flag(help: "Send the sample: the same tweets for the same seed.")
  var sample = false

  @Option(help: ArgumentHelp("Send a file: .csv, .tsv, or JSON lines.", valueName: "file"))
  var from: String?

  @Option(help: "Of the sample: how many days.")
  var days: Int = 21

  @Option(help: "Of the sample: another number, other tweets.")
  var seed: UInt64 = 2019

  @Option(help: "Of the sample: its first hour.")
  var start: String?

  @Flag(help: "Of the sample: name the planted anomalies, and send nothing.")
  var explain = false

  @Option(help: "Of a CSV file: the column of the times.")
  var time: String?

  @Option(help: "Of a CSV file: the column of the numbers.")
  var value: String?

  func validate() throws {
    guard sample != (from != nil) else { throw ValidationError("send what? --sample or --from FILE") }
    if !(1...100_000).contains(days) { throw ValidationError("--days takes 1 to 100000") }
    if explain, !sample { throw ValidationError("--explain goes with --sample") }
    guard let start else { return }
    guard let first = Timestamp(start) else { throw ValidationError("--start '\(start)' is no time: write 2019-04-01") }
    if first.date.year < 1 || first.date.year + days / 365 > 9_998 {
      throw ValidationError("--start and --days must lie within the years 1 to 9999")
    }
  }

  /// So many events are shown, as the tutorial's notebook shows what it sends.
  private static let shown = 5
  private static let eventsPerBatch = 10_000

  func run(in session: Session) async throws -> [Output] {
    if let from {
      // One reader for all of it, since what comes through a pipe comes once.
      let reader = try RecordReader(from, .record)
      if try Self.isDelimited(from, reader) {
        var source = try DelimitedFileSource(from, reader: reader, time: time, value: value)
        let mapping = Output.text("\(source.mapping.time) → timestamp, \(source.mapping.value) → favorite")
        let sent = try await send(&source, to: session)
        return [mapping] + sent + Self.notes(on: source)
      }
      guard time == nil, value == nil else {
        throw UsageError(
          description: "send: --time and --value are for CSV files\n\(from) has JSON lines, which are sent as they are")
      }
      reader.form = .line
      var source = JSONLinesSource(reader: reader)
      return try await send(&source, to: session)
    }
    var source = SampleTweets(
      seed: seed, start: start.flatMap { Timestamp($0) } ?? SampleTweets.tutorialStart, days: days)
    if explain {
      let lines = source.planted.map { "\($0.hours.lowerBound) to \($0.hours.upperBound): \($0.what)" }
      return [.text(lines.isEmpty ? "nothing is planted in so few days" : lines.joined(separator: "\n"))]
    }
    return try await send(&source, to: session)
  }

  private func send(_ source: inout some BodySource, to session: Session) async throws -> [Output] {
    let hub = try await session.hubForSending()
    let sender = try await hub.sender(clock: session.clock)
    var outputs = sender.recovered.map { recovery in
      Output.text(
        "cut off \(counted(recovery.bytes, "byte")) that a crash left behind offset \(recovery.nextOffset - 1)")
    }
    var examples: [String] = []
    var count = 0
    var failure: (any Error)?
    let report = await session.listeners.progress
    do {
      while let bodies = try source.next(maximum: Self.eventsPerBatch) {
        try Task.checkCancellation()
        try await sender.send(EventBatch(bodies: bodies.bodies, ends: bodies.ends))
        for index in 0..<min(bodies.count, max(0, Self.shown - examples.count)) {
          examples.append("Sent event: " + visible(bodies.text(index), lineEnd: "⏎"))
        }
        count += bodies.count
        report(Progress("events sent", done: Int64(count), share: source.share))
      }
    } catch {
      failure = error
    }
    if count > examples.count { examples.append("...") }
    if !examples.isEmpty { outputs.append(.text(examples.joined(separator: "\n"))) }
    if failure == nil || count > 0 { outputs.append(.text("sent \(counted(count, "event")) to the hub \(hub.name)")) }
    if failure is CancellationError, count > 0 {
      throw CellFailure(
        outputs: outputs, failure: "interrupted\nwhat was sent stays in the hub: sending again adds it a second time")
    }
    if let failure { throw CellFailure(outputs: outputs, failure: CellFailure.message(of: failure)) }
    return outputs
  }

  /// Whether the file is a table rather than JSON lines, by its name, else by its first character.
  private static func isDelimited(_ path: String, _ reader: RecordReader) throws -> Bool {
    let ending = path.lowercased().split(separator: ".").last.map(String.init) ?? ""
    if ["csv", "tsv", "txt"].contains(ending) { return true }
    if ["json", "jsonl", "ndjson"].contains(ending) { return false }
    return try reader.firstByte() != UInt8(ascii: "{")
  }

  private static func notes(on source: DelimitedFileSource) -> [Output] {
    guard source.badRowCount > 0 else { return [] }
    let rows = source.badRows.map { "  line \($0.line): \($0.reason)" }
    let more = source.badRowCount > rows.count ? ["  ..."] : []
    return [.text((["left out \(counted(source.badRowCount, "row")):"] + rows + more).joined(separator: "\n"))]
  }
}
