package import CivilTime
package import Columnar

/// The state of an aggregation over windows: what has been added so far, whatever the order.
///
/// Its size depends on how many windows and keys have events (and, for medians, on how many distinct values), not on how
/// many events there were; windows that are over may be forgotten.
package struct WindowedAggregation: Hashable, Sendable {
  package let plan: AggregationPlan
  /// What was left out, and when the events were.
  package var counts = Counts()
  private var keys = RowKeys()
  private var index: WindowIndex
  private var accumulators: [Accumulator]
  /// By slot, whether it changed since the changes were last forgotten.
  private var changed: [Bool] = []

  package struct Counts: Hashable, Sendable {
    /// Events whose time is null: they belong to no window.
    package var droppedForNullTime: Int64 = 0
    /// Events that came when a window of theirs was over.
    package var late: Int64 = 0
    /// Events whose time lies too far ahead of their arrival.
    package var future: Int64 = 0
    /// The event with the latest time; nil before the first, and where the source does not tell.
    package var latest: EventOrigin?
    /// The earliest and the latest event time seen; nil before the first.
    package var eventTimes: ClosedRange<Timestamp>?

    package init() {}
  }

  package init(_ plan: AggregationPlan) {
    self.plan = plan
    index = WindowIndex(plan.window)
    accumulators = plan.aggregates.map { aggregate in
      let type = aggregate.field.flatMap { plan.input.index(of: $0) }.map { plan.input.fields[$0].type }
      return Accumulator(aggregate.function, over: type)
    }
  }

  /// How many windows have events, by key.
  package var windowCount: Int { index.starts.count }

  /// About how many bytes the state takes.
  package var byteCount: Int {
    accumulators.reduce(index.starts.count * 24 + keys.count * 32) { $0 + $1.byteCount }
  }

  /// Adds events that have the plan's input schema; those that its predicate leaves out do not count.
  ///
  /// - Parameter watermark: windows that end there or before take nothing more.
  /// - Returns: the time of each event that counts, as ``EventTimes``.
  @discardableResult
  package mutating func add(_ events: Table, watermark: Watermark? = nil) -> EventTimes {
    var table = plan.predicate.map { events.filtered(by: $0.condition.mask(over: events)) } ?? events
    guard case .timestamp(let all)? = table[plan.timeField]?.values, !all.isEmpty else { return EventTimes() }
    let seen = noteTimes(all, validity: table[plan.timeField]?.validity)
    // Keys of events that are in no window are not kept.
    if let watermark { table = open(table, times: all, watermark: watermark) }
    guard let column = table[plan.timeField], case .timestamp(let times) = column.values, !times.isEmpty else {
      return seen
    }
    let keyNumbers =
      plan.groupFields.isEmpty
      ? nil : keys.numbers(of: plan.groupFields.compactMap { table[$0] }, rowCount: table.rowCount)
    let (slide, length) = (plan.window.slide.microseconds, plan.window.length.microseconds)
    var isLate = watermark == nil ? [] : [Bool](repeating: false, count: times.count)
    // A tumbling window's event is in one window, a sliding one's also in those that began before and still last.
    var cursor = WindowCursor(plan.window)
    for back in 0..<(length - 1) / slide + 1 {
      var slots = [Int32](repeating: -1, count: times.count)
      for row in times.indices where column.validity?[row] ?? true {
        guard let newest = cursor.lastStart(at: times[row]) else { continue }
        let (start, below) = newest.subtractingReportingOverflow(back * slide)
        if below || (back > 0 && times[row] &- start >= length) { continue }
        if let watermark, plan.window.isOver(start, at: watermark) {
          isLate[row] = true
          continue
        }
        slots[row] = keyNumbers.map { index.slot(of: start, key: $0[row]) } ?? index.slot(of: start)
      }
      changed.append(contentsOf: repeatElement(false, count: index.starts.count - changed.count))
      for slot in slots where slot >= 0 { changed[Int(slot)] = true }
      for (position, aggregate) in plan.aggregates.enumerated() {
        accumulators[position].add(
          aggregate.field.flatMap { table[$0] }, slots: slots, slotCount: index.starts.count)
      }
    }
    counts.late += Int64(isLate.count { $0 })
    return seen
  }

  /// The events of which some window is not over; the others that have a time are counted as late.
  private mutating func open(_ table: Table, times: [Int64], watermark: Watermark) -> Table {
    let (window, validity) = (plan.window, table[plan.timeField]?.validity)
    var cursor = WindowCursor(window)
    let isOpen = times.indices.map { row in
      guard validity?[row] ?? true, let newest = cursor.lastStart(at: times[row]) else { return false }
      let isOver = window.isOver(newest, at: watermark)
      if isOver { counts.late += 1 }
      return !isOver
    }
    return table.filtered(by: isOpen)
  }

  private mutating func noteTimes(_ times: [Int64], validity: [Bool]?) -> EventTimes {
    var seen = EventTimes()
    for row in times.indices {
      if validity?[row] ?? true { seen.add(times[row]) } else { counts.droppedForNullTime += 1 }
    }
    guard let range = seen.range else { return seen }
    let now = Timestamp(microseconds: range.lowerBound)...Timestamp(microseconds: range.upperBound)
    counts.eventTimes =
      counts.eventTimes.map { min($0.lowerBound, now.lowerBound)...max($0.upperBound, now.upperBound) } ?? now
    return seen
  }

  /// A row a window that has events, by its start and key, in the plan's output schema.
  ///
  /// - Throws: ``AggregationOverflow`` for a sum beyond BIGINT.
  package func result() throws(AggregationOverflow) -> Table { try rows(Array(index.starts.indices)) }

  /// Likewise, of the windows that changed since the changes were last forgotten.
  package func changes() throws(AggregationOverflow) -> Table { try rows(changedSlots) }

  /// Likewise, of the windows that end at the watermark or before.
  package func over(at watermark: Watermark) throws(AggregationOverflow) -> Table {
    try rows(index.starts.indices.filter { plan.window.isOver(index.starts[$0], at: watermark) })
  }

  var changedSlots: [Int] { changed.indices.filter { changed[$0] } }

  /// From now on nothing counts as changed.
  package mutating func forgetChanges() { changed = Array(repeating: false, count: index.starts.count) }

  /// Forgets windows that end at the watermark or before.
  ///
  /// - Returns: how many were forgotten.
  @discardableResult
  package mutating func forget(before watermark: Watermark) -> Int {
    let kept = index.starts.indices.filter { !plan.window.isOver(index.starts[$0], at: watermark) }
    let count = index.starts.count - kept.count
    guard count > 0 else { return 0 }
    let kinds = changed
    self = picking(kept)
    changed = kept.map { kinds.indices.contains($0) && kinds[$0] }
    return count
  }

  private func rows(_ slots: [Int]) throws(AggregationOverflow) -> Table {
    let keyTypes = plan.output.fields.dropFirst().prefix(plan.groupFields.count).map(\.type)
    var columns = [Column(.timestamp(slots.map { index.starts[$0] }))]
    let keyRows = keyTypes.isEmpty ? [] : keys.rows(slots.map { index.keys[$0] }, types: Array(keyTypes))
    for (place, type) in keyTypes.enumerated() {
      // The keys were made from columns of these types.
      guard let column = try? Column(type, of: keyRows.map { $0[place] }) else { throw AggregationOverflow() }
      columns.append(column)
    }
    for (position, accumulator) in accumulators.enumerated() {
      let type = plan.output.fields[position + 1 + keyTypes.count].type
      var values: [Value] = []
      for slot in slots { values.append(try accumulator.value(slot, type: type)) }
      // The accumulator gives values of the type that the plan chose for it.
      guard let column = try? Column(type, of: values) else { throw AggregationOverflow() }
      columns.append(column)
    }
    return Table(schema: plan.output, columns: columns).sorted(by: plan.keyColumns)
  }
}

