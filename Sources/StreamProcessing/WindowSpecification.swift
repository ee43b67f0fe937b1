package import CivilTime

/// Windows of event time: half-open, [start, end).
///
/// Without a zone they lie on a grid that begins at 1970-01-01T00:00:00Z plus the offset (Spark's startTime), and all are
/// equally long. They tumble if the slide is the length: each event lies in one window. They slide if it is shorter: each
/// event lies in ⌈length / slide⌉ windows or one fewer. A Spark query with the same length, slide and start has the same
/// windows.
///
/// With a zone they lie on the grid of its civil time: days from local midnight on, weeks from Monday on, so that a day
/// has 23 or 25 hours when clocks change; parts of a day begin at local times that are multiples of them.
package struct WindowSpecification: Hashable, Sendable {
  /// From a window's start to its end; in civil time if there is a zone.
  package let length: EventTimeInterval
  /// From one window's start to the next one's.
  package let slide: EventTimeInterval
  /// From the grid's beginning to the first window's start; less than the slide.
  package let offset: EventTimeInterval
  /// The zone whose civil time counts; nil for UTC.
  package let zone: TimeZoneRules?

  /// The largest number of windows that an event lies in.
  private static let mostAtOnce: Int64 = 10_000
  private static let day: Int64 = 86_400_000_000
  /// 1970-01-05 was a Monday.
  private static let monday: Int64 = 4 * day
  /// Later times, 292,000 years from now, lie in no window of a zone: a shift would pass the last instant.
  private static let extremes: Int64 = .max - 400 * day

  /// - Parameters:
  ///   - slide: nil for tumbling windows.
  ///   - offset: any length, in either direction.
  /// - Throws: ``WindowSpecificationError`` for a slide that would leave events between windows, or put them in too many, and for
  ///   windows that a zone's days cannot be divided into.
  package init(
    length: EventTimeInterval, slide: EventTimeInterval? = nil, offset: EventTimeInterval? = nil,
    zone: TimeZoneRules? = nil
  ) throws(WindowSpecificationError) {
    let slide = slide ?? length
    func error(_ fault: WindowSpecificationError.Fault) -> WindowSpecificationError {
      WindowSpecificationError(length: length, slide: slide, fault: fault)
    }
    guard slide.microseconds > 0, slide <= length else { throw error(.gaps) }
    // Each event is added to all its windows.
    guard (length.microseconds - 1) / slide.microseconds < Self.mostAtOnce else {
      throw error(.tooMany)
    }
    if zone != nil {
      guard slide == length else { throw error(.slidesInZone) }
      guard length.microseconds % Self.day == 0 || Self.day % length.microseconds == 0 else {
        throw error(.partsOfDay)
      }
      guard length.microseconds < Self.extremes / 4 else { throw error(.tooLong) }
    }
    self.length = length
    self.slide = slide
    self.zone = zone
    let beyond = (offset?.microseconds ?? 0) % slide.microseconds
    self.offset = EventTimeInterval(microseconds: beyond < 0 ? beyond + slide.microseconds : beyond)
  }

  /// The start, in microseconds, of the last window that begins at or before the time; nil if it is before the
  /// earliest representable instant.
  package func lastStart(at time: Int64) -> Int64? {
    if let zone { return localStart(at: time, zone) }
    var beyond = time % slide.microseconds
    if beyond < 0 { beyond += slide.microseconds }
    beyond -= offset.microseconds
    if beyond < 0 { beyond += slide.microseconds }
    let (start, overflow) = time.subtractingReportingOverflow(beyond)
    return overflow ? nil : start
  }

  /// The end, in microseconds, of the window that begins at `start`; at most the last representable instant.
  package func end(of start: Int64) -> Int64 {
    if let zone { return localEnd(of: start, zone) }
    let (end, overflow) = start.addingReportingOverflow(length.microseconds)
    return overflow ? .max : end
  }

  /// Whether the window that begins at `start` ends at the watermark or before, computed without overflow.
  func isOver(_ start: Int64, at watermark: Watermark) -> Bool {
    let time = watermark.microseconds
    if zone != nil { return end(of: start) <= time }
    let (distance, overflow) = time.subtractingReportingOverflow(start)
    return overflow ? time > start : distance >= length.microseconds
  }

  /// What distinguishes the windows from others of the same length and slide; empty without offset and zone, so that
  /// checkpoints from before these stay valid.
  var fingerprint: [String] {
    (offset.microseconds == 0 ? [] : ["offset \(offset)"]) + (zone.map { ["zone \($0.name)"] } ?? [])
  }

  /// The starts of all windows that hold the time, newest first, in microseconds.
  package func starts(at time: Int64) -> [Int64] {
    if zone != nil { return lastStart(at: time).map { [$0] } ?? [] }
    var starts: [Int64] = []
    var next = lastStart(at: time)
    // As a difference, since start + length may lie beyond the last representable instant; it is never negative.
    while let start = next, time &- start >= 0, time &- start < length.microseconds {
      starts.append(start)
      let (earlier, overflow) = start.subtractingReportingOverflow(slide.microseconds)
      next = overflow ? nil : earlier
    }
    return starts
  }

  // MARK: Civil time

  /// The civil time, as if it were UTC, at which the window of a civil time begins.
  private func cell(of local: Int64) -> Int64 {
    let week = 7 * Self.day
    let origin = (length.microseconds % week == 0 ? Self.monday : 0) + offset.microseconds
    let rest = (local - origin) % length.microseconds
    return local - (rest < 0 ? rest + length.microseconds : rest)
  }

  /// A window is the consecutive instants in one cell of the civil grid. When clocks go back, hours that come twice are
  /// two windows, as in UTC; longer windows go on.
  private func localStart(at time: Int64, _ zone: TimeZoneRules) -> Int64? {
    guard time.magnitude < Self.extremes.magnitude else { return nil }
    var span = zone.span(at: time)
    let cell = cell(of: time + span.offset)
    while true {
      let start = cell - span.offset
      if start > span.range.lowerBound || span.range.lowerBound == .min { return start }
      let before = zone.span(at: span.range.lowerBound - 1)
      let isSame = self.cell(of: span.range.lowerBound - 1 + before.offset) == cell
      let repeated = before.offset - span.offset
      if !isSame || (start == span.range.lowerBound && length.microseconds <= repeated) {
        return span.range.lowerBound
      }
      span = before
    }
  }

  private func localEnd(of start: Int64, _ zone: TimeZoneRules) -> Int64 {
    guard start.magnitude < Self.extremes.magnitude else { return .max }
    var span = zone.span(at: start)
    let next = cell(of: start + span.offset) + length.microseconds
    while true {
      let end = next - span.offset
      if end < span.range.upperBound || span.range.upperBound == .max { return end }
      // The clocks change within the window, or at its end.
      if localStart(at: span.range.upperBound, zone) != start { return span.range.upperBound }
      span = zone.span(at: span.range.upperBound)
    }
  }
}

