package import CivilTime
package import Columnar

/// The state of an aggregation over windows: what has been added so far, whatever the order.
///
/// Its size depends on how many windows have events (and, for medians, on how many distinct values), not on how many
/// events there were.
package struct WindowedAggregation: Hashable, Sendable {
  package let plan: AggregationPlan
  /// Events whose time is null: they belong to no window.
  package private(set) var droppedForNullTime: Int64 = 0
  /// The earliest and the latest event time seen; nil before the first.
  package private(set) var eventTimes: ClosedRange<Timestamp>?
  private var index: WindowIndex
  private var accumulators: [Accumulator]

  package init(_ plan: AggregationPlan) {
    self.plan = plan
    index = WindowIndex(slide: plan.window.slide.microseconds)
    accumulators = plan.aggregates.map { aggregate in
      let type = aggregate.field.flatMap { plan.input.index(of: $0) }.map { plan.input.fields[$0].type }
      return Accumulator(aggregate.function, over: type)
    }
  }

  /// How many windows have events.
  package var windowCount: Int { index.starts.count }

  /// Adds events that have the plan's input schema; those that its predicate leaves out do not count.
  package mutating func add(_ events: Table) {
    let table = plan.predicate.map { events.filtered(by: $0.mask(over: events)) } ?? events
    guard let column = table[plan.timeField], case .timestamp(let times) = column.values, !times.isEmpty else { return }
    noteTimes(times, validity: column.validity)
    let (slide, length) = (plan.window.slide.microseconds, plan.window.length.microseconds)
    // A tumbling window's event is in one window, a sliding one's also in those that began before and still last.
    for back in 0..<(length - 1) / slide + 1 {
      var slots = [Int32](repeating: -1, count: times.count)
      for row in times.indices where column.validity?[row] ?? true {
        let beyond = times[row] % slide
        let (newest, overflow) = times[row].subtractingReportingOverflow(beyond < 0 ? beyond + slide : beyond)
        let (start, below) = newest.subtractingReportingOverflow(back * slide)
        if overflow || below || times[row] &- start >= length { continue }
        slots[row] = index.slot(of: start)
      }
      for (position, aggregate) in plan.aggregates.enumerated() {
        accumulators[position].add(
          aggregate.field.flatMap { table[$0] }, slots: slots, slotCount: index.starts.count)
      }
    }
  }

  private mutating func noteTimes(_ times: [Int64], validity: [Bool]?) {
    var (earliest, latest): (Int64, Int64) = (.max, .min)
    for row in times.indices {
      if validity?[row] ?? true {
        earliest = min(earliest, times[row])
        latest = max(latest, times[row])
      } else {
        droppedForNullTime += 1
      }
    }
    guard earliest <= latest else { return }
    let seen = Timestamp(microseconds: earliest)...Timestamp(microseconds: latest)
    eventTimes = eventTimes.map { min($0.lowerBound, seen.lowerBound)...max($0.upperBound, seen.upperBound) } ?? seen
  }

  /// A row a window that has events, by its start, in the plan's output schema.
  ///
  /// - Throws: ``AggregationOverflow`` for a sum beyond BIGINT.
  package func result() throws(AggregationOverflow) -> Table {
    let order = index.starts.indices.sorted { index.starts[$0] < index.starts[$1] }
    var columns = [Column(.timestamp(order.map { index.starts[$0] }))]
    for (position, accumulator) in accumulators.enumerated() {
      let type = plan.output.fields[position + 1].type
      var values: [Value] = []
      for slot in order { values.append(try accumulator.value(slot, type: type)) }
      // The accumulator gives values of the type that the plan chose for it.
      guard let column = try? Column(type, of: values) else { throw AggregationOverflow() }
      columns.append(column)
    }
    return Table(schema: plan.output, columns: columns)
  }
}

// MARK: State snapshots

extension WindowedAggregation {
  /// What a snapshot holds.
  struct State: Hashable {
    var starts: [Int64]
    var accumulators: [Accumulator]
    var droppedForNullTime: Int64
    var eventTimes: ClosedRange<Timestamp>?
  }

  var state: State {
    State(
      starts: index.starts, accumulators: accumulators, droppedForNullTime: droppedForNullTime, eventTimes: eventTimes)
  }

  init(_ plan: AggregationPlan, state: State) {
    self.init(plan)
    index = WindowIndex(slide: plan.window.slide.microseconds, starts: state.starts)
    accumulators = state.accumulators
    droppedForNullTime = state.droppedForNullTime
    eventTimes = state.eventTimes
  }
}
