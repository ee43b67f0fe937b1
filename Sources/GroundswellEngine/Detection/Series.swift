import AnomalyDetection
import CivilTime
import Columnar
import StreamProcessing

/// A time series taken from a table, in order of time, with what was left out on the way.
struct Series: Hashable, Sendable {
  let name: String
  let timeName: String
  let valueName: String
  private(set) var points: [Point]
  /// What a person should know of the points that were left out or are missing.
  private(set) var notes: [String] = []
  /// Whether windows were left out that will be over some time.
  private(set) var awaitsWindows = false
  /// Whose civil days the points are; nil for all others.
  private let zone: TimeZoneRules?

  struct Unusable: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - table: all rows of what is called `name`, in any order.
  ///   - window: of which the points' times are the starts; nil takes the step from one point to the next. Days of a zone differ in
  ///     length: their dates are what is judged and counted.
  ///   - now: for windows that are not over yet.
  init(
    _ table: Table, name: String, options: DetectionOptions, window: WindowSpecification? = nil, now: Timestamp
  ) throws {
    self.name = name
    let fields = table.schema.fields
    func column(_ wanted: String?, _ what: String, _ option: String, _ fits: (Int) -> Bool) throws -> Int {
      if let wanted {
        if let index = table.schema.index(of: wanted) { return index }
        throw UnknownName(kind: "column", name: wanted, known: table.schema.names, remedy: "\(option) COLUMN")
      }
      if let index = fields.indices.first(where: fits) { return index }
      throw Unusable(
        description: "'\(name)' has no column of \(what): its columns are \(table.schema)\nname one: \(option) COLUMN")
    }
    let times = try column(options.time, "times", "--time") { Self.hasTimes(table.columns[$0]) }
    let values = try column(options.value, "numbers", "--value") { fields[$0].type.isNumeric }
    zone = window.flatMap { $0.length.microseconds >= 86_400_000_000 ? $0.zone : nil }
    timeName = fields[times].name
    valueName = fields[values].name
    points = try Self.points(
      table.columns[times], table.columns[values], timeName: fields[times].name, valueName: fields[values].name)
    try cut(options: options, windows: window, now: now)
    noteGaps(options: options)
  }

  /// Computed columns hold times as text.
  private static func hasTimes(_ column: Column) -> Bool {
    if column.type == .timestamp { return true }
    let first = (0..<column.count).first { !column.isNull($0) }
    guard column.type == .string, let first, case .string(let text) = column[first] else { return false }
    return Timestamp(text) != nil
  }

  private static func points(
    _ times: Column, _ values: Column, timeName: String, valueName: String
  ) throws -> [Point] {
    var points: [Point] = []
    for row in 0..<times.count where !times.isNull(row) && !values.isNull(row) {
      let time: Timestamp? =
        switch times[row] {
        case .timestamp(let time): time
        case .string(let text): Timestamp(text)
        default: nil
        }
      guard let time else {
        throw Unusable(description: "'\(timeName)' holds \(times[row]), which is no time\nname another: --time COLUMN")
      }
      guard let number = values[row].number else {
        throw Unusable(
          description: "'\(valueName)' holds \(values[row]), which is no number\nname another: --value COLUMN")
      }
      points.append(Point(timestamp: time, value: number))
    }
    return points.sorted { ($0.timestamp ?? .distantPast) < ($1.timestamp ?? .distantPast) }
  }

  private mutating func cut(options: DetectionOptions, windows: WindowSpecification?, now: Timestamp) throws {
    let end = options.end(now: now)
    if let end { points.removeAll { ($0.timestamp ?? end) >= end } }
    var unfinished: [String] = []
    while !options.includeIncomplete, let last = points.last?.timestamp,
      let over = windows.map({ Timestamp(microseconds: $0.end(of: last.microseconds)) })
        ?? options.granularity.step(after: last, interval: options.interval),
      over > end ?? now
    {
      points.removeLast()
      unfinished.insert(last.description, at: 0)
    }
    awaitsWindows = !unfinished.isEmpty
    if !unfinished.isEmpty {
      let windows =
        unfinished.count == 1
        ? "the window of \(unfinished[0]) is" : "\(unfinished.count) windows from \(unfinished[0]) on are"
      notes.append(
        "\(windows) not over: left out (--include-incomplete judges \(unfinished.count == 1 ? "it" : "them") too)")
    }
    guard let window = options.window, let last = points.last.flatMap(civil) else { return }
    if let span = options.granularity.microseconds(interval: options.interval) {
      let (first, overflow) = last.microseconds.subtractingReportingOverflow(
        span.multipliedReportingOverflow(by: Int64(window)).partialValue)
      if !overflow { points = points.filter { (civil($0)?.microseconds ?? .min) > first } }
    } else {
      points = Array(points.suffix(window))
    }
  }

