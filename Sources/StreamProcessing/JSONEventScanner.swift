package import CivilTime
package import Columnar

/// Events of a batch as columns.
package struct ScannedEvents: Hashable, Sendable {
  /// The events that fit, in order; a message may hold several.
  package let table: Table
  /// One a row: the index in the batch of the message that holds it.
  package let messages: [Int32]
  /// The events that do not fit, in order.
  package let rejected: [RejectedEvent]
  /// For each field of the schema, whether some event has it, even with null or a value of another type.
  package let seenFields: [Bool]
}

/// Reads JSON events straight into typed columns: wanted fields are taken, everything else is checked and skipped.
///
/// A message is one JSON object, objects line by line, or an array of objects. A wanted field that is missing or null is
/// null; if a field is repeated, the last one counts. Names are compared ignoring case; an exact name wins.
///
/// | type | takes |
/// |---|---|
/// | TIMESTAMP | what `Timestamp(written:)` reads, and numbers since 1970 |
/// | INT, BIGINT | whole numbers in range |
/// | DOUBLE | any number |
/// | BOOLEAN | true and false |
/// | STRING | text and, as Spark's from_json does, the JSON text of any other value |
///
/// An event that is not well-formed JSON in UTF-8, or has a field of another type, is rejected with the reason.
package struct JSONEventScanner: Sendable {
  /// The wanted fields.
  package let schema: Schema
  /// How TIMESTAMP fields are written; nil for the unambiguous forms.
  package let timeFormat: TimeFormat?
  let names: [[UInt8]]
  let hasNamesBeyondASCII: Bool

  /// The depth of the strict reader of JSON.
  static let maximalDepth = 256

  /// - Parameter timeFormat: the unit of numbers, or the order of dates, in TIMESTAMP fields; nil reads only unambiguous forms.
  package init(schema: Schema, timeFormat: TimeFormat? = nil) {
    self.schema = schema
    self.timeFormat = timeFormat
    names = schema.fields.map { Array($0.name.utf8) }
    hasNamesBeyondASCII = names.contains { $0.contains { $0 >= 0x80 } }
  }

  /// Reads messages that lie end to end: message `i` is `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
  ///
  /// - Precondition: `ends` ascends and none lies beyond `bodies`.
  package func scan(bodies: [UInt8], ends: [Int]) -> ScannedEvents {
    var rows = EventRows(schema: schema, capacity: ends.count)
    defer { rows.deallocate() }
    var rejected: [RejectedEvent] = []
    bodies.withUnsafeBufferPointer { buffer in
      // An empty buffer has no address; no event can then have a byte.
      guard let base = buffer.baseAddress else {
        rejected = ends.indices.map { RejectedEvent(index: $0, part: nil, row: 0, reason: .notAnObject) }
        return
      }
      var start = 0
      for (index, end) in ends.enumerated() {
        precondition(start <= end && end <= buffer.count, "messages must lie end to end in the buffer")
        var scan = EventScan(
          scanner: self, base: base, start: base + start, end: base + end, dateCache: rows.dateCache)
        scan.message(index, into: &rows, rejected: &rejected)
        rows.dateCache = scan.dateCache
        start = end
      }
    }
    return ScannedEvents(
      table: rows.table(schema: schema, bodies: bodies), messages: rows.rowMessages, rejected: rejected,
      seenFields: rows.seenFields)
  }

  /// The names that the first object of each message has, each once, in order of appearance.
  func memberNames(bodies: [UInt8], ends: ArraySlice<Int>) -> [String] {
    var names: [String] = []
    bodies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var start = 0
      for end in ends {
        var scan = EventScan(
          scanner: self, base: base, start: base + start, end: base + end, dateCache: DateCache())
        scan.memberNames(into: &names)
        start = end
      }
    }
    return names
  }
}
