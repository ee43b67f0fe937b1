import ArgumentParser
import CivilTime
import Columnar
import EventHub
import StreamProcessing
import Wording
import EventFiles
import Rendering

struct HubCommand: SessionCommand {
  enum Action: String, ExpressibleByArgument, CaseIterable {
    case show, export, `import`, retain
  }

  static let configuration = CommandConfiguration(
    commandName: "hub", abstract: "Show the hub's partitions, export and import its events, or set its retention.",
    discussion: """
      first is the offset of a partition's oldest event, next the offset of its next event, perSecond the rate of the last \
      minute.

      export writes each event as a line of JSON, with its partition, offset, time, key and properties. import resends \
      them to their original partitions, if present, keeping order; the hub assigns new offsets and times. Header values \
      are read as text; of several headers with one name the last is kept.

      retain deletes old events of an embedded hub, or those beyond a size in each partition, now and at each later send. \
      It deletes whole segment files, oldest first. A Kafka broker has its own retention settings.

        hub
        hub export events.jsonl
        hub import events.jsonl
        hub retain --age 7d --size 500MB
        hub retain --everything
      """.flowing)

  @Argument(help: "show, export, import or retain.")
  var action: Action = .show

  @Argument(help: "For export and import: the file.", completion: .file())
  var file: String?

  @Option(help: "For retain: maximum age of events: 12h, 7d.")
  var age: String?

  @Option(help: "For retain: maximum size of a partition: 500kB, 2GB.")
  var size: String?

  @Option(help: "For import: the file's encoding (default: by its byte-order mark, else UTF-8).")
  var encoding: TextEncoding?

  @Flag(help: "For retain: keep all events, as a new hub does.")
  var everything = false

  func validate() throws {
    if (action == .export || action == .import) != (file != nil) {
      throw ValidationError(file.map { "unexpected argument '\($0)'" } ?? "\(action.rawValue) which FILE?")
    }
    if encoding != nil, action != .import { throw ValidationError("--encoding goes with import") }
    if action == .retain {
      if everything == (age != nil || size != nil) {
        throw ValidationError("retain what? --age, --size, or --everything")
      }
      if let size, ByteSize(size) == nil { throw ValidationError("--size takes a size like 500MB, not '\(size)'") }
    } else if age != nil || size != nil || everything {
      throw ValidationError("--age, --size and --everything go with retain")
    }
  }

  func run(in session: Session) async throws -> [Output] {
    switch (action, file) {
    case (.export, let file?): return [try await session.exportHub(to: session.outputFiles.file(file))]
    case (.import, let file?): return [try await session.importHub(from: file, encoding: encoding)]
    case (.retain, _): return [try await retain(in: session)]
    default: return try await show(in: session)
    }
  }

  private func show(in session: Session) async throws -> [Output] {
    let hub = try await session.hubForReading()
    let held = try await hub.heldOffsets()
    let minuteAgo = Timestamp(microseconds: session.clock().microseconds - 60_000_000)
    let recent = try await hub.offsets(of: .enqueued(minuteAgo))
    let sizes = try await hub.sizes()
    var fields = [Field("partition", .long), Field("first", .long), Field("next", .long), Field("events", .long)]
    if sizes != nil { fields.append(Field("size", .string)) }
    fields.append(Field("perSecond", .double))
    let rows = held.enumerated().map { partition, held -> [Value] in
      var row: [Value] = [
        .integer(Int64(partition)), .integer(held.lowerBound), .integer(held.upperBound),
        .integer(Int64(held.count)),
      ]
      if let sizes { row.append(.string(ByteSize(sizes[partition]).description)) }
      let count = recent.indices.contains(partition) ? max(0, held.upperBound - recent[partition]) : 0
      return row + [.double((Double(count) / 6).rounded() / 10)]
    }
    let table = try Table(schema: Schema(fields), rows: rows)
    return [
      .status(table, momentary: ["perSecond"]),
      .aside("the hub \(hub.name), \(hub.kind)" + Self.words(hub)),
    ]
  }

  private func retain(in session: Session) async throws -> Output {
    let hub = try await session.hubForReading()
    let retention = Retention(
      age: try age.map { try EventTimeInterval(parsing: $0).microseconds }, bytes: size.flatMap { ByteSize($0)?.bytes })
    let gone = try await session.retain(retention)
    let rule = "the hub \(hub.name) keeps" + (everything ? " everything" : Self.words(retention, before: ""))
    guard let gone else {
      return .text(rule + "; the active sender applies it at its next segment")
    }
    return .text(rule + (gone > 0 ? "; deleted \(counted(Int(gone), "event"))" : ""))
  }

  private static func words(_ hub: any Hub) -> String {
    hub.folder.map { ", in \($0)" + words(hub.retentionPolicy) } ?? ""
  }

  private static func words(_ retention: Retention?, before start: String = ", keeps") -> String {
    guard let retention, retention != Retention() else { return "" }
    let age = retention.age.map { "events up to \(EventTimeInterval(microseconds: $0)) old" }
    let size = retention.bytes.map { "up to \(ByteSize($0)) a partition" }
    return start + " " + [age, size].compactMap { $0 }.joined(separator: ", ")
  }
}
