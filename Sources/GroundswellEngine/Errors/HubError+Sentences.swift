package import EventHub

extension HubError: Explained {
  package var remedy: String? {
    switch self {
    case .file(let error): error.remedy
    case .notAHub: "name a hub's folder, or create a hub: connect hub NAME"
    case .newerFormat: "use a newer groundswell"
    case .partitionsDiffer: "leave --partitions out: the number is fixed when a hub is created"
    case .noSuchPartition(_, let count): "name a partition from 0 to \(count - 1)"
    case .noSuchOffset: "begin at start, at end, or at one of these offsets"
    case .locked: "end it or wait for it: a partition takes one sender at a time"
    case .corrupt, .missingSegment, .damagedSettings: "restore the file from a copy"
    case .eventTooLarge: "make the event smaller"
    case .notAcknowledged: "look which of the others arrived: hub"
    case .builtWithoutKafka: "build it with the trait Kafka, or keep events in a folder: connect hub NAME"
    }
  }
}
