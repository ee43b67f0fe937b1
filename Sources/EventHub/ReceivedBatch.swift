package import CivilTime

/// Consecutive events of a partition.
package struct ReceivedBatch: Hashable, Sendable {
  /// The partition, from 0.
  package var partition: Int
  /// The first event's offset.
  package var firstOffset: Int64
  /// The offset after the last event, or a later one if the hub skips offsets.
  package var nextOffset: Int64
  /// The offset of each event, ascending; empty if they follow the first without gaps.
  package var offsets: [Int64] = []
  /// When the hub accepted the first event, UTC. The embedded hub's times ascend with the offsets, unless the clock was set back by
  /// more than a day.
  package var enqueuedTime: Timestamp
  /// The enqueued time of each event, UTC; empty if all share the first one's.
  package var enqueuedTimes: [Timestamp] = []
  /// The events, in the order of their offsets.
  package var events: EventBatch

  /// Events whose offsets follow each other, with one enqueued time.
  package init(partition: Int, firstOffset: Int64, enqueuedTime: Timestamp, events: EventBatch) {
    self.partition = partition
    self.firstOffset = firstOffset
    self.enqueuedTime = enqueuedTime
    self.events = events
    nextOffset = firstOffset + Int64(events.count)
  }

  /// The offset of the event at an index.
  package func offset(_ index: Int) -> Int64 { offsets.isEmpty ? firstOffset + Int64(index) : offsets[index] }

  /// When the hub accepted the event at an index, UTC.
  package func enqueuedTime(_ index: Int) -> Timestamp {
    enqueuedTimes.isEmpty ? enqueuedTime : enqueuedTimes[index]
  }
}

/// Where a reader begins.
package enum Position: Hashable, Sendable {
  /// The oldest event that is held.
  case start
  /// After the newest event: only events that are sent from now on.
  case end
  /// An offset, the same in each partition.
  case offset(Int64)
  /// The first event enqueued at that time or later.
  case enqueued(Timestamp)
}
