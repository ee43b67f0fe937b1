import ArgumentParser
import CivilTime
import Columnar
import Pipeline
import StreamProcessing
import Wording
import Rendering

struct AggregateCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "aggregate", abstract: "Compute over windows of event time.",
    discussion: """
      The first column, groupTime, is the start of the window in UTC. --as names the column before it.

      Windows count from 1970-01-01T00:00:00Z, a Thursday; --offset moves them: --window 1w --offset 4d starts weeks on \
      Monday, --window 1d --offset 5h starts days at 5 o'clock UTC. --time-zone uses local time instead: days start at \
      local midnight and have 23 or 25 hours when clocks change, weeks start on Monday, hours at full local hours.

      --max-future drops events whose time is too far after their arrival in the hub. Otherwise, one event of the year 2091 \
      moves the watermark past all earlier windows.

        aggregate hourly --from messages --window 1h --avg favorite --as average
        aggregate daily --from messages --window 1d --median favorite --count
        aggregate liked --from messages --window 1h --count --where "favorite > 0"
        aggregate languages --from messages --window 1h --by lang --count
        aggregate weekly --from messages --window 1w --offset 4d --count
        aggregate days --from messages --window 1d --time-zone Asia/Tokyo --count
        aggregate sliding --from messages --window 1h --slide 10m --sum favorite --watermark 2h
      """.flowing)

  @Argument(help: "The aggregate's name.")
  var name: String

  @Option(help: "The stream.", completion: .names(.stream))
  var from: String

  @Option(help: "Length of a window: 1h, 30 minutes, 1d.")
  var window: String

  @Option(help: "Time between the starts of two windows (default: their length).")
  var slide: String?

  @Option(help: ArgumentHelp("How much later than 1970-01-01T00:00:00Z windows start: 5h, 4d.", valueName: "time"))
  var offset: String?

  @Option(
    help: ArgumentHelp("Count days, weeks and hours in this zone's local time: Europe/Berlin.", valueName: "zone"))
  var timeZone: String?

  @Option(
    help: ArgumentHelp(
      "Drop events whose time is further after their arrival.", valueName: "time"))
  var maxFuture: String?

  @Option(help: ArgumentHelp("Fields to group by within a window.", valueName: "fields"), completion: .names(.field))
  var by: [String] = []

  @Option(help: "Allowed lateness of events; see write --mode update and append.")
  var watermark: String?

  @Option(help: "The field of the event's time (default: the first TIMESTAMP).", completion: .names(.field))
  var time: String?

  @Option(name: .customLong("where"), help: "Only events that meet this condition: \"favorite > 10 AND lang = 'en'\".")
  var condition: String?

  @Option(help: ArgumentHelp("The mean of a field.", valueName: "field"), completion: .names(.field)) var avg:
    [String] = []
  @Option(help: ArgumentHelp("The sum of a field.", valueName: "field"), completion: .names(.field)) var sum: [String] =
    []
  @Option(
    help: ArgumentHelp("The number of events, or of those that have the field.", valueName: "field"),
    completion: .names(.field)) var count: [String] = []
  @Option(help: ArgumentHelp("The minimum of a field.", valueName: "field"), completion: .names(.field)) var min:
    [String] = []
  @Option(help: ArgumentHelp("The maximum of a field.", valueName: "field"), completion: .names(.field)) var max:
    [String] = []
  @Option(help: ArgumentHelp("The median of a field.", valueName: "field"), completion: .names(.field)) var median:
    [String] = []
  @Option(help: ArgumentHelp("The name of the column before it.", valueName: "name")) var `as`: [String] = []

  /// The columns in the order of the arguments, which the parser does not keep; see `prepared`.
  @Option(name: .customLong("column"), help: .hidden)
  var columns: [String] = []

  /// Writes `--avg favorite --as average` as one option, `--column "avg favorite average"`.
  static func prepared(_ arguments: [String]) -> [String] {
    var prepared: [String] = []
    let names = AggregateFunction.allCases.map { "--\($0.rawValue)" } + ["--as"]
    var rest = CommandList.separated(arguments, at: names)[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), AggregateFunction(rawValue: String(word.dropFirst(2))) != nil else {
        prepared.append(word)
        continue
      }
      var column = [String(word.dropFirst(2)), "*"]
      if let field = rest.first, !field.hasPrefix("--") {
        column[1] = field
        rest.removeFirst()
      } else if word != "--count" {
        // The parser reports the missing field.
        prepared.append(word)
        continue
      }
      if rest.first == "--as", let name = rest.dropFirst().first {
        column.append(name)
        rest = rest.dropFirst(2)
      }
      prepared += ["--column", column.joined(separator: "\t")]
    }
    return prepared
  }

  func validate() throws {
    if !`as`.isEmpty {
      throw ValidationError("--as follows the column that it names: --avg favorite --as average")
    }
  }

  func run(in session: Session) async throws -> [Output] {
    let stream = try await session.stream(from)
    let windows = try WindowSpecification(
      length: try EventTimeInterval(parsing: window), slide: try slide.map { try EventTimeInterval(parsing: $0) },
      offset: try offset.map { try Self.offset($0) }, zone: try timeZone.map { try TimeZoneRules(named: $0) })
    let aggregates = columns.compactMap { column -> Aggregate? in
      let parts = column.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard let function = AggregateFunction(rawValue: parts[0]) else { return nil }
      let field = parts[1] == "*" ? nil : parts[1]
      return Aggregate(
        function, of: field, as: parts.count > 2 ? parts[2] : field.map { "\(parts[0])_\($0)" } ?? parts[0])
    }
    let plan = try AggregationPlan(
      timeField: time, window: windows,
      groupFields: by.flatMap(\.listedNames), aggregates: aggregates,
      watermarkDelay: try watermark.map { try EventTimeInterval(parsing: $0) },
      maxFuture: try maxFuture.map { try EventTimeInterval(parsing: $0) },
      predicate: try condition.map { try Predicate(parsing: $0, schema: stream.schema) }, input: stream.schema)
    try await session.define(AggregateDefinition(name: name, stream: stream, plan: plan))
    return [.text(plan.output.tree)]
  }
}

extension AggregateCommand {
  /// An interval with an optional minus sign; 0 is allowed.
  private static func offset(_ text: String) throws -> EventTimeInterval {
    if text == "0" { return EventTimeInterval(microseconds: 0) }
    let isBack = text.hasPrefix("-")
    let span = try EventTimeInterval(parsing: isBack ? String(text.dropFirst()) : text)
    return isBack ? EventTimeInterval(microseconds: -span.microseconds) : span
  }
}
