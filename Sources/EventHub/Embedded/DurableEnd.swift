import DurableFiles
import Synchronization

/// How far each partition is known to be on the disk: only so far readers go, since a checkpoint must not count what a loss of power
/// may take back and others send anew. Each process keeps it for itself.
enum DurableEnd {
  private static let known = Mutex<[String: Place]>([:])

  /// Where the partition ended when its end was last known to be durable; nil before that.
  static func of(_ partition: Int, in hub: EmbeddedHub) -> Place? {
    known.withLock { $0[key(partition, hub)] }
  }

  /// Notes what a sender has synced.
  static func note(_ place: Place, of partition: Int, in hub: EmbeddedHub) {
    known.withLock { $0[key(partition, hub)] = place }
  }

  /// Makes a segment durable up to a place, unless it is known to be. What comes before the segment was synced before the
  /// segment was begun.
  static func settle(_ place: Place, of segment: Segment, in hub: EmbeddedHub, partition: Int) throws(FileError) {
    let last = of(partition, in: hub)
    if let last, last.offset >= place.offset { return }
    try segment.file.sync()
    if last?.baseOffset != place.baseOffset {
      try DurableFiles.syncFolder(DurableFiles.folder(of: segment.file.path))
    }
    note(place, of: partition, in: hub)
  }

  private static func key(_ partition: Int, _ hub: EmbeddedHub) -> String { "\(hub.id) \(partition) \(hub.path)" }
}
