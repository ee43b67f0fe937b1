package import DurableFiles

/// A checkpoint from which a query cannot resume.
package enum CheckpointError: Error, Hashable {
  case file(FileError)
  /// The file is damaged.
  case damaged(path: String)
  /// The file is missing, although other files of the checkpoint show that it was written.
  case missing(path: String)
  /// A symbolic link stands where the checkpoint has a file or folder of its own.
  case link(path: String)
  /// The checkpoint belongs to a query with another definition, line by line.
  case otherPlan(path: String, saved: [String], wanted: [String])
  /// Another run has the checkpoint.
  case inUse(path: String, holder: String)
  /// The source has deleted the next events.
  case offsetGone(path: String, partition: Int, wanted: Int64, held: Range<Int64>)
  /// The source ends before events that were read of it.
  case offsetAhead(path: String, partition: Int, wanted: Int64, held: Range<Int64>)
  /// The source holds other events before that offset than the query has read.
  case otherEvents(path: String, source: String, partition: Int, before: Int64)
  /// The sink has lost batches that it had committed.
  case sinkForgot(path: String, sink: String)
  /// The sink has committed a batch of the query that the checkpoint does not know.
  case sinkAhead(path: String, sink: String, batch: Int64, newest: Int64?)
  /// The sink holds rows that the query did not write.
  case sinkTaken(path: String, sink: String, by: Owner)

  /// Whose rows a sink holds that refuses a query's.
  package enum Owner: Hashable, Sendable {
    case noQuery
    /// Another query's; the checkpoint and what differs in the definitions are nil if the sink does not name them.
    case otherQuery(checkpoint: String?, difference: String?)
    /// This query's, written with a checkpoint that was lost.
    case lostCheckpoint
    /// This query's, written with another checkpoint.
    case otherCheckpoint(String)
  }

  static func of(_ error: any Error, path: String) -> CheckpointError {
    switch error {
    case let error as CheckpointError: error
    case let error as FileError: .file(error)
    default: .damaged(path: path)
    }
  }
}

extension CheckpointError: CustomStringConvertible {
  /// The problem, in one line.
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .inUse(let path, let holder): "\(holder) is writing with the checkpoint \(path)"
    case .damaged(let path): "the checkpoint's file \(path) is damaged"
    case .missing(let path): "the checkpoint's file \(path) is missing"
    case .link(let path): "the checkpoint's \(path) is a link, which may lead anywhere"
    case .otherPlan(let path, let saved, let wanted):
      "the checkpoint \(path) belongs to another definition: \(Self.difference(saved, wanted))"
    case .offsetGone(let path, let partition, let wanted, let held),
      .offsetAhead(let path, let partition, let wanted, let held):
      """
      the checkpoint \(path) resumes at offset \(wanted) of partition \(partition); the hub holds \
      \(held.lowerBound) to \(held.upperBound)
      """
    case .otherEvents(let path, let source, let partition, let before):
      """
      the hub \(source) holds other events before offset \(before) of partition \(partition) than the checkpoint \
      \(path) has read
      """
    case .sinkForgot(let path, let sink):
      "\(sink) no longer holds what the query of the checkpoint \(path) wrote: it was removed or replaced"
    case .sinkAhead(let path, let sink, let batch, let newest):
      """
      \(sink) has batch \(batch) of this query; the checkpoint \(path) \
      \(newest.map { "knows batches up to \($0)" } ?? "knows no batch"): it is an older copy, or another query writes with one
      """
    case .sinkTaken(_, let sink, .noQuery): "\(sink) holds rows that no query wrote"
    case .sinkTaken(_, let sink, .otherQuery(let checkpoint, let difference)):
      "\(sink) holds what another query wrote" + (checkpoint.map { " (checkpoint \($0))" } ?? "")
        + (difference.map { ": \($0)" } ?? "")
    case .sinkTaken(let path, let sink, .lostCheckpoint):
      "\(sink) holds this query's result, but its checkpoint \(path) was lost: each window would be written again"
    case .sinkTaken(_, let sink, .otherCheckpoint(let checkpoint)):
      "\(sink) holds this query's result, written with the checkpoint \(checkpoint): each window would be written again"
    }
  }

  /// What differs between two definitions: `window 1h, slide 1h → window 1d, slide 1d`.
  static func difference(_ saved: [String], _ wanted: [String]) -> String {
    let before = saved.filter { !wanted.contains($0) }.joined(separator: ", ")
    let now = wanted.filter { !saved.contains($0) }.joined(separator: ", ")
    return "\(before.isEmpty ? "-" : before) → \(now.isEmpty ? "-" : now)"
  }
}

extension ForeignRows {
  /// Whose the rows are, for a query with that checkpoint.
  func owner(besides checkpoint: Checkpoint) -> CheckpointError.Owner {
    guard case .ofQuery(let name, let saved) = self else { return .noQuery }
    guard let saved, let name else { return .otherQuery(checkpoint: nil, difference: nil) }
    if saved != checkpoint.plan {
      return .otherQuery(checkpoint: name, difference: CheckpointError.difference(saved, checkpoint.plan))
    }
    return name == checkpoint.name ? .lostCheckpoint : .otherCheckpoint(name)
  }
}
