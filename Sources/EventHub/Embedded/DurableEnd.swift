import DurableFiles
import Synchronization

/// How far each partition is known to be durable. Readers stop there: a checkpoint must not count events that a loss of power may
/// take back and other senders may replace. Each process keeps its own record.
enum DurableEnd {
  private static let known = Mutex<[String: LogLocation]>([:])

  /// The last end of the partition that is known to be durable; nil before one is known.
  static func of(_ partition: Int, in hub: EmbeddedHub) -> LogLocation? {
    known.withLock { $0[key(partition, hub)] }
  }

  /// Records an end that a sender has synced.
  static func note(_ location: LogLocation, of partition: Int, in hub: EmbeddedHub) {
    known.withLock { $0[key(partition, hub)] = location }
  }

  /// Syncs a segment up to a location, unless it is known to be durable. Earlier segments were synced before this one was
  /// created.
  static func settle(_ location: LogLocation, of segment: Segment, in hub: EmbeddedHub, partition: Int)
    throws(FileError)
  {
    let last = of(partition, in: hub)
    if let last, last.offset >= location.offset { return }
    try segment.file.sync()
    if last?.baseOffset != location.baseOffset {
      try DurableFiles.syncFolder(DurableFiles.folder(of: segment.file.path))
    }
    note(location, of: partition, in: hub)
  }

  private static func key(_ partition: Int, _ hub: EmbeddedHub) -> String { "\(hub.id) \(partition) \(hub.path)" }
}
