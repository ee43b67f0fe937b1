import CivilTime
import DurableFiles
import JSONText

/// How much of its past an embedded hub keeps. Whole segments go, oldest first; the newest events always stay.
package struct Retention: Hashable, Sendable {
  /// Microseconds since an event was taken; nil keeps events of any age.
  package var age: Int64?
  /// Bytes of each partition; nil keeps any number.
  package var bytes: Int64?

  package init(age: Int64? = nil, bytes: Int64? = nil) {
    self.age = age
    self.bytes = bytes
  }

  /// Nil where the JSON is none of ours.
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

  /// Segments end here at the latest, so that a reader finds a place without reading everything.
  private static let longestSegment: Int64 = 64 << 20
  /// What goes, goes by segments: an eighth of what is kept is near enough, and not too many files.
  private static let segments: Int64 = 8

  /// Whether a segment that has events ends before the next ones.
  func ends(length: Int, begun: Timestamp, now: Timestamp) -> Bool {
    let limit = bytes.map { min(Self.longestSegment, max(1, $0 / Self.segments)) } ?? Self.longestSegment
    return length >= limit || age.map { isOlder(begun, than: $0 / Self.segments, now) } ?? false
  }

  func isOver(_ time: Timestamp, now: Timestamp) -> Bool { age.map { isOlder(time, than: $0, now) } ?? false }

  private func isOlder(_ time: Timestamp, than age: Int64, _ now: Timestamp) -> Bool {
    let (elapsed, overflow) = now.microseconds.subtractingReportingOverflow(time.microseconds)
    return !overflow && elapsed > age
  }

  /// Times that lie so far ahead are a wrong clock's, in microseconds.
  static let largestLead: Int64 = 86_400_000_000

  /// Whether a time is a wrong clock's, which says nothing of an event's age.
  static func isAhead(_ time: Timestamp, of now: Timestamp) -> Bool {
    let (lead, overflow) = time.microseconds.subtractingReportingOverflow(now.microseconds)
    return !overflow && lead > largestLead
  }

  /// Removes the segments of a partition that need not be kept; whoever calls has the partition's lock.
  ///
  /// - Returns: how many events went.
  @discardableResult
  func apply(toPartition folder: String, now: Timestamp) throws(FileError) -> Int64 {
    guard age != nil || bytes != nil else { return 0 }
    var bases = try Segment.baseOffsets(in: folder)[...]
    let first = bases.first
    var size: Int64 = 0
    for base in bases { size += try DurableFiles.status(of: folder + "/" + Segment.name(base)).size }
    while bases.count > 1, let base = bases.first {
      let segment = try Segment(partitionFolder: folder, baseOffset: base)
      let isTooMuch = bytes.map { size > $0 } ?? false
      var isTooOld = false
      if age != nil {
        isTooOld = isOver(try Self.lastTaken(in: segment, before: bases.dropFirst(), folder, now), now: now)
      }
      guard isTooMuch || isTooOld else { break }
      size -= Int64(try segment.file.length())
      try DurableFiles.remove(folder + "/" + Segment.name(base))
      bases.removeFirst()
    }
    guard let first, let kept = bases.first, kept != first else { return 0 }
    try DurableFiles.syncFolder(folder)
    return kept - first
  }

  /// When a segment's last event was taken; where a clock that was ahead says nothing of that, when the next ones' first was.
  private static func lastTaken(
    in segment: Segment, before following: ArraySlice<Int64>, _ folder: String, _ now: Timestamp
  ) throws(FileError) -> Timestamp {
    if let last = try segment.enqueued()?.upperBound, !isAhead(last, of: now) { return last }
    for base in following {
      let next = try Segment(partitionFolder: folder, baseOffset: base)
      if let first = try next.enqueued()?.lowerBound, !isAhead(first, of: now) { return first }
    }
    return now
  }
}
