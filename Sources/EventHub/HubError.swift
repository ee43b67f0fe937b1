package import DurableFiles

/// Why a hub could not do what was asked.
package enum HubError: Error, Hashable {
  case file(FileError)
  /// A folder without hub.json.
  case notAHub(path: String)
  case newerFormat(path: String, format: Int64)
  /// The hub exists with another number of partitions.
  case partitionsDiffer(path: String, wanted: Int, found: Int)
  case noSuchPartition(Int, count: Int)
  /// The offset lies outside of the range that the partition holds; the upper bound is the next event's offset.
  case noSuchOffset(Int64, partition: Int, held: Range<Int64>)
  /// Another sender has the partition.
  case locked(path: String, holder: String)
  /// A frame in the middle of a segment is damaged.
  case corrupt(path: String, byte: Int)
  /// A segment is missing between two others of a partition.
  case missingSegment(folder: String, offsets: Range<Int64>)
  /// hub.json is damaged.
  case damagedSettings(path: String)
  case eventTooLarge(bytes: Int, limit: Int)
  case builtWithoutKafka
  /// The broker did not acknowledge all events of a batch: it may hold the others or not.
  ///
  /// - Parameter cause: nil if the caller was cancelled.
  case notAcknowledged(acknowledged: Int, of: Int, cause: BrokerError?)
}

extension HubError: CustomStringConvertible {
  /// The problem, in one line.
  package var description: String {
    switch self {
    case .file(let error): error.description
    case .notAHub(let path): "\(path) is not an event hub: it has no hub.json"
    case .newerFormat(let path, let format): "the hub \(path) has format \(format), which this version does not know"
    case .partitionsDiffer(let path, let wanted, let found): "the hub \(path) has \(found) partitions, not \(wanted)"
    case .noSuchPartition(let partition, _): "there is no partition \(partition)"
    case .noSuchOffset(let offset, let partition, let held):
      "partition \(partition) has no offset \(offset): it holds \(held.lowerBound) to \(held.upperBound)"
    case .locked(let path, let holder): "\(holder) is sending to \(path)"
    case .corrupt(let path, let byte): "\(path) is damaged at byte \(byte)"
    case .missingSegment(let folder, let offsets):
      "\(folder) lacks the file that begins with offset \(offsets.lowerBound): offsets up to \(offsets.upperBound - 1) are missing"
    case .damagedSettings(let path): "\(path) is damaged"
    case .notAcknowledged(let acknowledged, let all, let cause):
      "the hub acknowledged \(acknowledged) of the last \(all) events: \(cause?.description ?? "interrupted")"
    case .builtWithoutKafka: "this program was built without Kafka, which Event Hubs needs, too"
    case .eventTooLarge(let bytes, let limit): "an event of \(bytes) bytes is too large: the limit is \(limit)"
    }
  }
}
