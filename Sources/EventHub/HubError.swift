package import DurableFiles

/// Why a hub could not do what was asked.
package enum HubError: Error, Hashable, CustomStringConvertible {
  case file(FileError)
  case notAHub(path: String)
  case newerFormat(path: String, format: Int64)
  /// The hub is there with another number of partitions.
  case partitionsDiffer(path: String, wanted: Int, found: Int)
  case noSuchPartition(Int, count: Int)
  /// Not in the range of offsets that the partition holds (the upper bound stands for its end).
  case noSuchOffset(Int64, partition: Int, held: Range<Int64>)
  /// Another sender has the partition.
  case locked(path: String, holder: String)
  /// A frame in the middle is not as it was written.
  case corrupt(path: String, byte: Int)
  /// Between two files of a partition one is missing.
  case missingSegment(folder: String, offsets: Range<Int64>)
  /// hub.json is not as it was written.
  case damagedSettings(path: String)
  case eventTooLarge(bytes: Int, limit: Int)
  /// Some of what was sent may not be in the hub.
  case notAcknowledged(acknowledged: Int, of: Int, reason: String)

  package var description: String {
    switch self {
    case .file(let error): return error.description
    case .notAHub(let path):
      return "\(path) is no event hub: it has no hub.json\nname a hub's folder, or a new one: connect hub NAME"
    case .newerFormat(let path, let format):
      return "the hub \(path) has format \(format), which this version does not know\nuse a newer groundswell"
    case .partitionsDiffer(let path, let wanted, let found):
      return
        "the hub \(path) has \(found) partitions, not \(wanted)\nthe number is fixed when a hub is created: leave it out"
    case .noSuchPartition(let partition, let count):
      return "there is no partition \(partition)\nthe hub has partitions 0 to \(count - 1)"
    case .noSuchOffset(let offset, let partition, let held):
      return """
        partition \(partition) has no offset \(offset)
        it holds \(held.lowerBound) to \(held.upperBound); begin at start, end, or one of these
        """
    case .locked(let path, let holder):
      return "\(holder) is sending to \(path)\nend it or wait for it: a partition takes one sender at a time"
    case .corrupt(let path, let byte):
      return
        "\(path) is damaged at byte \(byte): what follows it is not as it was written\nrestore the file from a copy"
    case .missingSegment(let folder, let offsets):
      return """
        \(folder) lacks the file that begins with offset \(offsets.lowerBound): offsets up to \(offsets.upperBound - 1) are missing
        restore the file from a copy
        """
    case .damagedSettings(let path):
      return "\(path) is damaged: it is not as it was written\nrestore the file from a copy"
    case .notAcknowledged(let acknowledged, let all, let reason):
      return
        "the hub acknowledged \(acknowledged) of the last \(all) events: \(reason.split(separator: "\n").first ?? "")\nthe others may or may not be in it; look with: hub"
    case .eventTooLarge(let bytes, let limit):
      return "an event of \(bytes) bytes is too large\nthe limit is \(limit)"
    }
  }
}