/// Windows that a specification cannot have.
package struct WindowSpecificationError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case gaps, tooMany
    case slidesInZone, partsOfDay, tooLong
  }

  package let length: EventTimeInterval
  package let slide: EventTimeInterval
  package let fault: Fault

  package var description: String {
    switch fault {
    case .gaps:
      "windows of \(length) every \(slide): events between two windows would be in none"
    case .tooMany:
      "windows of \(length) every \(slide): an event would be in more than 10,000 of them"
    case .slidesInZone:
      "windows of \(length) every \(slide): windows in a time zone do not slide, since its days differ in length"
    case .partsOfDay:
      "windows of \(length) do not divide a day of a time zone into equal parts"
    case .tooLong:
      "windows of \(length) are too long for a time zone"
    }
  }
}

/// Finds windows' starts for times that mostly lie in the same window as the time before.
struct WindowCursor {
  private let windows: WindowSpecification
  private var current: Range<Int64> = 0..<0

  init(_ windows: WindowSpecification) { self.windows = windows }

  /// What ``WindowSpecification/lastStart(at:)`` gives.
  @inline(__always)
  mutating func lastStart(at time: Int64) -> Int64? {
    current.contains(time) ? current.lowerBound : move(to: time)
  }

  private mutating func move(to time: Int64) -> Int64? {
    guard let start = windows.lastStart(at: time) else { return nil }
    // The last instant of all is in no range.
    let end =
      windows.zone == nil
      ? start.addingReportingOverflow(windows.slide.microseconds) : (windows.end(of: start), false)
    if !end.1 { current = start..<max(start, end.0) }
    return start
  }
}
