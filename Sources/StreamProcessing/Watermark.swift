package import CivilTime

/// The instant up to which a stream counts as complete: windows that end there or before are closed, and their further
/// events are late.
///
/// In whole milliseconds, as Spark and the checkpoint's files have it. It moves between batches only, so that no event is
/// late because of its own batch, and never back.
package struct Watermark: Hashable, Comparable, Sendable {
  /// Microseconds since 1970, UTC: the unit of event times.
  let microseconds: Int64

  init(microseconds: Int64) { self.microseconds = microseconds }

  /// - Returns: nil for milliseconds that microseconds cannot count.
  package init?(milliseconds: Int64) {
    let (microseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000)
    guard !overflow else { return nil }
    self.init(microseconds: microseconds)
  }

  /// Where events leave the watermark: at the latest event time so far less the delay, rounded down to milliseconds.
  ///
  /// - Parameter delay: the allowed lateness.
  /// - Returns: nil if it would lie before the first representable instant.
  package init?(behind latest: Timestamp, by delay: EventTimeInterval) {
    let (time, overflow) = latest.microseconds.subtractingReportingOverflow(delay.microseconds)
    guard !overflow else { return nil }
    self.init(milliseconds: time / 1_000 - (time % 1_000 < 0 ? 1 : 0))
  }

  /// Milliseconds since 1970, UTC.
  package var milliseconds: Int64 { microseconds / 1_000 }

  /// The watermark as an instant.
  package var time: Timestamp { Timestamp(microseconds: microseconds) }

  package static func < (left: Watermark, right: Watermark) -> Bool { left.microseconds < right.microseconds }
}

extension WindowedAggregation {
  /// The watermark of the next batch; nil before there is one.
  ///
  /// - Parameter last: the watermark of the batch before, behind which it does not fall back.
  func watermark(after last: Watermark?) -> Watermark? {
    guard let delay = plan.watermarkDelay, let latest = counts.eventTimes?.upperBound,
      let next = Watermark(behind: latest, by: delay)
    else { return last }
    return max(last ?? next, next)
  }
}

/// A watermark, and the event that moved it there.
package struct WatermarkPosition: Hashable, Sendable, CustomStringConvertible {
  /// Where it stands.
  package let watermark: Watermark
  /// Nil if the state was saved before events were remembered.
  package let mover: EventOrigin?

  package var description: String {
    "the watermark stands at \(watermark.time)" + (mover.map { ", where the event at \($0) moved it" } ?? "")
  }
}
