import CivilTime
import DurableFiles

extension Retention {
  /// Deletes the expired segments of a partition. The caller holds the partition's lock.
  ///
  /// - Returns: the number of deleted events.
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

  /// When a segment's last event was enqueued. If the clock was ahead then, when the first event of a later segment was.
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
