package import DurableFiles

/// A checkpoint from which a query cannot resume.
package enum CheckpointError: Error, Hashable, CustomStringConvertible {
  case file(FileError)
  /// The file is not as it was written.
  case damaged(path: String)
  /// Other files of the checkpoint say that it was written.
  case missing(path: String)
  /// A symbolic link stands where the checkpoint has a file or folder of its own.
  case link(path: String)
  case otherPlan(path: String, saved: [String], wanted: [String])
  /// Another run has the checkpoint.
  case inUse(path: String, holder: String)
  /// The source no longer holds the next events.
  case offsetGone(path: String, partition: Int, wanted: Int64, held: Range<Int64>)
  /// The source does not yet hold what was read of it.
  case offsetAhead(path: String, partition: Int, wanted: Int64, held: Range<Int64>)
  /// The source holds other events before that offset than those that were read.
  case otherEvents(path: String, source: String, partition: Int, before: Int64)
  /// The sink has lost batches that it had taken.
  case sinkForgot(path: String, sink: String)
  /// The sink has batches of the query that the checkpoint does not know.
  case sinkAhead(path: String, sink: String, batch: Int64, newest: Int64?)
  /// The sink holds rows that the query did not write.
  case sinkTaken(path: String, plan: [String], sink: String, rows: ForeignRows)

  package var description: String {
    switch self {
    case .file(let error): return error.description
    case .inUse(let path, let holder):
      return "\(holder) is writing with the checkpoint \(path)\nstop that query, or write to another table: --to NAME"
    case .damaged(let path):
      return "the checkpoint's file \(path) is damaged\nrestore it from a copy, or compute again: --restart"
    case .missing(let path):
      return "the checkpoint's file \(path) is missing\nrestore it from a copy, or compute again: --restart"
    case .link(let path):
      return
        "the checkpoint's \(path) is a link, which may lead anywhere\nremove the link, or put the file in its place"
    case .otherPlan(let path, let saved, let wanted):
      return """
        the checkpoint \(path) belongs to another definition: \(Self.difference(saved, wanted))
        write to another table (--to NAME), or compute again in place of what this one holds (--restart)
        """
    case .offsetGone(let path, let partition, let wanted, let held):
      return """
        the checkpoint \(path) resumes at offset \(wanted) of partition \(partition); the hub holds \
        \(held.lowerBound) to \(held.upperBound)
        skip the lost events (--on-gap earliest), or compute again from what the hub has (--restart)
        """
    case .offsetAhead(let path, let partition, let wanted, let held):
      return """
        the checkpoint \(path) resumes at offset \(wanted) of partition \(partition); the hub holds \
        \(held.lowerBound) to \(held.upperBound)
        compute again from what the hub has: --restart
        """
    case .otherEvents(let path, let source, let partition, let before):
      return """
        the hub \(source) holds other events before offset \(before) of partition \(partition) than those that the \
        checkpoint \(path) has read
        compute again from what the hub has: --restart
        """
    case .sinkForgot(let path, let sink):
      return """
        \(sink) no longer holds what the query of the checkpoint \(path) wrote: it was removed or replaced
        compute again and write everything: --restart
        """
    case .sinkAhead(let path, let sink, let batch, let newest):
      return """
        \(sink) has batch \(batch) of this query; the checkpoint \(path) \
        \(newest.map { "knows batches up to \($0)" } ?? "knows no batch"): it is an older copy, or another query writes with one
        restore the newest copy of the checkpoint, or compute again in place of what the table holds: --restart
        """
    case .sinkTaken(let path, let plan, let sink, let rows): return Self.description(path, plan, sink, rows)
    }
  }

  private static func description(
    _ path: String, _ plan: [String], _ sink: String, _ rows: ForeignRows
  ) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard case .ofQuery(let checkpoint, let saved) = rows else {
      return """
        \(sink) holds rows that no query wrote
        write to another table (--to NAME), or replace what this one holds (--restart)
        """
    }
    guard let saved, let checkpoint else {
      return """
        \(sink) holds what another query wrote
        write to another table (--to NAME), or replace what this one holds (--restart)
        """
    }
    if saved != plan {
      return """
        \(sink) holds what another query wrote (checkpoint \(checkpoint)): \(difference(saved, plan))
        write to another table (--to NAME), or replace what this one holds (--restart)
        """
    }
    if checkpoint == name {
      return """
        \(sink) holds this query's result, but its checkpoint \(path) was lost: each window would be written again
        restore the checkpoint from a copy, or compute again in place of what the table holds: --restart
        """
    }
    return """
      \(sink) holds this query's result, written with the checkpoint \(checkpoint): each window would be written again
      resume that one (--checkpoint \(checkpoint)), or compute again in place of what the table holds: --restart
      """
  }

  /// What differs: `window 1h, slide 1h → window 1d, slide 1d`.
  private static func difference(_ saved: [String], _ wanted: [String]) -> String {
    let before = saved.filter { !wanted.contains($0) }.joined(separator: ", ")
    let now = wanted.filter { !saved.contains($0) }.joined(separator: ", ")
    return "\(before.isEmpty ? "-" : before) → \(now.isEmpty ? "-" : now)"
  }

  static func of(_ error: any Error, path: String) -> CheckpointError {
    switch error {
    case let error as CheckpointError: error
    case let error as FileError: .file(error)
    default: .damaged(path: path)
    }
  }
}
