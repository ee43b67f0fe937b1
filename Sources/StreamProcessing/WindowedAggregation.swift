package import CivilTime
package import Columnar

/// The state of an aggregation over windows; equal for equal events in any order.
///
/// Its size depends on the number of windows and keys with events (and, for medians, of distinct values), not on the
/// number of events; closed windows may be forgotten.
package struct WindowedAggregation: Hashable, Sendable {
  /// What is computed.
  package let plan: AggregationPlan
  /// The events that were left out, and the range of event times.
  package var counts = Counts()
  private var keys = RowKeys()
  private var index: WindowIndex
  private var accumulators: [Accumulator]
  /// One a slot: whether it changed since ``forgetChanges()``.
  private var changed: [Bool] = []

  /// Figures over all events since the query began.
  package struct Counts: Hashable, Sendable {
    /// Events whose time is null: they belong to no window.
    package var droppedForNullTime: Int64 = 0
    /// Late events: one of their windows was closed.
    package var late: Int64 = 0
    /// Events whose time lies too far ahead of their arrival.
    package var future: Int64 = 0
    /// The event with the latest time; nil before the first.
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

  /// The number of windows with events, each key counted.
  package var windowCount: Int { index.starts.count }

  /// The approximate size of the state.
  package var byteCount: Int {
    accumulators.reduce(index.starts.count * 24 + keys.count * 32) { $0 + $1.byteCount }
  }

  /// Adds events of the plan's input schema that fulfil its predicate.
  ///
  /// - Parameter watermark: windows that end there or before take nothing more.
  /// - Returns: the times of the events that count.
  @discardableResult
  package mutating func add(_ events: Table, watermark: Watermark? = nil) -> EventTimes {
    var table = plan.predicate.map { events.filtered(by: $0.condition.mask(over: events)) } ?? events
    guard case .timestamp(let all)? = table[plan.timeField]?.values, !all.isEmpty else { return EventTimes() }
    let seen = noteTimes(all, validity: table[plan.timeField]?.validity)
    // Keys of events without an open window are not kept.
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

  /// The events with an open window; the others with a time are counted as late.
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

  /// One row a window with events, ordered by start and key, in the plan's output schema.
  ///
  /// - Throws: ``AggregationOverflow`` for a sum beyond BIGINT.
  package func result() throws(AggregationOverflow) -> Table { try rows(Array(index.starts.indices)) }

  /// The rows of windows that changed since ``forgetChanges()``.
  ///
  /// - Throws: ``AggregationOverflow`` for a sum beyond BIGINT.
  package func changes() throws(AggregationOverflow) -> Table { try rows(changedSlots) }

  /// The rows of windows that end at the watermark or before.
  ///
  /// - Throws: ``AggregationOverflow`` for a sum beyond BIGINT.
  package func over(at watermark: Watermark) throws(AggregationOverflow) -> Table {
    try rows(index.starts.indices.filter { plan.window.isOver(index.starts[$0], at: watermark) })
  }

  var changedSlots: [Int] { changed.indices.filter { changed[$0] } }

  /// Makes all windows count as unchanged.
  package mutating func forgetChanges() { changed = Array(repeating: false, count: index.starts.count) }

  /// Forgets windows that end at the watermark or before.
  ///
  /// - Returns: the number of forgotten windows.
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

/// The event times of a batch: their number, range and mean.
package struct EventTimes: Hashable, Sendable {
  /// The earliest and the latest time, in microseconds since 1970; nil without events.
  package private(set) var range: ClosedRange<Int64>?
  private var count: Int64 = 0
  private var sum: Int128 = 0

  package init() {}

  mutating func add(_ time: Int64) {
    range = range.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    count += 1
    sum += Int128(time)
  }

  /// Adds the times of further events.
  package mutating func add(_ other: EventTimes) {
    guard let new = other.range else { return }
    range = range.map { min($0.lowerBound, new.lowerBound)...max($0.upperBound, new.upperBound) } ?? new
    count += other.count
    sum += other.sum
  }

  /// The mean, in microseconds since 1970; nil without events.
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

  /// Some windows as a snapshot holds them: their starts, their keys, one column a field, and their running values.
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

  /// Overwrites the windows with the same start and key, and adds the others.
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
