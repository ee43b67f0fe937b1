package import CivilTime

/// Neighbouring events of a partition, as they were sent together.
package struct ReceivedBatch: Hashable, Sendable {
  package var partition: Int
  /// The first event's offset; the others follow without gaps.
  package var firstOffset: Int64
  /// When the hub took the batch, UTC; never before that of an earlier offset.
  package var enqueuedTime: Timestamp
  package var events: EventBatch

  /// The offset behind the last event: where the next batch begins.
  package var nextOffset: Int64 { firstOffset + Int64(events.count) }
}

/// Where a reader begins.
package enum Position: Hashable, Sendable {
  /// The oldest event that is held.
  case start
  /// Behind the newest event: only what is sent from now on.
  case end
  case offset(Int64)
  /// The first event taken at that time or later.
  case enqueued(Timestamp)
}
