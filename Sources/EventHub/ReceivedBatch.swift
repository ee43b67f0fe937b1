package import CivilTime

/// Neighbouring events of a partition.
package struct ReceivedBatch: Hashable, Sendable {
  package var partition: Int
  /// The first event's offset.
  package var firstOffset: Int64
  /// Where the next batch begins; behind the last event, and further where the hub leaves offsets out.
  package var nextOffset: Int64
  /// One an event, ascending; empty where they follow the first without gaps.
  package var offsets: [Int64] = []
  /// When the hub took the first event, UTC; in the embedded hub never before that of an earlier offset, unless that one came
  /// while the clock was more than a day ahead.
  package var enqueuedTime: Timestamp
  /// One an event; empty where all came at once.
  package var enqueuedTimes: [Timestamp] = []
  package var events: EventBatch

  package init(partition: Int, firstOffset: Int64, enqueuedTime: Timestamp, events: EventBatch) {
    self.partition = partition
    self.firstOffset = firstOffset
    self.enqueuedTime = enqueuedTime
    self.events = events
    nextOffset = firstOffset + Int64(events.count)
  }

  package func offset(_ index: Int) -> Int64 { offsets.isEmpty ? firstOffset + Int64(index) : offsets[index] }

  package func enqueuedTime(_ index: Int) -> Timestamp {
    enqueuedTimes.isEmpty ? enqueuedTime : enqueuedTimes[index]
  }
}

/// Where a reader begins.
package enum Position: Hashable, Sendable {
  /// The oldest event that is held.
  case start
  /// Behind the newest event: only what is sent from now on.
  case end
  /// The same in each partition.
  case offset(Int64)
  /// The first event taken at that time or later.
  case enqueued(Timestamp)
}
