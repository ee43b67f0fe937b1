import AnomalyDetection
import Columnar
import DetectorREST
import StreamProcessing
import Wording

/// A time series taken from a table, in order of time, with notes on what was left out on the way.
struct Series: Sendable {
  let name: String
  let timeName: String
  let valueName: String
  /// In ascending order of time. Times may repeat, and values may be NaN: a detector refuses them, a plot draws them.
  private(set) var points: [TimeSeries.Point]
  /// What a person should know of the points that were left out or are missing.
  private(set) var notes: [String] = []
  /// Whether windows were left out that are still filling.
  private(set) var awaitsWindows = false
  /// The grid on which the points are judged.
  let granularity: Granularity
  let interval: Int
  /// If the points are civil days of a zone: its rules. Such days differ in length, so their dates are judged and counted.
  private let zone: TimeZoneRules?

  /// - Parameters:
  ///   - table: all rows of the table `name`, in any order.
  ///   - window: the windows whose starts are the points' times; nil takes one step for a window.
  ///   - now: the time now, for windows that are still filling.
  /// - Throws: ``SeriesError`` for columns that are missing or do not hold times and numbers.
  init(
    _ table: Table, name: String, options: DetectionOptions, window: WindowSpecification? = nil, now: Timestamp
  ) throws {
    self.name = name
    granularity = options.granularity
    interval = options.interval
    let fields = table.schema.fields
    func column(_ wanted: String?, of content: String, _ option: String, _ fits: (Int) -> Bool) throws -> Int {
      if let wanted {
        if let index = table.schema.index(of: wanted) { return index }
        throw SeriesError.unknownColumn(wanted, option: option, known: table.schema.names)
      }
      if let index = fields.indices.first(where: fits) { return index }
      throw SeriesError.noColumn(of: content, option: option, table: name, schema: table.schema)
    }
    let times = try column(options.time, of: "times", "--time") { Self.hasTimes(table.columns[$0]) }
    let values = try column(options.value, of: "numbers", "--value") { fields[$0].type.isNumeric }
    zone = window.flatMap { $0.length.microseconds >= 86_400_000_000 ? $0.zone : nil }
    timeName = fields[times].name
    valueName = fields[values].name
    points = try Self.points(
      table.columns[times], table.columns[values], timeName: fields[times].name, valueName: fields[values].name)
    cut(options: options, windows: window, now: now)
    noteGaps(options: options)
  }

  /// True for a TIMESTAMP column, and for text whose first value is a time: computed columns hold times as text.
  private static func hasTimes(_ column: Column) -> Bool {
    if column.type == .timestamp { return true }
    let first = (0..<column.count).first { !column.isNull($0) }
    guard column.type == .string, let first, case .string(let text) = column[first] else { return false }
    return Timestamp(text) != nil
  }

  private static func points(
    _ times: Column, _ values: Column, timeName: String, valueName: String
  ) throws(SeriesError) -> [TimeSeries.Point] {
    var points: [TimeSeries.Point] = []
    for row in 0..<times.count where !times.isNull(row) && !values.isNull(row) {
      let time: Timestamp? =
        switch times[row] {
        case .timestamp(let time): time
        case .string(let text): Timestamp(text)
        default: nil
        }
      guard let time else { throw .invalidTime(times[row], column: timeName) }
      guard let number = values[row].number else { throw .invalidNumber(values[row], column: valueName) }
      points.append(TimeSeries.Point(time: time, value: number))
    }
    return points.sorted { $0.time < $1.time }
  }

  /// Leaves out points after `--end`, windows that are still filling, and all but the newest `--window` points.
  private mutating func cut(options: DetectionOptions, windows: WindowSpecification?, now: Timestamp) {
    // As the tutorial's query has it: groupTime <= end_time.
    if let end = options.end(now: now) { points.removeAll { $0.time > end } }
    if !options.includeIncomplete { leaveOutFilling(windows, now: now) }
    guard let window = options.window, let last = points.last.map(civil) else { return }
    if let span = step?.microseconds {
      let (first, overflow) = last.microseconds.subtractingReportingOverflow(
        span.multipliedReportingOverflow(by: Int64(window)).partialValue)
      if !overflow { points = points.filter { civil($0).microseconds > first } }
    } else {
      points = Array(points.suffix(window))
    }
  }