  private mutating func noteGaps(options: DetectionOptions) {
    guard let span = options.granularity.microseconds(interval: options.interval), span > 0 else { return }
    var missing = 0
    var first: [String] = []
    for (earlier, later) in zip(points, points.dropFirst()) {
      guard let from = civil(earlier)?.microseconds, let to = civil(later)?.microseconds else { continue }
      let (distance, overflow) = to.subtractingReportingOverflow(from)
      let gap = Int((overflow ? .max : distance) / span) - 1
      guard gap > 0 else { continue }
      missing = missing.addingReportingOverflow(gap).overflow ? .max : missing + gap
      for index in 1...min(gap, 5) where first.count < 5 {
        let time = Timestamp(microseconds: from + Int64(index) * span)
        // A day of a zone is called by its date.
        first.append(zone == nil ? time.description : time.date.description)
      }
    }
    guard missing > 0 else { return }
    if missing > points.count, let coarser = Self.granularity(of: points.compactMap(civil)),
      coarser != options.granularity
    {
      notes.append(
        "most points lie further apart than \(options.granularity.rawValue): --granularity \(coarser.rawValue) judges them"
      )
      return
    }
    let list = first.joined(separator: ", ") + (missing > first.count ? ", …" : "")
    let treatment =
      switch options.impute {
      case .auto: "a season fills them, else they are passed over"
      case .notFill: "passed over, as --impute notFill says"
      default: "filled, as --impute \(options.impute.rawValue) says"
      }
    notes.append("\(missing == 1 ? "1 point is" : "\(missing) points are") missing (\(list)): \(treatment)")
  }

  /// The granularity whose step most points keep; nil where there is none.
  private static func granularity(of times: [Timestamp]) -> Granularity? {
    let steps = zip(times, times.dropFirst()).map { $1.microseconds &- $0.microseconds }.sorted()
    guard !steps.isEmpty else { return nil }
    let usual = steps[steps.count / 2]
    return Granularity.allCases.first { $0.microseconds(interval: 1) == usual }
  }

  /// The point's civil time, as if it were UTC, where it is a day of a zone; else its time.
  private func civil(_ point: Point) -> Timestamp? {
    point.timestamp.map { time in
      zone.map { Timestamp(microseconds: time.microseconds &+ $0.span(at: time.microseconds).offset) } ?? time
    }
  }

  /// Where the point of a time stands.
  func place(of time: Timestamp) throws -> Int {
    if let place = points.firstIndex(where: { $0.timestamp == time }) { return place }
    let span = [points.first, points.last].compactMap { $0?.timestamp?.description }.joined(separator: " to ")
    throw Unusable(
      description: "'\(name)' has no point at \(time)\nit has points from \(span.isEmpty ? "no time at all" : span)")
  }

  func request(_ options: DetectionOptions) -> DetectionRequest {
    DetectionRequest(
      series: zone == nil ? points : points.map { Point(timestamp: civil($0), value: $0.value) },
      granularity: options.granularity, customInterval: options.interval, period: options.period,
      maxAnomalyRatio: options.maxAnomalyRatio, sensitivity: options.sensitivity, imputeMode: options.impute,
      imputeFixedValue: options.fillValue)
  }
}

extension Timestamp {
  static let distantPast = Timestamp(microseconds: .min)
}

extension Granularity {
  /// How long so many steps are; nil where steps have no one length.
  func microseconds(interval: Int) -> Int64? {
    secondsPerStep.map { Int64(exactly: ($0 * Double(interval) * 1_000_000).rounded()) ?? .max }
  }

  /// The time one step later; nil where steps have no one length.
  func step(after time: Timestamp, interval: Int) -> Timestamp? {
    switch self {
    case .none: return nil
    case .monthly, .yearly:
      var date = time.date
      let months = (self == .monthly ? 1 : 12) * interval + date.month - 1
      (date.year, date.month, date.day) = (date.year + months / 12, months % 12 + 1, 1)
      return Timestamp(seconds: Int64(date.daysSinceEpoch) * 86_400)
    default:
      guard let span = microseconds(interval: interval) else { return nil }
      let (later, overflow) = time.microseconds.addingReportingOverflow(span)
      return overflow ? nil : Timestamp(microseconds: later)
    }
  }
}
