package import StreamProcessing

extension CheckpointError: Explained {
  package var remedy: String? {
    switch self {
    case .file(let error): error.remedy
    case .inUse: "stop that query, or write to another table: --to NAME"
    case .damaged, .missing: "restore it from a copy, or compute again: --restart"
    case .link: "remove the link, or put the file in its place"
    case .otherPlan: "write to another table (--to NAME), or replace what this one holds (--restart)"
    case .offsetGone: "skip the lost events (--on-gap earliest), or compute again from what the hub has (--restart)"
    case .offsetAhead, .otherEvents: "compute again from what the hub has: --restart"
    case .sinkForgot: "compute again and write everything: --restart"
    case .sinkAhead: "restore the newest copy of the checkpoint, or replace what the table holds: --restart"
    case .sinkTaken(_, _, .noQuery), .sinkTaken(_, _, .otherQuery):
      "write to another table (--to NAME), or replace what this one holds (--restart)"
    case .sinkTaken(_, _, .lostCheckpoint):
      "restore the checkpoint from a copy, or replace what the table holds: --restart"
    case .sinkTaken(_, _, .otherCheckpoint(let checkpoint)):
      "resume that one (--checkpoint \(checkpoint)), or replace what the table holds (--restart)"
    }
  }
}

extension StreamingQuery.Stopped: Explained {
  package var remedy: String? { "start it again: write …" }
  package var wordAtFault: String? { name }
}

extension MissingEvents: Explained {
  package var remedy: String? { "restore the hub's files from a copy" }
}

extension AggregationOverflow: Explained {
  package var remedy: String? { "declare the field as DOUBLE in the stream's schema" }
}

extension MissingFieldError: Explained {
  package var remedy: String? { "name the fields as the events do: stream NAME --schema \"…\", then aggregate again" }
}
