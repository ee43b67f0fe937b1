package import CivilTime

/// What has rows: everything that a cell can show, judge, draw or export.
package enum Relation: Hashable, Sendable {
  /// A table or a view of the catalogue. A version is a table's; nil is the newest.
  case table(String, version: TableVersion?)
  /// The events that fit the stream's schema, from its start to what its hub holds now.
  case stream(StreamDefinition)
  /// The windows of everything that the stream's hub holds now.
  case aggregate(AggregateDefinition)
  /// The rows of a SQL statement; no columns if it only defines or drops a view.
  case sql(String)
}

/// A version of a table.
package enum TableVersion: Hashable, Sendable {
  case number(Int64)
  /// The newest that was committed at or before a time.
  case time(Timestamp)
}
