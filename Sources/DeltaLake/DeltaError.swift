package import DurableFiles
package import Parquet

/// Why a Delta table could not be read or written.
package enum DeltaError: Error, Equatable {
  case file(FileError)
  case parquet(ParquetError)
  /// A folder without `_delta_log`.
  case notATable(path: String)
  /// A version in the middle of the log is missing.
  case missingVersion(path: String, version: Int64)
  /// An old version whose log was deleted after a checkpoint.
  case versionGone(path: String, wanted: Int64, oldest: Int64)
  /// A time before the table's first version, or after its last.
  case noVersionAt(path: String, time: String, first: String, last: String)
  /// A column that the table does not have.
  case noSuchColumn(String, known: [String])
  /// All columns of a new table are partition columns, which data files do not hold.
  case onlyPartitions(path: String)
  /// An empty text in a partition column that is part of the key.
  case emptyPartitionKey(String)
  /// The task was cancelled before anything was written.
  case interrupted
  /// A file of the log breaks the protocol; lines count from 1, and 0 stands for the whole file.
  case malformed(path: String, line: Int, reason: String)
  /// The table requires a feature that this reader does not have.
  case unsupported(path: String, feature: String)
  /// A version after the newest.
  case noSuchVersion(path: String, wanted: Int64, newest: Int64)
  /// A data file that the log names is missing.
  case missingDataFile(path: String)
  /// A path in the log that leads out of the table's folder.
  case escapingPath(table: String, path: String)
  /// An absolute path in the log: the file is another table's.
  case shallowClone(table: String, path: String)
  /// A data file that differs from what the log says of it.
  case otherDataFile(path: String, difference: String)
  /// A link in the place of the table's folder or log.
  case link(path: String)
  /// A name that a column cannot have.
  case badColumnName(String, reason: String)
  /// A value that a partition's text cannot hold.
  case badPartitionValue(column: String, value: String)
  /// Rows whose columns are not the table's.
  case otherColumns(path: String, difference: String)
  /// The table requires of its writers what this one does not do.
  case notWritable(path: String, demand: String)
  /// Another writer committed the version first.
  case conflict(path: String, version: Int64)
}

extension DeltaError: CustomStringConvertible {
  /// The problem, in one line.
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .parquet(let error): error.description
    case .notATable(let path): "\(path) is not a Delta table: it has no _delta_log"
    case .missingVersion(let path, let version): "the table \(path) lacks version \(version) of its log"
    case .versionGone(let path, let wanted, let oldest):
      "version \(wanted) of the table \(path) was deleted from its log; the oldest one left is \(oldest)"
    case .noVersionAt(let path, let time, let first, let last):
      "the table \(path) has no version at \(time): its versions are from \(first) to \(last)"
    case .noSuchColumn(let name, _): "there is no column '\(name)'"
    case .onlyPartitions(let path): "every column of \(path) would be a partition column"
    case .emptyPartitionKey(let name):
      "an empty text in the partition column '\(name)' would read back as null, and be a second row of its key"
    case .interrupted: "interrupted"
    case .malformed(let path, let line, let reason): (line > 0 ? "\(path), line \(line)" : path) + ": \(reason)"
    case .unsupported(let path, let feature): "the table \(path) uses \(feature), which is not supported"
    case .noSuchVersion(let path, let wanted, let newest):
      "the table \(path) has no version \(wanted); its newest is \(newest)"
    case .missingDataFile(let path): "the table's data file \(path) is missing"
    case .escapingPath(let table, let path): "the log of \(table) names a file outside of the table: \(path)"
    case .shallowClone(let table, let path):
      "the table \(table) is a shallow clone: its log names the file \(path) of another table, which is not supported"
    case .otherDataFile(let path, let difference):
      "the data file \(path) is not the one that the table's log describes: \(difference)"
    case .link(let path): "\(path) is a link, and tables are not written through links"
    case .badColumnName(let name, let reason): "invalid column name '\(name)': \(reason)"
    case .badPartitionValue(let column, let value): "the value \(value) cannot be a partition of '\(column)'"
    case .otherColumns(let path, let difference): "the table \(path) has other columns: \(difference)"
    case .notWritable(let path, let demand):
      "the table \(path) requires \(demand) of its writers, which is not supported"
    case .conflict(let path, let version): "another program wrote version \(version) of \(path) at the same time"
    }
  }
}