  private mutating func leaveOutFilling(_ windows: WindowSpecification?, now: Timestamp) {
    func end(of start: Timestamp) -> Timestamp? {
      windows.map { Timestamp(microseconds: $0.end(of: start.microseconds)) } ?? step?.time(1, after: start)
    }
    let filling = points.reversed().prefix { end(of: $0.time).map { $0 > now } ?? false }.count
    guard filling > 0 else { return }
    let first = points[points.count - filling].time
    points.removeLast(filling)
    awaitsWindows = true
    notes.append(
      filling == 1
        ? "the window of \(first) is still filling: left out (--include-incomplete judges it too)"
        : "\(filling) windows from \(first) on are still filling: left out (--include-incomplete judges them too)")
  }

  private mutating func noteGaps(options: DetectionOptions) {
    guard let span = step?.microseconds else { return }
    var missing = 0
    var first: [String] = []
    for (earlier, later) in zip(points, points.dropFirst()) {
      let (from, to) = (civil(earlier).microseconds, civil(later).microseconds)
      let (distance, overflow) = to.subtractingReportingOverflow(from)
      let gap = Int((overflow ? .max : distance) / span) - 1
      guard gap > 0 else { continue }
      missing = missing.addingReportingOverflow(gap).overflow ? .max : missing + gap
      for index in 1...min(gap, 5) where first.count < 5 {
        let time = Timestamp(microseconds: from + Int64(index) * span)
        // A day of a zone is named by its date.
        first.append(zone == nil ? time.description : time.date.description)
      }
    }
    guard missing > 0 else { return }
    if missing > points.count, let coarser = Self.granularity(of: points.map(civil)), coarser != granularity {
      notes.append(
        "most points lie further apart than \(granularity.rawValue) steps: use --granularity \(coarser.rawValue)"
      )
      return
    }
    let list = first.joined(separator: ", ") + (missing > first.count ? ", …" : "")
    let treatment =
      switch options.impute {
      case .auto: "filled if the series has a season, otherwise passed over"
      case .notFill: "passed over (--impute notFill)"
      default: "filled (--impute \(options.impute.rawValue))"
      }
    notes.append("\(counted(missing, "point is", "points are")) missing (\(list)): \(treatment)")
  }

  /// The granularity whose step most points keep; nil if no granularity has that step.
  private static func granularity(of times: [Timestamp]) -> Granularity? {
    let steps = zip(times, times.dropFirst()).map { $1.microseconds &- $0.microseconds }.sorted()
    guard !steps.isEmpty else { return nil }
    let usual = steps[steps.count / 2]
    return Granularity.allCases.first { $0.step()?.microseconds == usual }
  }

  /// The distance between two points of the grid; nil if they only follow one another.
  var step: Step? { granularity.step(interval: interval) }

  /// The points with their civil times as if these were UTC, if they are days of a zone; otherwise as they are.
  var civilPoints: [TimeSeries.Point] {
    zone == nil ? points : points.map { TimeSeries.Point(time: civil($0), value: $0.value) }
  }

  private func civil(_ point: TimeSeries.Point) -> Timestamp {
    guard let zone else { return point.time }
    let time = point.time.microseconds
    return Timestamp(microseconds: time &+ zone.span(at: time).offset)
  }

  /// The index of the point at a time.
  ///
  /// - Throws: ``SeriesError/noPoint(at:series:first:last:)``.
  func index(of time: Timestamp) throws(SeriesError) -> Int {
    if let index = points.firstIndex(where: { $0.time == time }) { return index }
    throw .noPoint(at: time, series: name, first: points.first?.time, last: points.last?.time)
  }
}
