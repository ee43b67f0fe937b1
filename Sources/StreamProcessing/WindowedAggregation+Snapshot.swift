import CivilTime
import Columnar
package import JSONText

/// Snapshots of the state, as JSON: readable, and exact, since doubles are written as their bits.
extension WindowedAggregation {
  /// The whole state.
  package var snapshot: JSON { json(parts(Array(0..<windowCount))) }

  /// The windows that changed since ``forgetChanges()``, without forgotten ones.
  package var difference: JSON { json(parts(changedSlots)) }

  private func json(_ parts: Parts) -> JSON {
    var members: [String: JSON] = [
      "starts": .array(parts.starts.map(JSON.integer)), "accumulators": .array(parts.accumulators.map(\.snapshot)),
      "droppedForNullTime": .integer(counts.droppedForNullTime), "late": .integer(counts.late),
    ]
    if !parts.keys.isEmpty { members["keys"] = .array(parts.keys.map(Self.json)) }
    if let times = counts.eventTimes {
      members["eventTimes"] = [.integer(times.lowerBound.microseconds), .integer(times.upperBound.microseconds)]
    }
    if counts.future > 0 { members["future"] = .integer(counts.future) }
    members["latest"] = counts.latest?.json
    return .object(members)
  }

  /// The state that a snapshot of the same plan holds; nil if it does not fit the plan.
  package init?(_ plan: AggregationPlan, snapshot: JSON) {
    self.init(plan)
    guard apply(snapshot), windowCount == snapshot["starts"]?.elements?.count else { return nil }
  }

  /// Adds a ``difference``; false, with nothing changed, if it does not fit the plan.
  package mutating func apply(_ difference: JSON) -> Bool {
    let fresh = emptyAccumulators
    guard let starts = difference["starts"].flatMap(integers), let saved = difference["accumulators"]?.elements,
      saved.count == fresh.count, let dropped = difference["droppedForNullTime"]?.integer,
      let late = difference["late"]?.integer
    else { return false }
    var accumulators: [Accumulator] = []
    for (accumulator, json) in zip(fresh, saved) {
      guard let restored = accumulator.restored(from: json, slotCount: starts.count) else { return false }
      accumulators.append(restored)
    }
    var keys: [Column] = []
    let types = plan.output.fields.dropFirst().prefix(plan.groupFields.count).map(\.type)
    for (place, type) in types.enumerated() {
      guard let elements = difference["keys"]?.elements, elements.count == types.count,
        let column = Self.column(elements[place], type), column.count == starts.count
      else { return false }
      keys.append(column)
    }
    var counts = Counts()
    (counts.droppedForNullTime, counts.late) = (dropped, late)
    if let pair = difference["eventTimes"] {
      guard let bounds = integers(pair), bounds.count == 2, bounds[0] <= bounds[1] else { return false }
      counts.eventTimes = Timestamp(microseconds: bounds[0])...Timestamp(microseconds: bounds[1])
    }
    counts.future = difference["future"]?.integer ?? 0
    counts.latest = difference["latest"].flatMap { EventOrigin($0) }
    self.counts = counts
    replace(by: Parts(starts: starts, keys: keys, accumulators: accumulators))
    return true
  }

  private static func json(_ column: Column) -> JSON {
    .array(
      (0..<column.count).map { row in
        switch column[row] {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .integer(let number): .integer(number)
        case .double(let number): .integer(Int64(bitPattern: number.bitPattern))
        case .timestamp(let time): .integer(time.microseconds)
        case .string(let text): .string(text)
        case .date, .decimal: .string(column[row].description)
        }
      })
  }

  private static func column(_ json: JSON, _ type: DataType) -> Column? {
    let values = json.elements?.map { element -> Value in
      switch (type, element) {
      case (.boolean, .boolean(let flag)): .boolean(flag)
      case (.integer, .integer(let number)), (.long, .integer(let number)): .integer(number)
      case (.double, .integer(let bits)): .double(Double(bitPattern: UInt64(bitPattern: bits)))
      case (.timestamp, .integer(let time)): .timestamp(Timestamp(microseconds: time))
      case (.string, .string(let text)): .string(text)
      default: .null
      }
    }
    return values.flatMap { try? Column(type, of: $0) }
  }
}

