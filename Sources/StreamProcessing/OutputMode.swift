/// Which windows a batch hands to its sink; Spark's terms.
package enum OutputMode: String, Hashable, Sendable, CaseIterable {
  /// All windows, each time: the sink replaces its rows.
  case complete
  /// Windows that changed: the sink replaces the rows with the same keys.
  case update
  /// Each window once, when the watermark passes its end and it cannot change any more.
  case append
}

/// When a query takes its next batch; Spark's terms.
package enum Trigger: Hashable, Sendable {
  /// The events held at the start, in batches of limited size; then the query ends.
  case availableNow
  /// The events held at the start, in one batch; then the query ends.
  case once
  /// On a grid of time; after a batch that takes longer, the next starts at once.
  case every(Duration)
  /// As soon as there are new events.
  case continuous

  /// Whether a query ends by itself.
  package var ends: Bool { self == .availableNow || self == .once }
}

/// What a query does if its source no longer holds the next events.
package enum GapPolicy: String, Hashable, Sendable, CaseIterable {
  /// Skips to the earliest held events, and reports how many were lost.
  case earliest
  /// Stops with an error.
  case fail
}
