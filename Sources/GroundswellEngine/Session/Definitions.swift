import CivilTime
import Columnar
import DeltaLake
import EventHub
import StreamProcessing
import Wording

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

/// A name that stands for nothing.
struct UnknownName: WordFault, CustomStringConvertible {
  /// `stream`, `table`.
  let kind: String
  let name: String
  let known: [String]
  /// How to make one.
  let remedy: String
  var wordAtFault: String? { name }

  var description: String {
    let wayOut =
      Suggestion.closest(to: name, in: known).map { "did you mean '\($0)'?" }
      ?? (known.isEmpty ? remedy : "there are \(known.sorted().joined(separator: ", ")); or: \(remedy)")
    return "there is no \(kind) '\(name)'\n\(wayOut)"
  }
}

/// A name that cannot be given.
struct BadName: WordFault, CustomStringConvertible {
  let name: String
  var wordAtFault: String? { name }

  var description: String {
    "'\(name)' is no name\nuse letters, digits, _ and -, beginning with a letter or _ (sqlite_ is SQLite's own)"
  }

  /// Refuses what cannot be a name in a folder, and so could lead out of it. Names that others gave may hold what
  /// ``check(_:)`` does not let pass.
  static func checkPart(_ name: String) throws(BadName) {
    guard !["", ".", ".."].contains(name), !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }) else {
      throw BadName(name: name)
    }
  }

  static func check(_ name: String) throws(BadName) {
    let isGood =
      !name.isEmpty && name.first?.isNumber == false && name.first != "-"
      && name.allSatisfy { $0 == "_" || $0 == "-" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard isGood, !name.lowercased().hasPrefix("sqlite_") else { throw BadName(name: name) }
  }
}

/// A name that stands for something else already.
struct TakenName: WordFault, CustomStringConvertible {
  let name: String
  var wordAtFault: String? { name }
  let holder: String
  let remedy: String

  var description: String { "'\(name)' is taken by \(holder)\nchoose another name, or: \(remedy)" }
}