extension Accumulator {
  fileprivate var snapshot: JSON {
    switch self {
    case .count(let counts): ["counts": json(counts)]
    case .wholeSum(let sums, let counts, _):
      ["sums": .array(sums.map { .string(String($0)) }), "counts": json(counts)]
    case .doubleSum(let sums, let compensations, let counts, _):
      ["sums": json(sums), "compensations": json(compensations), "counts": json(counts)]
    case .wholeExtreme(let values, let counts, _): ["values": json(values), "counts": json(counts)]
    case .doubleExtreme(let values, let counts, _): ["values": json(values), "counts": json(counts)]
    case .wholeMedian(let values):
      .array(
        values.map { slot in
          let sorted = slot.sorted { $0.key < $1.key }
          return ["values": json(sorted.map(\.key)), "counts": json(sorted.map(\.value))]
        })
    case .doubleMedian(let values):
      .array(
        values.map { slot in
          let sorted = slot.sorted { $0.key < $1.key }
          return ["values": json(sorted.map(\.key)), "counts": json(sorted.map(\.value))]
        })
    }
  }

  /// An accumulator of this kind with a snapshot's values; nil if they do not fit.
  fileprivate func restored(from json: JSON, slotCount: Int) -> Accumulator? {
    func whole(_ key: String) -> [Int64]? {
      json[key].flatMap(integers).flatMap { $0.count == slotCount ? $0 : nil }
    }
    func double(_ key: String) -> [Double]? { whole(key)?.map { Double(bitPattern: UInt64(bitPattern: $0)) } }
    switch self {
    case .count: return whole("counts").map { .count($0) }
    case .wholeSum(_, _, let isMean):
      guard let sums = json["sums"]?.elements?.compactMap({ $0.text.flatMap { Int128($0) } }), sums.count == slotCount,
        let counts = whole("counts")
      else { return nil }
      return .wholeSum(sums: sums, counts: counts, isMean: isMean)
    case .doubleSum(_, _, _, let isMean):
      guard let sums = double("sums"), let compensations = double("compensations"), let counts = whole("counts")
      else {
        return nil
      }
      return .doubleSum(sums: sums, compensations: compensations, counts: counts, isMean: isMean)
    case .wholeExtreme(_, _, let isMaximum):
      guard let values = whole("values"), let counts = whole("counts") else { return nil }
      return .wholeExtreme(values, counts: counts, isMaximum: isMaximum)
    case .doubleExtreme(_, _, let isMaximum):
      guard let values = double("values"), let counts = whole("counts") else { return nil }
      return .doubleExtreme(values, counts: counts, isMaximum: isMaximum)
    case .wholeMedian: return counted(json, slotCount: slotCount) { $0 }.map { .wholeMedian($0) }
    case .doubleMedian:
      return counted(json, slotCount: slotCount) { Double(bitPattern: UInt64(bitPattern: $0)) }
        .map { .doubleMedian($0) }
    }
  }
}

private func counted<Number: Hashable>(
  _ json: JSON, slotCount: Int, _ number: (Int64) -> Number
) -> [[Number: Int64]]? {
  guard let slots = json.elements, slots.count == slotCount else { return nil }
  var result: [[Number: Int64]] = []
  for slot in slots {
    guard let values = slot["values"].flatMap(integers), let counts = slot["counts"].flatMap(integers),
      values.count == counts.count
    else { return nil }
    result.append(Dictionary(zip(values.map(number), counts), uniquingKeysWith: +))
  }
  return result
}

private func json(_ numbers: [Int64]) -> JSON { .array(numbers.map(JSON.integer)) }

private func json(_ numbers: [Double]) -> JSON {
  .array(numbers.map { .integer(Int64(bitPattern: $0.bitPattern)) })
}

private func integers(_ json: JSON) -> [Int64]? {
  guard let elements = json.elements else { return nil }
  let numbers = elements.compactMap(\.integer)
  return numbers.count == elements.count ? numbers : nil
}
