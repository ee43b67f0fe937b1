/// Where a query's first batch begins, and where each ends.
struct BatchOffsets: Hashable, Sendable {
  /// Where a query without checkpoint begins, for each partition; nil is the oldest event that the source holds.
  let startOffsets: [Int64]?
  /// The largest number of events of a batch, over all partitions.
  let eventsPerBatch: Int64

  /// The first offset of each partition.
  func starts(_ held: [Range<Int64>]) -> [Int64] {
    held.enumerated().map { partition, held in
      guard let startOffsets, startOffsets.indices.contains(partition) else { return held.lowerBound }
      return min(max(startOffsets[partition], held.lowerBound), held.upperBound)
    }
  }

  /// Where the next batch ends: each partition gets a share in proportion to its unread events, so that none runs ahead
  /// of the others and makes their events late.
  ///
  /// - Parameter isWhole: whether the batch takes all unread events.
  func ends(from position: [Int64], held: [Range<Int64>], isWhole: Bool) -> [Int64] {
    let waiting = zip(position, held).map { max(0, $1.upperBound - $0) }
    let all = waiting.reduce(0, +)
    guard !isWhole, all > eventsPerBatch else { return zip(position, waiting).map(+) }
    var shares = waiting.map { Int64(Double($0) / Double(all) * Double(eventsPerBatch)) }
    // The first partitions with more events take what rounding left.
    var room = eventsPerBatch - shares.reduce(0, +)
    for partition in shares.indices where room > 0 {
      let more = min(room, waiting[partition] - shares[partition])
      shares[partition] += more
      room -= more
    }
    return zip(position, shares).map(+)
  }
}
