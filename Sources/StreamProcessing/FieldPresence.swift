package import Columnar

/// Which fields of a schema the events of a stream have, and which other fields they have.
package struct FieldPresence: Hashable, Sendable {
  private let schema: Schema
  private var isSeen: [Bool]
  /// The member names of the first events, in order of appearance.
  private var names: [String] = []
  /// The number of events that are JSON objects.
  private var events: Int64 = 0

  /// A message shows at most this many names, of this many events of a batch.
  private static let namesShown = 20
  private static let eventsNamed = 1_000

  package init(_ schema: Schema) {
    self.schema = schema
    isSeen = Array(repeating: false, count: schema.fields.count)
  }

  /// Adds the result of scanning these messages.
  package mutating func add(_ scanned: ScannedEvents, of scanner: JSONEventScanner, bodies: [UInt8], ends: [Int]) {
    events += Int64(scanned.table.rowCount)
    for field in isSeen.indices where scanned.seenFields[field] { isSeen[field] = true }
    // The names are shown only if a field is missing.
    guard isSeen.contains(false), names.count <= Self.namesShown else { return }
    let count = min(ends.count, Self.eventsNamed)
    for name in scanner.memberNames(bodies: bodies, ends: ends.prefix(count)) where !names.contains(name) {
      names.append(name)
    }
  }

  /// The fields that no event has, in the schema's order; empty before there are events.
  package var missing: [String] {
    events == 0 ? [] : zip(schema.names, isSeen).filter { !$1 }.map(\.0)
  }

  /// For people: `no event has a field 'value'; they have timestamp, favorite`; nil if nothing is missing.
  ///
  /// - Parameter looked: `event` for all of them; `of the first 20 events none` if there are more.
  package func note(looked: String = "no event") -> String? {
    note(of: missing, looked: looked)
  }

  /// For people, of the fields that a plan reads: `no event read has a field 'value'; …`; nil if none is missing.
  package func note(for plan: AggregationPlan) -> String? {
    let missing = missing
    return missing.isEmpty ? nil : note(of: missing.filter(plan.fieldsRead.contains), looked: "no event read")
  }

  private func note(of missing: [String], looked: String = "no event") -> String? {
    missing.isEmpty ? nil : Self.note(looked, lacks: missing, has: names)
  }

  fileprivate static func note(_ looked: String, lacks missing: [String], has names: [String]) -> String {
    let fields = missing.map { "'\($0)'" }.joined(separator: ", ")
    let shown = names.prefix(namesShown).joined(separator: ", ") + (names.count > namesShown ? ", …" : "")
    return "\(looked) has a field \(fields); they have \(shown.isEmpty ? "no fields at all" : shown)"
  }

  /// - Throws: ``MissingFieldError`` if an aggregation over these events has nothing to compute with: no event has its time,
  ///   or none has a field whose values are aggregated.
  package func check(_ plan: AggregationPlan) throws(MissingFieldError) {
    let missing = missing
    let aggregated = plan.aggregates.filter { $0.function != .count }.compactMap { aggregate in
      aggregate.field.flatMap(schema.index).map { schema.fields[$0].name }
    }
    let isVoid = aggregated.count == plan.aggregates.count && aggregated.allSatisfy { missing.contains($0) }
    guard missing.contains(plan.timeField) || isVoid else { return }
    let needed = missing.filter { $0 == plan.timeField || aggregated.contains($0) }
    throw MissingFieldError(fields: needed, found: names)
  }
}

/// No event has a field that an aggregation computes with.
package struct MissingFieldError: Error, Hashable, CustomStringConvertible {
  /// The fields that no event has.
  package let fields: [String]
  /// The names that the first events have instead, in order.
  package let found: [String]

  /// The problem, in one line.
  package var description: String { FieldPresence.note("no event", lacks: fields, has: found) }
}
