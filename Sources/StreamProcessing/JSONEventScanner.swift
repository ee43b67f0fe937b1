import CivilTime
package import Columnar

/// Events of a batch as columns.
package struct ScannedEvents: Hashable, Sendable {
  /// The events that fit, in order.
  package let table: Table
  /// The others, in order.
  package let rejected: [RejectedEvent]
}

/// Reads JSON events straight into typed columns: wanted fields are taken, everything else is checked and passed over.
///
/// An event is one JSON object. A wanted field that is missing or null is null; of a repeated one the last counts.
/// TIMESTAMP takes ISO 8601 text, INT and BIGINT whole numbers in range, DOUBLE any number, BOOLEAN true and false,
/// STRING text and, as Spark's from_json does, the JSON text of any other value. An event that is not well-formed JSON
/// in UTF-8, or has a field of another type, is rejected with the reason.
package struct JSONEventScanner: Sendable {
  package let schema: Schema
  let names: [[UInt8]]

  static let maximalDepth = 64

  package init(schema: Schema) {
    self.schema = schema
    names = schema.fields.map { Array($0.name.utf8) }
  }

  /// Reads events that stand end to end: event `i` is `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
  ///
  /// - Precondition: `ends` ascends and none lies beyond `bodies`.
  package func scan(bodies: [UInt8], ends: [Int]) -> ScannedEvents {
    var rows = EventRows(schema: schema, capacity: ends.count)
    defer { rows.deallocate() }
    var rejected: [RejectedEvent] = []
    bodies.withUnsafeBufferPointer { buffer in
      // An empty buffer has no address; no event can then have a byte.
      guard let base = buffer.baseAddress else {
        rejected = ends.indices.map { RejectedEvent(index: $0, reason: .notAnObject) }
        return
      }
      var start = 0
      for (index, end) in ends.enumerated() {
        precondition(start <= end && end <= buffer.count, "events must lie end to end in the buffer")
        var scan = EventScan(
          scanner: self, base: base, start: base + start, end: base + end, dateCache: rows.dateCache)
        rows.beginRow()
        if let reason = scan.event(into: &rows) {
          rejected.append(RejectedEvent(index: index, reason: reason))
        } else {
          rows.count += 1
        }
        rows.dateCache = scan.dateCache
        start = end
      }
    }
    return ScannedEvents(table: rows.table(schema: schema, bodies: bodies), rejected: rejected)
  }
}
