import CivilTime
import JSONText

/// How much an embedded hub keeps. Retention deletes whole segments, oldest first, and always keeps the newest one.
package struct Retention: Hashable, Sendable {
  /// The time since an event was enqueued, in microseconds; nil keeps events of any age.
  package var age: Int64?
  /// The size of each partition, in bytes; nil keeps any size.
  package var bytes: Int64?

  /// Without limits, keeps everything.
  package init(age: Int64? = nil, bytes: Int64? = nil) {
    self.age = age
    self.bytes = bytes
  }

  /// Without JSON, keeps everything. Nil if the JSON has unknown members.
  init?(_ json: JSON?) {
    guard let json else { return }
    age = json["age"]?.integer
    bytes = json["bytes"]?.integer
    guard let members = json.members, members.count == (age == nil ? 0 : 1) + (bytes == nil ? 0 : 1) else { return nil }
  }

  var json: JSON {
    var members: [String: JSON] = [:]
    members["age"] = age.map(JSON.integer)
    members["bytes"] = bytes.map(JSON.integer)
    return .object(members)
  }

  /// In bytes. Limits how much a reader searches for an offset or a time.
  private static let longestSegment: Int64 = 64 << 20
  /// Eight segments per limit keep the error of retention under 1/8, with few files.
  private static let segments: Int64 = 8

  /// Whether the next events begin a new segment.
  func ends(length: Int, begun: Timestamp, now: Timestamp) -> Bool {
    let limit = bytes.map { min(Self.longestSegment, max(1, $0 / Self.segments)) } ?? Self.longestSegment
    return length >= limit || age.map { isOlder(begun, than: $0 / Self.segments, now) } ?? false
  }

  /// Whether an event of that time is older than the limit.
  func isOver(_ time: Timestamp, now: Timestamp) -> Bool { age.map { isOlder(time, than: $0, now) } ?? false }

  private func isOlder(_ time: Timestamp, than age: Int64, _ now: Timestamp) -> Bool {
    let (elapsed, overflow) = now.microseconds.subtractingReportingOverflow(time.microseconds)
    return !overflow && elapsed > age
  }

  /// In microseconds. A time further ahead than that comes from a wrong clock.
  static let largestLead: Int64 = 86_400_000_000

  /// Whether a time comes from a clock that was ahead, and so does not show an event's age.
  static func isAhead(_ time: Timestamp, of now: Timestamp) -> Bool {
    let (lead, overflow) = time.microseconds.subtractingReportingOverflow(now.microseconds)
    return !overflow && lead > largestLead
  }
}
