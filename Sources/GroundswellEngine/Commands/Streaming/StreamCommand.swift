import ArgumentParser
import CivilTime
import Columnar
import EventHub
import StreamProcessing
import Rendering

extension TimeFormat: ExpressibleByArgument {}

struct StreamCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream", abstract: "Read the hub's events with a schema.",
    discussion: """
      Types are TIMESTAMP, INT, BIGINT, DOUBLE, STRING, BOOLEAN. Events that do not fit are counted and kept aside. Field
      names ignore case. A message may hold several events: one object a line, or an array.

      A TIMESTAMP is a text or a number: 2019-04-24T09:39:40Z, 2019-04-24 09:39 +0000, Wed Apr 24 09:39:40 +0000 2019,
      Wed, 24 Apr 2019 09:39:40 GMT, Apr 24, 2019, 24.04.2019 09:39; without a zone it is UTC. A number counts from 1970: 10
      digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds. --time-format gives the unit of other numbers,
      and the order of day and month in dates like 04/03/2019.

        stream messages --schema "timestamp TIMESTAMP, favorite INT"
        stream recent --schema "timestamp TIMESTAMP, favorite INT" --from end
        stream sensors --schema "ts TIMESTAMP, v DOUBLE" --time-format seconds
      """.flowing)

  @Argument(help: "The stream's name.")
  var name: String

  @Option(help: "The fields: \"timestamp TIMESTAMP, favorite INT\".")
  var schema: String

  @Option(
    help: "Where to begin: start, end, an offset, or a time at which an event was sent.",
    completion: .list(["start", "end"]))
  var from: String = "start"

  @Option(
    help:
      "Format of ambiguous TIMESTAMP fields: \(TimeFormat.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var timeFormat: TimeFormat?

  func validate() throws {
    guard position != nil else { throw ValidationError("--from takes start, end, an offset or a time, not '\(from)'") }
  }

  private var position: Position? {
    switch from {
    case "start": .start
    case "end": .end
    default: Int64(from).map { .offset($0) } ?? Timestamp(from).map { .enqueued($0) }
    }
  }

  func run(in session: Session) async throws -> [Output] {
    let schema = try Schema(parsingStreamSchema: self.schema)
    let missing = try await session.define(
      stream: name, schema: schema, timeFormat: timeFormat, from: position ?? .start)
    return [.text(schema.tree)] + (missing.map { [.text($0)] } ?? [])
  }
}

extension Schema {
  /// As Spark prints a schema.
  var tree: String {
    (["root"] + fields.map { " |-- \($0.name): \($0.type.name) (nullable = \($0.isNullable))" })
      .joined(separator: "\n")
  }
}