/// Event times of a batch: of how many events, from when to when, their mean.
package struct EventTimes: Hashable, Sendable {
  package private(set) var range: ClosedRange<Int64>?
  private var count: Int64 = 0
  private var sum: Int128 = 0

  package init() {}

  mutating func add(_ time: Int64) {
    range = range.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    count += 1
    sum += Int128(time)
  }

  package mutating func add(_ other: EventTimes) {
    guard let new = other.range else { return }
    range = range.map { min($0.lowerBound, new.lowerBound)...max($0.upperBound, new.upperBound) } ?? new
    count += other.count
    sum += other.sum
  }

  /// Microseconds; nil of nothing.
  package var mean: Int64? { count == 0 ? nil : Int64(sum / Int128(count)) }
}

// MARK: State snapshots

extension WindowedAggregation {
  /// Only the windows of these slots.
  func picking(_ slots: [Int]) -> WindowedAggregation {
    var picked = WindowedAggregation(plan)
    picked.counts = counts
    picked.accumulators = accumulators.map { $0.picking(slots) }
    let numbers = picked.numbers(of: keyColumns(slots), rowCount: slots.count)
    for (place, slot) in slots.enumerated() {
      _ =
        numbers.map { picked.index.slot(of: index.starts[slot], key: $0[place]) }
        ?? picked.index.slot(of: index.starts[slot])
    }
    picked.changed = Array(repeating: false, count: slots.count)
    return picked
  }

  private mutating func numbers(of columns: [Column], rowCount: Int) -> [Int32]? {
    plan.groupFields.isEmpty ? nil : keys.numbers(of: columns, rowCount: rowCount)
  }

  /// What a snapshot holds of some windows: their starts, their keys, a column each, and their running values.
  struct Parts {
    var starts: [Int64]
    var keys: [Column]
    var accumulators: [Accumulator]
  }

  func parts(_ slots: [Int]) -> Parts {
    Parts(
      starts: slots.map { index.starts[$0] }, keys: keyColumns(slots),
      accumulators: accumulators.map { $0.picking(slots) })
  }

  /// Puts windows in the place of those with the same start and key, and adds the others.
  mutating func replace(by parts: Parts) {
    let numbers = numbers(of: parts.keys, rowCount: parts.starts.count)
    let slots = parts.starts.enumerated().map { place, start in
      numbers.map { index.slot(of: start, key: $0[place]) } ?? index.slot(of: start)
    }
    for position in accumulators.indices {
      accumulators[position].replace(slots, by: parts.accumulators[position], slotCount: index.starts.count)
    }
    changed.append(contentsOf: repeatElement(false, count: index.starts.count - changed.count))
  }

  var emptyAccumulators: [Accumulator] { WindowedAggregation(plan).accumulators }

  private func keyColumns(_ slots: [Int]) -> [Column] {
    let types = plan.output.fields.dropFirst().prefix(plan.groupFields.count).map(\.type)
    let rows = types.isEmpty ? [] : keys.rows(slots.map { index.keys[$0] }, types: Array(types))
    return types.enumerated().map { place, type in
      (try? Column(type, of: rows.map { $0[place] })) ?? Column(type, repeating: .null, count: slots.count)
    }
  }
}
