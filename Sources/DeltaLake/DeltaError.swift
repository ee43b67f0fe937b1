package import DurableFiles
package import Parquet

/// Why a Delta table could not be read or written.
package enum DeltaError: Error, Equatable, CustomStringConvertible {
  case file(FileError)
  case parquet(ParquetError)
  case notATable(path: String)
  case missingVersion(path: String, version: Int64)
  /// An old version whose log was cleaned away behind a checkpoint.
  case versionGone(path: String, wanted: Int64, oldest: Int64)
  /// A time at which the table had no version yet, or that lies behind its last.
  case noVersionAt(path: String, time: String, first: String, last: String)
  case noSuchColumn(String, known: [String])
  case onlyPartitions(path: String)
  /// An empty text in a key by which the files are kept apart.
  case emptyPartitionKey(String)
  case interrupted
  case malformed(path: String, line: Int, reason: String)
  /// The table wants a reader that knows more.
  case unsupported(path: String, feature: String)
  case noSuchVersion(path: String, wanted: Int64, newest: Int64)
  case missingDataFile(path: String)
  /// A path in the log that leads out of the table's folder.
  case escapingPath(table: String, path: String)
  /// A path in the log that begins at the root or names a server: the file is another table's.
  case shallowClone(table: String, path: String)
  /// A data file that is not the one of which the log tells.
  case otherDataFile(path: String, difference: String)
  /// A link where a folder of the table's own should be: what it leads to is not written to.
  case link(path: String)
  /// A name that no column can have.
  case badColumnName(String, reason: String)
  /// A value that a partition's text cannot hold.
  case badPartitionValue(column: String, value: String)
  /// Rows whose columns are not the table's.
  case otherColumns(path: String, difference: String)
  /// The table asks a writer for what this one does not keep.
  case notWritable(path: String, demand: String)
  /// Somebody else changed the table meanwhile.
  case conflict(path: String, version: Int64)

  package var description: String {
    switch self {
    case .file(let error): return error.description
    case .parquet(let error): return error.description
    case .notATable(let path):
      return "\(path) is no Delta table: it has no _delta_log\ncheck the name: tables lists what there is"
    case .missingVersion(let path, let version):
      return "the table \(path) lacks version \(version) of its log\nrestore \(path)/_delta_log/ from a copy"
    case .versionGone(let path, let wanted, let oldest):
      return
        "version \(wanted) of the table \(path) was cleaned out of its log\nthe oldest that can be read is \(oldest)"
    case .noVersionAt(let path, let time, let first, let last):
      return "the table \(path) has no version at \(time)\nits versions are of \(first) to \(last)"
    case .noSuchColumn(let name, let known):
      return "there is no column '\(name)'\nthe columns are \(known.joined(separator: ", "))"
    case .onlyPartitions(let path):
      return "every column of \(path) would be a partition's\nleave one that is not"
    case .emptyPartitionKey(let name):
      return
        "an empty text in the partition column '\(name)' would come back as null, and be a second row of its key\nwrite to a table that is not kept apart by '\(name)', or leave such events out"
    case .interrupted: return "interrupted\nnothing of it was written; run it again"
    case .malformed(let path, let line, let reason):
      let place = line > 0 ? "\(path), line \(line)" : path
      return "\(place): \(reason)\nthe table's log is damaged: restore the file from a copy"
    case .unsupported(let path, let feature):
      return "the table \(path) uses \(feature), which is not supported\nread it with another tool"
    case .noSuchVersion(let path, let wanted, let newest):
      return "the table \(path) has no version \(wanted)\nits newest is \(newest)"
    case .missingDataFile(let path):
      return "the table's data file \(path) has gone\nrestore it from a copy, or write the table again"
    case .escapingPath(let table, let path):
      return "the log of \(table) names a file outside of the table: \(path)\nthe table was not read"
    case .shallowClone(let table, let path):
      return
        "the table \(table) is a shallow clone: its log names the file \(path) of another table, which is not supported\ncopy it whole with the tool that made it (a deep clone)"
    case .otherDataFile(let path, let difference):
      return "the data file \(path) is not as the table's log says: \(difference)\nrestore it from a copy"
    case .link(let path):
      return
        "\(path) is a link, and what it leads to is not written to\nput the folder itself in its place, or work where the link leads"
    case .badColumnName(let name, let reason):
      return "'\(name)' cannot be a column's name: \(reason)\nrename the column"
    case .badPartitionValue(let column, let value):
      return
        "the value \(value) cannot be a partition of '\(column)'\nleave such rows out, or write to a table that is not kept apart by it"
    case .otherColumns(let path, let difference):
      return
        "the table \(path) has other columns: \(difference)\nwrite to a new table, add them to this one (--add-columns), or write it anew (--restart)"
    case .notWritable(let path, let demand):
      return
        "the table \(path) asks its writers to keep to \(demand), which is not done here\nwrite to a new table: --to NAME"
    case .conflict(let path, let version):
      return "another program wrote version \(version) of \(path) meanwhile\nrun it again: nothing of this was written"
    }
  }
}
