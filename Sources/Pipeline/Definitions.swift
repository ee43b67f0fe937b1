package import CivilTime
package import Columnar
package import StreamProcessing

/// A stream that a cell defined: the events of a hub, read with a schema.
package struct StreamDefinition: Hashable, Sendable {
  package let name: String
  package let hub: HubAddress
  /// What people call the hub.
  package let hubName: String
  package let schema: Schema
  /// How the TIMESTAMP fields are written; nil reads every form that means one instant.
  package let timeFormat: TimeFormat?
  /// Where a query on it begins, one offset a partition; partitions that come later are read from their start.
  package let startOffsets: [Int64]

  package init(
    name: String, hub: HubAddress, hubName: String, schema: Schema, timeFormat: TimeFormat?, startOffsets: [Int64]
  ) {
    self.name = name
    self.hub = hub
    self.hubName = hubName
    self.schema = schema
    self.timeFormat = timeFormat
    self.startOffsets = startOffsets
  }
}

/// An aggregate that a cell defined: windows over a stream.
package struct AggregateDefinition: Hashable, Sendable {
  package let name: String
  package let stream: StreamDefinition
  package let plan: AggregationPlan

  package init(name: String, stream: StreamDefinition, plan: AggregationPlan) {
    self.name = name
    self.stream = stream
    self.plan = plan
  }
}

/// How a new table is laid out.
package struct TableLayout: Hashable, Sendable {
  /// Files are kept apart by the values of these columns.
  package var partitionColumns: [String]
  /// The codec of the data files, by the name that Parquet gives it; nil leaves it to the backend.
  package var codec: String?

  package init(partitionColumns: [String] = [], codec: String? = nil) {
    self.partitionColumns = partitionColumns
    self.codec = codec
  }
}

/// A query that writes an aggregate to a table.
package struct StreamWrite: Hashable, Sendable {
  package let aggregate: AggregateDefinition
  package let table: String
  /// The query's name.
  package let name: String
  package var mode: OutputMode
  package var trigger: Trigger
  /// The checkpoint's name.
  package let checkpoint: String
  /// Whether the query forgets its checkpoint, and replaces what the table holds.
  package var restarts: Bool
  /// Whether columns that the table lacks are added to it.
  package var addsColumns: Bool
  /// At most this many events a batch, over all partitions.
  package var eventsPerBatch: Int64
  package var gapPolicy: GapPolicy
  /// Of a table that the query creates.
  package var layout: TableLayout

  package init(
    _ aggregate: AggregateDefinition, to table: String, name: String, checkpoint: String, mode: OutputMode = .complete,
    trigger: Trigger = .availableNow, restarts: Bool = false, addsColumns: Bool = false,
    eventsPerBatch: Int64 = 1_000_000, gapPolicy: GapPolicy = .fail, layout: TableLayout = TableLayout()
  ) {
    self.aggregate = aggregate
    self.table = table
    self.name = name
    self.checkpoint = checkpoint
    self.mode = mode
    self.trigger = trigger
    self.restarts = restarts
    self.addsColumns = addsColumns
    self.eventsPerBatch = eventsPerBatch
    self.gapPolicy = gapPolicy
    self.layout = layout
  }
}
