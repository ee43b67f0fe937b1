import Columnar
import EventHub
import Pipeline
import StreamProcessing
import Wording

/// The rows of streams.
extension LocalBackend {
  /// The first events of a stream as rows.
  func rows(
    of stream: StreamDefinition, limit: Int, on event: @escaping @Sendable (ReadEvent) -> Void
  ) async throws -> Table {
    let hub = try await hubs.hub(toRead: stream.hub)
    event(.source("the hub \(hub.name)", version: nil))
    let source = try await HubSource(hub) { event(.waiting($0)) }
    let scanner = JSONEventScanner(schema: stream.schema, timeFormat: stream.timeFormat)
    var reading = StreamReading()
    var fields = FieldPresence(stream.schema)
    var tables: [Table] = []
    var (missing, messages, isAll) = (limit, 0, true)
    for (partition, held) in try await source.heldOffsets().enumerated() {
      var offset = stream.start(in: partition, held: held)
      while missing > 0, offset < held.upperBound {
        try Task.checkCancellation()
        let end = min(held.upperBound, offset + Int64(max(min(missing, 1_000_000), 10_000)))
        let chunk = try await source.read(partition: partition, offsets: offset..<end)
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
        // Nothing after the last row that is wanted was looked at.
        let looked = missing > 0 ? scanned.rejected : scanned.rejected.filter { $0.row < kept }
        reading.rejectedCount += looked.count
        reading.rejected += looked.prefix(3 - reading.rejected.count)
      }
      if offset < held.upperBound { isAll = false }
    }
    reading.missingFields = fields.note(looked: Self.looked(at: messages, isAll: isAll))
    event(.streamRead(reading))
    return Table(joining: tables, schema: stream.schema)
  }

  /// How many events of each partition tell which fields a stream's events have, and how long a hub may take to give them.
  private static let eventsLookedAt: Int64 = 1_000
  private static let patienceForLooking = Duration.seconds(3)

  /// Looks at a stream's first events; if the stream begins at the hub's end, at the last ones before it.
  func missingFields(of stream: StreamDefinition) async -> String? {
    await withTaskGroup(of: String?.self) { group in
      group.addTask { try? await firstMissingFields(of: stream) }
      group.addTask {
        try? await Task.sleep(for: Self.patienceForLooking)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  private func firstMissingFields(of stream: StreamDefinition) async throws -> String? {
    let source = try await HubSource(hubs.hub(toRead: stream.hub), patience: .zero) { _ in }
    let scanner = JSONEventScanner(schema: stream.schema, timeFormat: stream.timeFormat)
    var fields = FieldPresence(stream.schema)
    var (messages, isAll) = (0, true)
    for (partition, held) in try await source.heldOffsetsNow().enumerated() {
      let start = stream.start(in: partition, held: held)
      var offset = start < held.upperBound ? start : max(held.lowerBound, held.upperBound - Self.eventsLookedAt)
      let end = min(held.upperBound, offset + Self.eventsLookedAt)
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
    return fields.note(looked: Self.looked(at: messages, isAll: isAll))
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
