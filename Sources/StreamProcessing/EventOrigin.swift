package import CivilTime
import Columnar
import JSONText

/// An event's time and where it stands in the source, for people who look for it.
package struct EventOrigin: Hashable, Sendable {
  /// The partition that holds it.
  package let partition: Int
  /// Its offset in the partition.
  package let offset: Int64
  /// Its event time.
  package let time: Timestamp
  /// When the source took it; nil if the source does not say.
  package let enqueued: Timestamp?

  /// How far the event's time lies ahead of its arrival; nil if it does not, or if the arrival is unknown.
  var ahead: EventTimeInterval? {
    guard let enqueued,
      case let (distance, overflow) = time.microseconds.subtractingReportingOverflow(enqueued.microseconds),
      distance > 0 || overflow && time > enqueued
    else { return nil }
    return EventTimeInterval(microseconds: overflow ? .max : distance)
  }

  var json: JSON {
    .array(
      [partition, Int(offset), Int(time.microseconds)].map { .integer(Int64($0)) }
        + (enqueued.map { [.integer($0.microseconds)] } ?? []))
  }

  init(partition: Int, offset: Int64, time: Timestamp, enqueued: Timestamp?) {
    (self.partition, self.offset, self.time, self.enqueued) = (partition, offset, time, enqueued)
  }

  init?(_ json: JSON) {
    guard let numbers = json.elements?.compactMap(\.integer), (3...4).contains(numbers.count) else { return nil }
    self.init(
      partition: Int(truncatingIfNeeded: numbers[0]), offset: numbers[1], time: Timestamp(microseconds: numbers[2]),
      enqueued: numbers.count > 3 ? Timestamp(microseconds: numbers[3]) : nil)
  }
}

extension EventOrigin: CustomStringConvertible {
  package var description: String { "partition \(partition), offset \(offset), time \(time)" }
}

extension WindowedAggregation {
  /// An event further ahead of its arrival than this is reported.
  private static let farAhead = EventTimeInterval(microseconds: 86_400_000_000)

  /// What to tell people of the event with the latest time if it lies more than a day ahead of its arrival; nil otherwise.
  package var leapAhead: String? {
    guard plan.watermarkDelay != nil, let latest = counts.latest, let ahead = latest.ahead, ahead > Self.farAhead else {
      return nil
    }
    return """
      the event at \(latest) is \(ahead.microseconds / Self.farAhead.microseconds) days ahead of its arrival, and the watermark \
      follows it: windows before it close, and later events are late
      """
  }

  /// Adds the events of a chunk that are not too far ahead of their arrival, and remembers which one has the latest time.
  ///
  /// - Returns: what ``add(_:watermark:)`` does.
  mutating func add(
    _ scanned: ScannedEvents, of chunk: EventChunk, partition: Int, watermark: Watermark?
  ) -> EventTimes {
    guard let column = scanned.table[plan.timeField], case .timestamp(let times) = column.values else {
      return EventTimes()
    }
    var table = scanned.table
    if let maxFuture = plan.maxFuture {
      let isNear = times.indices.map { row in
        guard column.validity?[row] ?? true, let enqueued = chunk.enqueuedTime(Int(scanned.messages[row])) else {
          return true
        }
        let (limit, overflow) = enqueued.addingReportingOverflow(maxFuture.microseconds)
        return overflow || times[row] <= limit
      }
      let far = isNear.count { !$0 }
      if far > 0 {
        counts.future += Int64(far)
        table = table.filtered(by: isNear)
      }
    }
    let before = counts.eventTimes?.upperBound
    let seen = add(table, watermark: watermark)
    if let latest = counts.eventTimes?.upperBound, latest != before,
      let row = times.indices.first(where: { times[$0] == latest.microseconds && column.validity?[$0] ?? true })
    {
      let message = Int(scanned.messages[row])
      counts.latest = EventOrigin(
        partition: partition, offset: chunk.offset(message), time: latest,
        enqueued: chunk.enqueuedTime(message).map { Timestamp(microseconds: $0) })
    }
    return seen
  }
}
