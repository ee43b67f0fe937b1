import ArgumentParser
import CivilTime
import Columnar
import EventHub
import StreamProcessing

struct StreamCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream", abstract: "Read the hub's events with a schema.",
    discussion: """
      Types are TIMESTAMP, INT, BIGINT, DOUBLE, STRING, BOOLEAN. Events that do not fit are counted and kept aside.

        stream messages --schema "timestamp TIMESTAMP, favorite INT"
        stream recent --schema "timestamp TIMESTAMP, favorite INT" --from end
      """.flowing)

  @Argument(help: "What it will be called.")
  var name: String

  @Option(help: "The fields: \"timestamp TIMESTAMP, favorite INT\".")
  var schema: String

  @Option(help: "Where to begin: start, end, an offset, or a time at which an event was sent.")
  var from: String = "start"

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
    let schema: Schema
    do { schema = try Schema(parsingStreamSchema: self.schema) } catch {
      guard case .unknownType(let name) = error.fault else { throw error }
      throw UnknownName(
        kind: "type", name: name, known: Schema.streamTypes, remedy: "--schema \"timestamp TIMESTAMP, favorite INT\"")
    }
    try await session.define(stream: name, schema: schema, from: position ?? .start)
    return [.text(schema.tree)]
  }
}

extension Schema {
  /// As Spark prints a schema.
  var tree: String {
    (["root"] + fields.map { " |-- \($0.name): \($0.type.name) (nullable = \($0.isNullable))" })
      .joined(separator: "\n")
  }
}
