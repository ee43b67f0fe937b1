import CivilTime
import Columnar
import DeltaLake
import EventHub
import StreamProcessing

/// A stream that was defined: events of a hub, read with a schema.
struct StreamDefinition: Sendable {
  let name: String
  let hub: any Hub
  let schema: Schema
  /// Of its TIMESTAMP fields; nil reads what leaves no doubt.
  var timeFormat: TimeFormat?
  /// Where a query on it begins, for each partition.
  let startOffsets: [Int64]
}

/// An aggregate that was defined.
struct AggregateDefinition: Sendable {
  let name: String
  let stream: StreamDefinition
  let plan: AggregationPlan
}

/// How an aggregate is written to a table.
struct QueryDefinition: Sendable {
  let aggregate: AggregateDefinition
  let table: String
  let name: String
  var mode: OutputMode = .complete
  var trigger: Trigger = .availableNow
  /// The checkpoint's name.
  let checkpoint: String
  var restarts = false
  var addsColumns = false
  var eventsPerBatch: Int64 = 1_000_000
  var gapPolicy: GapPolicy = .fail
  var options = DeltaTable.Options()
}

/// A query of this session, running or over.
struct QueryRecord: Sendable {
  let definition: QueryDefinition
  let query: StreamingQuery
}
