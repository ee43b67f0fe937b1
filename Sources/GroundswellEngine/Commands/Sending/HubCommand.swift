import ArgumentParser
import Columnar
import EventHub

struct HubCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "hub", abstract: "Show the hub's partitions: offsets, events, size.",
    discussion: """
      first is the offset of the oldest event that the partition holds, next the one that the next event will get.

        hub
      """.flowing)

  func run(in session: Session) async throws -> [Output] {
    let hub = try await session.hubForReading()
    let schema = Schema([
      Field("partition", .long), Field("first", .long), Field("next", .long), Field("events", .long),
      Field("size", .string),
    ])
    let sizes = try await hub.sizes()
    let rows = try await hub.heldOffsets().enumerated().map { partition, held -> [Value] in
      [
        .integer(Int64(partition)), .integer(held.lowerBound), .integer(held.upperBound),
        .integer(Int64(held.count)), sizes.map { .string(QueriesCommand.size(Int($0[partition]))) } ?? .null,
      ]
    }
    return [.table(try Table(schema: schema, rows: rows)), .aside("the hub \(hub.name), \(hub.kind)")]
  }
}
