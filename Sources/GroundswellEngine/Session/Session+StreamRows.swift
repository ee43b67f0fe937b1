import Columnar
import EventHub
import StreamProcessing
import Wording

/// What the first events of a stream are.
struct StreamLook: Sendable {
  var table: Table
  /// How many of the events looked at did not fit, and the first three of them.
  var rejectedCount = 0
  var rejected: [RejectedEvent] = []
  /// For people: the fields that none of the events looked at has; nil where all are there.
  var missingFields: String?
}

extension Session {
  /// The first events of a stream as rows.
  func look(at stream: StreamDefinition, limit: Int) async throws -> StreamLook {
    readings.note("the hub \(stream.hub.name)")
    let source = try await HubSource(stream.hub, tell: waiting(nil))
    let scanner = JSONEventScanner(schema: stream.schema, timeFormat: stream.timeFormat)
    var look = StreamLook(table: Table(joining: [], schema: stream.schema))
    var fields = FieldPresence(stream.schema)
    var tables: [Table] = []
    var (missing, messages, isAll) = (limit, 0, true)
    for (partition, held) in try await source.heldOffsets().enumerated() {
      var offset = stream.start(in: partition, held: held)
      while missing > 0, offset < held.upperBound {
        try Task.checkCancellation()
        let chunk = try await source.read(
          partition: partition, offsets: offset..<min(held.upperBound, offset + Int64(max(missing, 10_000))))
        let scanned = scanner.scan(bodies: chunk.bodies, ends: chunk.ends)
        fields.add(scanned, of: scanner, bodies: chunk.bodies, ends: chunk.ends)
        messages += chunk.ends.count
        let kept = min(missing, scanned.table.rowCount)
        tables.append(scanned.table.rows(0..<kept))
        missing -= kept
        guard chunk.nextOffset > offset else {
          throw MissingEvents(source: source.name, partition: partition, offset: offset)
        }
        offset = chunk.nextOffset
        // Behind the last row that is shown nothing was looked at.
        let looked = missing > 0 ? scanned.rejected : scanned.rejected.filter { $0.row < kept }
        look.rejectedCount += looked.count
        look.rejected += looked.prefix(3 - look.rejected.count)
      }
      if offset < held.upperBound { isAll = false }
    }
    look.table = Table(joining: tables, schema: stream.schema)
    look.missingFields = fields.note(looked: Self.looked(at: messages, isAll: isAll))
    return look
  }

  /// Of each partition so many events tell what fields a stream's events have, and so long a hub is asked for them.
  private static let eventsLookedAt: Int64 = 1_000
  private static let patienceForLooking = Duration.seconds(3)

  /// The fields of a stream that none of its first events has; of a stream that begins at the hub's end, none of the last ones
  /// before it. Nil also where the hub has no events, or does not answer soon: it is a courtesy.
  func missingFields(of stream: StreamDefinition) async -> String? {
    await withTaskGroup(of: String?.self) { group in
      group.addTask { try? await Self.missingFields(of: stream) }
      group.addTask {
        try? await Task.sleep(for: Self.patienceForLooking)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private static func missingFields(of stream: StreamDefinition) async throws -> String? {
    let source = try await HubSource(stream.hub, patience: .zero) { _ in }
    let scanner = JSONEventScanner(schema: stream.schema, timeFormat: stream.timeFormat)
    var fields = FieldPresence(stream.schema)
    var (messages, isAll) = (0, true)
    for (partition, held) in try await source.heldOffsetsNow().enumerated() {
      let start = stream.start(in: partition, held: held)
      var offset = start < held.upperBound ? start : max(held.lowerBound, held.upperBound - eventsLookedAt)
      let end = min(held.upperBound, offset + eventsLookedAt)
      while offset < end {
        let chunk = try await source.read(partition: partition, offsets: offset..<end)
        guard chunk.nextOffset > offset else { break }
        fields.add(
          scanner.scan(bodies: chunk.bodies, ends: chunk.ends), of: scanner, bodies: chunk.bodies, ends: chunk.ends)
        messages += chunk.ends.count
        offset = chunk.nextOffset
      }
      if offset < held.upperBound { isAll = false }
    }
    return fields.note(looked: looked(at: messages, isAll: isAll))
  }

  private static func looked(at messages: Int, isAll: Bool) -> String {
    isAll ? "no event" : "none of the first \(counted(messages, "event"))"
  }
}

extension StreamDefinition {
  /// Where it begins; a partition that came since it was defined is read from its start.
  fileprivate func start(in partition: Int, held: Range<Int64>) -> Int64 {
    let start = startOffsets.indices.contains(partition) ? startOffsets[partition] : held.lowerBound
    return max(start, held.lowerBound)
  }
}
