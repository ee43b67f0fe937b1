package import CivilTime
import DurableFiles
import JSONText

/// An event hub in a folder: a log of events for each partition, which several processes share.
///
///     tweets/hub.json                                  format, number of partitions
///     tweets/partition-0/00000000000000000000.log      frames, see `Frame`
///     tweets/partition-0/lock                          held by the one that sends
///
/// The value names the folder and holds nothing open.
package struct EmbeddedHub: Hub, Hashable {
  package let path: String
  /// Given once, for the hub's life: one that is made anew in the same folder has another.
  package let id: String
  package let partitionCount: Int
  /// How much of the past it keeps.
  package let retention: Retention

  /// What hub.json says; an older one is brought up to date before anything is sent.
  let format: Int64

  /// 2: frames whose headers have a checksum, as hub.json has one.
  private static let newestFormat: Int64 = 2

  package var kind: String { "embedded" }
  package var folder: String? { path }
  package var retentionPolicy: Retention? { retention }

  /// The last part of the path.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Whether there is a whole hub in the folder.
  package static func exists(at path: String) throws(HubError) -> Bool {
    // Opening refuses a link.
    do { return try DurableFiles.statusIfPresent(of: path + "/hub.json", followingLink: false) != nil } catch {
      throw .file(error)
    }
  }

  /// Creates a hub, or opens the one that is there.
  ///
  /// - Parameter partitions: nil takes what is there, or 1.
  /// - Throws: ``HubError`` when the hub has another number of partitions, or the folder can't be written.
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
      // Last, so that a hub.json stands for a hub that is whole.
      let id = String(UInt64.random(in: .min ... .max), radix: 36)
      let hub = EmbeddedHub(
        path: path, id: id, partitionCount: count, retention: Retention(), format: newestFormat)
      // Of several processes that create it at once, the first one's is the hub.
      _ = try DurableFiles.create(path + "/hub.json", with: hub.settings)
    } catch {
      throw HubError.of(error)
    }
  }

  /// - Throws: ``HubError`` where there is no hub, a damaged one, or one of a newer format.
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
      // Each byte is ours, but in the first format, which had no checksum: there each member must be one that we know.
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

  /// What hub.json says.
  private var settings: [UInt8] {
    var text: [String: JSON] = [
      "format": .integer(Self.newestFormat), "id": .string(id), "partitions": .integer(Int64(partitionCount)),
    ]
    if retention != Retention() { text["retention"] = retention.json }
    let checksum = Array(JSON.object(text).description.utf8).withUnsafeBytes { CRC32.castagnoli.checksum($0) }
    text["checksum"] = .string(String(checksum, radix: 16))
    return Array((JSON.object(text).description + "\n").utf8)
  }

  /// Brings hub.json up to the newest format, so that an older program does not take newer frames for damage.
  func updateFormat() throws(HubError) {
    guard format < Self.newestFormat else { return }
    do { try DurableFiles.replace(path + "/hub.json", with: settings) } catch { throw .file(error) }
  }

  /// Has the hub keep so much, from now on, and removes what is beyond it.
  ///
  /// - Returns: how many events went; nil where another process sends, which removes them when it begins its next file.
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

  /// The offsets that a partition holds: from the oldest event's up to the one that the next event will get. All of them are on
  /// the disk: no loss of power takes one back.
  ///
  /// - Throws: ``HubError/corrupt(path:byte:)`` where the newest file is damaged.
  package func offsets(partition: Int) throws(HubError) -> Range<Int64> {
    let folder = try folder(of: partition)
    do {
      while true {
        let bases = try Segment.baseOffsets(in: folder)
        guard let first = bases.first, let last = bases.last else { return 0..<0 }
        do {
          let segment = try Segment(partitionFolder: folder, baseOffset: last)
          let known = DurableEnd.of(partition, in: self)
          var start: Place?
          if let known, known.baseOffset == last, known.position <= (try segment.file.length()) { start = known }
          let end = try segment.search(isLast: true, from: start).end
          try DurableEnd.settle(end, of: segment, in: self, partition: partition)
          return first..<end.offset
        } catch let error as FileError where error.isMissing {
          // Retention removed it since it was listed, and there is a newer one.
          guard try Segment.baseOffsets(in: folder).last != last else { throw error }
        }
      }
    } catch {
      throw HubError.of(error)
    }
  }

  /// How many bytes a partition takes on the disk.
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

  /// Takes the partitions for sending, until the sender is gone.
  ///
  /// - Parameter clock: gives the time of enqueueing, UTC.
  /// - Throws: ``HubError/locked(path:holder:)`` when another sender has one; ``HubError/corrupt(path:byte:)``.
  package func sender(clock: @escaping @Sendable () -> Timestamp) throws(HubError) -> any HubSender {
    try EmbeddedSender(hub: self, clock: clock)
  }

  package func sender(
    clock: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (String) -> Void
  ) throws(HubError) -> any HubSender { try sender(clock: clock) }

  /// Reads a partition from a position on.
  package func reader(partition: Int, from position: Position) throws(HubError) -> PartitionReader {
    try PartitionReader(hub: self, partition: partition, from: position)
  }

  package func reader() -> any HubReader { EmbeddedReader(self) }

  func folder(of partition: Int) throws(HubError) -> String {
    guard (0..<partitionCount).contains(partition) else { throw .noSuchPartition(partition, count: partitionCount) }
    return path + "/partition-\(partition)"
  }
}
