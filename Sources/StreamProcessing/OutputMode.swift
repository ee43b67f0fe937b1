/// What of an aggregation a batch hands to its sink; Spark's terms.
package enum OutputMode: String, Hashable, Sendable, CaseIterable {
  /// All windows, each time: the sink replaces what it has.
  case complete
  /// Windows that changed, each time: the sink puts them in place of those with the same key.
  case update
  /// Each window once, when the watermark has passed its end and it cannot change any more.
  case append
}

/// When a query takes its next batch; Spark's terms.
package enum Trigger: Hashable, Sendable {
  /// What is there at the start, in batches of limited size; then it ends.
  case availableNow
  /// What is there at the start, in one batch; then it ends.
  case once
  /// On a grid of time; a batch that takes longer is followed by the next at once.
  case every(Duration)
  /// As soon as there is something new.
  case continuous

  /// Whether a query ends by itself.
  package var ends: Bool { self == .availableNow || self == .once }
}

/// What a query does where its source no longer holds the next events.
package enum GapPolicy: String, Hashable, Sendable, CaseIterable {
  /// Goes on with the earliest that are there, and says how many were lost.
  case earliest
  case fail
}
