package import CivilTime
package import Columnar
package import StreamProcessing

/// The tables and views of a backend.
package protocol Catalog: Sendable {
  /// The names of tables and views with their columns, and of SQL's functions, as far as they are known at once: callers get them also while a
  /// statement runs.
  func names() async -> CatalogNames

  /// The tables as they are now, by name; also those that cannot be read, with the reason.
  func tables() async throws -> [TableStatus]

  /// The table that a name stands for, whatever its case; nil if it is a view's or nothing's.
  ///
  /// - Throws: why the table cannot be read.
  func table(_ name: String) async throws -> TableStatus?

  /// Whether a table or a view has the name, whatever its case.
  func contains(_ name: String) async throws -> Bool

  /// Refuses a name under which SQL could not find a new table, or would find another one.
  ///
  /// - Throws: ``NameFault``.
  func checkCanBeTable(_ name: String) async throws

  /// Writes rows to a table, in one commit; creates it if missing.
  ///
  /// - Returns: the table's new version.
  func write(_ rows: Table, to table: String, _ write: TableWrite) async throws -> Int64

  /// The versions that a table's log still has, oldest first.
  func history(of table: String) async throws -> [TableChange]

  /// Joins files of fewer than `targetSize` bytes.
  ///
  /// - Returns: nil if there is nothing to join.
  func optimize(_ table: String, targetSize: Int64) async throws -> Compaction?

  /// Deletes files that no version within the retention needs, or only lists them.
  ///
  /// - Parameter retention: milliseconds; nil takes what the table says, or seven days.
  func vacuum(_ table: String, retention: Int64?, dryRun: Bool) async throws -> [UnneededFile]
}

/// What a catalogue knows by name.
package struct CatalogNames: Hashable, Sendable {
  /// Tables and views, with their columns.
  package var columns: [String: [String]] = [:]
  package var functions: [String] = []

  package init() {}
}

/// A table as it is now.
package struct TableStatus: Sendable {
  package let name: String
  /// Nil if the table cannot be read.
  package var version: Int64?
  /// Nil if its files do not say.
  package var rowCount: Int64?
  /// Empty if the table cannot be read.
  package var schema = Schema([])
  /// The windows of which the rows are the starts; nil if the table does not say.
  package var windows: WindowSpecification?
  /// Why it cannot be read; nil if it can.
  package var fault: (any Error)?

  package init(_ name: String) { self.name = name }
}

/// How rows are written to a table.
package struct TableWrite: Hashable, Sendable {
  package enum Mode: Hashable, Sendable {
    case append
    /// Replaces all rows.
    case overwrite
    /// Replaces the rows with the same values in these columns, and adds the others.
    case merge(by: [String])
  }

  package var mode: Mode
  /// Whether columns that the table lacks are added to it.
  package var addsColumns: Bool
  /// Of a table that is created.
  package var layout: TableLayout

  package init(_ mode: Mode, addsColumns: Bool = false, layout: TableLayout = TableLayout()) {
    self.mode = mode
    self.addsColumns = addsColumns
    self.layout = layout
  }
}

/// A version of a table, as its commit tells of it.
package struct TableChange: Hashable, Sendable {
  package let version: Int64
  /// When it was committed, UTC.
  package let time: Timestamp
  /// `WRITE`, `STREAMING UPDATE`; nil if the writer did not say.
  package let operation: String?
  package let parameters: [String: String]
  package let metrics: [String: String]
  /// The batch of the query that wrote it; nil if none did.
  package let batch: Int64?

  package init(
    version: Int64, time: Timestamp, operation: String?, parameters: [String: String], metrics: [String: String],
    batch: Int64?
  ) {
    self.version = version
    self.time = time
    self.operation = operation
    self.parameters = parameters
    self.metrics = metrics
    self.batch = batch
  }
}

/// What joining a table's files did.
package struct Compaction: Hashable, Sendable {
  /// How many files are gone, and how many took their place.
  package let removed: Int
  package let added: Int
  package let version: Int64

  package init(removed: Int, added: Int, version: Int64) {
    self.removed = removed
    self.added = added
    self.version = version
  }
}

/// A file that no version within the retention needs.
package struct UnneededFile: Hashable, Sendable {
  /// In the table's folder.
  package let path: String
  /// Bytes
  package let size: Int64

  package init(path: String, size: Int64) {
    self.path = path
    self.size = size
  }
}

/// A name that no table or view has.
package struct NoSuchTable: Error, Hashable {
  package let name: String
  /// The tables and views that there are.
  package let known: [String]

  package init(name: String, known: [String]) {
    self.name = name
    self.known = known
  }
}

/// A name that a new table cannot have.
package enum NameFault: Error, Hashable {
  /// Not letters, digits, `_` and `-`.
  case invalid(String)
  case takenByView(String)
  /// Another table's, but for the case of its letters.
  case takenByTable(String, other: String)
  /// A query with the name runs.
  case takenByQuery(String)
}

/// A table whose query replaces all rows with each batch, so that rows that are added would be lost.
package struct RewrittenTable: Error, Hashable {
  package let table: String
  /// The query's.
  package let checkpoint: String

  package init(table: String, checkpoint: String) {
    self.table = table
    self.checkpoint = checkpoint
  }
}
