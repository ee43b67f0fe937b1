package import DeltaLake
import Wording

extension DeltaError: Explained {
  package var remedy: String? {
    switch self {
    case .file(let error): error.remedy
    case .parquet(let error): error.remedy
    case .notATable: "check the name: tables lists what there is"
    case .missingVersion(let path, _): "restore \(path)/_delta_log/ from a copy"
    case .versionGone(_, _, let oldest): "read version \(oldest) or a later one"
    case .noVersionAt: "choose a time between these"
    case .noSuchColumn(let name, let known): Suggestion.remedy(for: name, in: known)
    case .onlyPartitions: "leave one column that is not"
    case .emptyPartitionKey(let name):
      "write to a table that is not partitioned by '\(name)', or filter such events out: --where"
    case .interrupted: "run it again: nothing was written"
    case .malformed: "restore the file from a copy: the table's log is damaged"
    case .unsupported: "read it with another tool"
    case .noSuchVersion(_, _, let newest): "read version \(newest) or an earlier one"
    case .missingDataFile: "restore it from a copy, or write the table again"
    case .escapingPath: "read tables only from writers that you trust: this one was not read"
    case .shallowClone: "make a deep clone of it with the tool that wrote it"
    case .otherDataFile: "restore it from a copy"
    case .link: "put the folder itself in its place, or work where the link leads"
    case .badColumnName: "rename the column"
    case .badPartitionValue: "filter such rows out, or write to a table that is not partitioned by it"
    case .otherColumns:
      "write to a new table, add the columns to this one (--add-columns), or replace its rows (--restart)"
    case .notWritable: "write to a new table: --to NAME"
    case .conflict: "run it again: nothing was written"
    }
  }
}
