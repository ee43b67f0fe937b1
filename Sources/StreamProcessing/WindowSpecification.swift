/// Windows of event time on a grid that begins at 1970-01-01T00:00:00Z: half-open, [start, start + length).
///
/// Tumbling when the slide is the length: each event lies in one window. Sliding when it is shorter: each lies in
/// ⌈length / slide⌉ windows or one fewer. A Spark query with the same length and slide has the same windows.
package struct WindowSpecification: Hashable, Sendable {
  package let length: EventTimeInterval
  /// From one window's start to the next one's.
  package let slide: EventTimeInterval

  /// An event lies in so many windows at the most.
  private static let mostAtOnce: Int64 = 10_000

  /// - Parameter slide: nil for tumbling windows.
  /// - Throws: ``WindowSpecificationError`` for a slide that would leave events between windows, or put them in too many.
  package init(length: EventTimeInterval, slide: EventTimeInterval? = nil) throws(WindowSpecificationError) {
    let slide = slide ?? length
    // Each event is added to all its windows.
    guard slide.microseconds > 0, slide <= length, (length.microseconds - 1) / slide.microseconds < Self.mostAtOnce
    else {
      throw WindowSpecificationError(length: length, slide: slide)
    }
    self.length = length
    self.slide = slide
  }

  /// The start, in microseconds, of the last window that begins at or before the time; nil where that lies before the
  /// earliest representable instant.
  package func lastStart(at time: Int64) -> Int64? {
    let beyond = time % slide.microseconds
    let (start, overflow) = time.subtractingReportingOverflow(beyond < 0 ? beyond + slide.microseconds : beyond)
    return overflow ? nil : start
  }

  /// The starts of all windows that hold the time, newest first, in microseconds.
  package func starts(at time: Int64) -> [Int64] {
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
}

/// A slide that does not fit its windows.
package struct WindowSpecificationError: Error, Hashable, CustomStringConvertible {
  package let length: EventTimeInterval
  package let slide: EventTimeInterval

  package var description: String {
    slide > length || slide.microseconds <= 0
      ? """
      windows of \(length) every \(slide): events between two windows would be in none
      choose a slide from 1us to \(length), the window's length
      """
      : """
      windows of \(length) every \(slide): an event would be in more than 10,000 of them
      choose a longer slide, or a shorter window
      """
  }
}
