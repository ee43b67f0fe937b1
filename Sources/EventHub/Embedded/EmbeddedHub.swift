package import CivilTime
import DurableFiles
import JSONText

/// An event hub in a folder: a log of events for each partition. Several processes can share it.
///
///     tweets/hub.json                                  format, number of partitions
///     tweets/partition-0/00000000000000000000.log      frames, see `Frame`
///     tweets/partition-0/lock                          held by the sender
///
/// The value names the folder and keeps no file open.
package struct EmbeddedHub: Hub, Hashable {
  /// The folder.
  package let path: String
  /// Fixed when the hub is created; a new hub in the same folder has another id.
  package let id: String
  /// How many partitions there are, from 1 to 1,024.
  package let partitionCount: Int
  /// How long, and how many bytes, the hub keeps.
  package let retention: Retention

  /// The format in hub.json; senders update an older one before they send.
  let format: Int64

  /// In format 2 frame headers and hub.json have checksums.
  private static let newestFormat: Int64 = 2

  package var kind: String { "embedded" }
  package var folder: String? { path }
  package var retentionPolicy: Retention? { retention }

  /// The last part of the path.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Whether the folder holds a hub.
  package static func exists(at path: String) throws(HubError) -> Bool {
    // A link counts: opening refuses it.
    do { return try DurableFiles.statusIfPresent(of: path + "/hub.json", followingLink: false) != nil } catch {
      throw .file(error)
    }
  }

  /// Opens a hub, and creates it if it is missing.
  ///
  /// - Parameter partitions: the number of partitions; nil accepts any number, and creates 1.
  /// - Throws: ``HubError`` if the hub has another number of partitions, or the folder cannot be written.
  package static func create(at path: String, partitions: Int? = nil) throws(HubError) -> EmbeddedHub {
    if try !exists(at: path) { try begin(at: path, partitions: max(1, partitions ?? 1)) }
    let hub = try open(at: path)
    guard partitions == nil || hub.partitionCount == partitions else {
      throw .partitionsDiffer(path: path, wanted: partitions ?? 1, found: hub.partitionCount)
    }
    return hub
  }

  /// Creates a hub, unless another process does so first.
  private static func begin(at path: String, partitions count: Int) throws(HubError) {
    do {
      for partition in 0..<count { try DurableFiles.createFolder(path + "/partition-\(partition)") }
      // Written last: a hub with hub.json is complete.
      let id = String(UInt64.random(in: .min ... .max), radix: 36)
      let hub = EmbeddedHub(
        path: path, id: id, partitionCount: count, retention: Retention(), format: newestFormat)
      // If several processes create it at once, the first one wins.
      _ = try DurableFiles.create(path + "/hub.json", with: hub.settings)
    } catch {
      throw HubError.of(error)
    }
  }

  /// Opens a hub.
  ///
  /// - Throws: ``HubError`` if the hub is missing, damaged, or of a newer format.
  package static func open(at path: String) throws(HubError) -> EmbeddedHub {
    guard try exists(at: path) else { throw .notAHub(path: path) }
    let damaged = HubError.damagedSettings(path: path + "/hub.json")
    do {
      let bytes = try OpenFile(path + "/hub.json", for: .reading, followingLink: false).readToEnd()
      let settings = try JSON(parsing: bytes)
      guard let format = settings["format"]?.integer, format > 0 else { throw damaged }
      guard format <= newestFormat else { throw HubError.newerFormat(path: path, format: format) }
      guard let count = settings["partitions"]?.integer, (1...1024).contains(count), let id = settings["id"]?.text,
        let retention = Retention(settings["retention"])
      else { throw damaged }
      let hub = EmbeddedHub(path: path, id: id, partitionCount: Int(count), retention: retention, format: format)
      // The file must be equal to what we write. The first format had no checksum: there the members must be known ones.
      let isOurs =
        format == 1
        ? settings.members?.keys.allSatisfy { ["format", "id", "partitions", "retention"].contains($0) } == true
        : hub.settings == bytes
      guard isOurs else { throw damaged }
      return hub
    } catch is JSONSyntaxError {
      throw damaged
    } catch {
      throw HubError.of(error)
    }
  }

  /// The content of hub.json.
  private var settings: [UInt8] {
    var text: [String: JSON] = [
      "format": .integer(Self.newestFormat), "id": .string(id), "partitions": .integer(Int64(partitionCount)),
    ]
    if retention != Retention() { text["retention"] = retention.json }
    let checksum = Array(JSON.object(text).description.utf8).withUnsafeBytes { CRC32.castagnoli.checksum($0) }
    text["checksum"] = .string(String(checksum, radix: 16))
    return Array((JSON.object(text).description + "\n").utf8)
  }

  /// Updates hub.json to the newest format, so that an older program does not mistake newer frames for damage.
  func updateFormat() throws(HubError) {
    guard format < Self.newestFormat else { return }
    do { try DurableFiles.replace(path + "/hub.json", with: settings) } catch { throw .file(error) }
  }

  /// Sets the retention and deletes expired segments.
  ///
  /// - Parameters:
  ///   - retention: how much to keep.
  ///   - clock: the time now, UTC.
  /// - Returns: the number of deleted events; nil if another process is sending: it deletes them when it begins its next segment.
  package func retain(_ retention: Retention, clock: @escaping @Sendable () -> Timestamp) throws(HubError) -> Int64? {
    let before = try heldOffsets()
    let hub = EmbeddedHub(
      path: path, id: id, partitionCount: partitionCount, retention: retention, format: Self.newestFormat)
    do { try DurableFiles.replace(path + "/hub.json", with: hub.settings) } catch { throw HubError.of(error) }
    do { _ = try hub.sender(clock: clock) } catch {
      guard case .locked = error else { throw error }
      return nil
    }
    return zip(before, try heldOffsets()).reduce(0) { $0 + $1.1.lowerBound - $1.0.lowerBound }
  }

  /// The offsets that a partition holds: from the oldest event's up to the one that the next event will get. All of these events
  /// are durable.
  ///
  /// - Throws: ``HubError/corrupt(path:byte:)`` if the newest segment is damaged.
  package func offsets(partition: Int) throws(HubError) -> Range<Int64> {
    let folder = try folder(of: partition)
    do {
      while true {
        let bases = try Segment.baseOffsets(in: folder)
        guard let first = bases.first, let last = bases.last else { return 0..<0 }
        do {
          let segment = try Segment(partitionFolder: folder, baseOffset: last)
          let known = DurableEnd.of(partition, in: self)
          var start: LogLocation?
          if let known, known.baseOffset == last, known.position <= (try segment.file.length()) { start = known }
          let end = try segment.search(isLast: true, from: start).end
          try DurableEnd.settle(end, of: segment, in: self, partition: partition)
          return first..<end.offset
        } catch let error as FileError where error.isMissing {
          // Retention deleted it since it was listed, and there is a newer one.
          guard try Segment.baseOffsets(in: folder).last != last else { throw error }
        }
      }
    } catch {
      throw HubError.of(error)
    }
  }

  /// The bytes that a partition takes on disk.
  private func size(ofPartition partition: Int) throws(HubError) -> Int64 {
    let folder = try folder(of: partition)
    do {
      var size: Int64 = 0
      for base in try Segment.baseOffsets(in: folder) {
        size += try DurableFiles.statusIfPresent(of: folder + "/" + Segment.name(base))?.size ?? 0
      }
      return size
    } catch {
      throw .file(error)
    }
  }

  package func heldOffsets() throws(HubError) -> [Range<Int64>] {
    try (0..<partitionCount).map { partition throws(HubError) in try offsets(partition: partition) }
  }

  package func offsets(of position: Position) throws(HubError) -> [Int64] {
    if case .offset(let offset) = position { return try Self.clamped(offset, to: heldOffsets()) }
    return try (0..<partitionCount).map { partition throws(HubError) in
      try reader(partition: partition, from: position).nextOffset
    }
  }

  package func sizes() throws(HubError) -> [Int64]? {
    try (0..<partitionCount).map { partition throws(HubError) in try size(ofPartition: partition) }
  }

  /// Locks all partitions for sending, until the sender is released.
  ///
  /// - Parameter clock: the source of enqueued times, UTC.
  /// - Throws: ``HubError/locked(path:holder:)`` if another sender has one; ``HubError/corrupt(path:byte:)``.
  package func sender(clock: @escaping @Sendable () -> Timestamp) throws(HubError) -> any HubSender {
    try EmbeddedSender(hub: self, clock: clock)
  }

  package func sender(
    clock: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (String) -> Void
  ) throws(HubError) -> any HubSender { try sender(clock: clock) }

  /// Opens a reader of one partition, at a position.
  package func reader(partition: Int, from position: Position) throws(HubError) -> PartitionReader {
    try PartitionReader(hub: self, partition: partition, from: position)
  }

  package func reader() -> any HubReader { EmbeddedReader(self) }

  func folder(of partition: Int) throws(HubError) -> String {
    guard (0..<partitionCount).contains(partition) else { throw .noSuchPartition(partition, count: partitionCount) }
    return path + "/partition-\(partition)"
  }
}
