package import CivilTime

/// An event hub: partitions of events, each with its offset. The embedded log is one, a Kafka topic another.
package protocol Hub: Sendable {
  /// As people call it.
  var name: String { get }

  /// Stands for the hub in checkpoints: another hub of the same name has another.
  var id: String { get }

  /// What it is, where and how it is reached, in a few words: `embedded`.
  var kind: String { get }

  /// The folder that it is in; nil for a broker's.
  var folder: String? { get }

  /// How much of the past it keeps; nil if that is the broker's to say.
  var retentionPolicy: Retention? { get }

  /// The offsets that each partition holds: from the oldest event's up to the one that the next event will get.
  func heldOffsets() async throws -> [Range<Int64>]

  /// The offset, in each partition, at which a position lies now.
  ///
  /// - Throws: ``HubError/noSuchOffset(_:partition:held:)`` where an offset is in none of the partitions.
  func offsets(of position: Position) async throws -> [Int64]

  /// How many bytes each partition takes on the disk; nil where the hub does not tell.
  func sizes() async throws -> [Int64]?

  /// What sends to the hub.
  ///
  /// - Parameters:
  ///   - clock: gives the time of enqueueing, UTC, where that is ours to give.
  ///   - tell: hears what sending waits for.
  func sender(
    clock: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (String) -> Void
  ) async throws -> any HubSender

  /// What reads from the hub.
  func reader() async throws -> any HubReader
}

/// Sends to a hub. What it was handed is safe in the hub when ``send(_:partition:)`` returns.
package protocol HubSender: Sendable {
  /// What was cut off on opening.
  var recovered: [Recovery] { get }

  /// Sends a batch.
  ///
  /// - Parameter partition: nil sends events with a key to their key's partition, and spreads the others.
  /// - Returns: a receipt for each partition that got events.
  /// - Throws: ``HubError/notAcknowledged(acknowledged:of:cause:)`` where a part may be missing; `CancellationError`.
  @discardableResult
  func send(_ batch: EventBatch, partition: Int?) async throws -> [Receipt]
}

/// Reads a hub's partitions, each in the order of its offsets, also while others send.
package protocol HubReader: Sendable {
  /// Says what will be read next, partition by partition, so that it may be fetched at once.
  func prepare(_ ranges: [Range<Int64>]) async throws

  /// Events from an offset on: at least one where the range has any, and none beyond it.
  func read(partition: Int, offsets: Range<Int64>) async throws -> ReceivedBatch

  /// Names the last event below an offset together with its content: another event at its place has another mark, so that a
  /// checkpoint notices a hub that lost events and gave their offsets to others.
  ///
  /// - Returns: nil where there is no such event any more, or the hub has no marks.
  /// - Throws: ``HubError/noSuchOffset(_:partition:held:)`` where the partition ends before that event.
  func mark(partition: Int, before offset: Int64) async throws -> String?

  /// Waits until some partition may hold events at or behind its offset, or there is a new partition.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func waitForEvents(behind offsets: [Int64]) async throws
}

extension Hub {
  package var folder: String? { nil }
  package var retentionPolicy: Retention? { nil }
}

extension HubSender {
  @discardableResult
  package func send(_ batch: EventBatch) async throws -> [Receipt] { try await send(batch, partition: nil) }
}

extension HubReader {
  package func prepare(_ ranges: [Range<Int64>]) async throws {}
  package func mark(partition: Int, before offset: Int64) async throws -> String? { nil }
}

/// Events that were taken.
package struct Receipt: Hashable, Sendable {
  package let partition: Int
  /// From the first event's to behind the last one's. Where others send too, theirs may lie between.
  package let offsets: Range<Int64>

  package init(partition: Int, offsets: Range<Int64>) {
    self.partition = partition
    self.offsets = offsets
  }
}

/// A torn tail that was cut off: what a crash left of a batch that nobody was told of.
package struct Recovery: Hashable, Sendable {
  package let path: String
  package let bytes: Int
  package let nextOffset: Int64
  /// The file that keeps the bytes.
  package let copy: String

  package init(path: String, bytes: Int, nextOffset: Int64, copy: String) {
    self.path = path
    self.bytes = bytes
    self.nextOffset = nextOffset
    self.copy = copy
  }
}

extension Hub {
  /// The offset in each partition, or that partition's nearer end where it does not reach so far.
  ///
  /// - Throws: ``HubError/noSuchOffset(_:partition:held:)`` where no partition has it.
  static func clamped(_ offset: Int64, to held: [Range<Int64>]) throws(HubError) -> [Int64] {
    guard held.contains(where: { $0.contains(offset) || $0.upperBound == offset }) else {
      throw .noSuchOffset(offset, partition: 0, held: held.first ?? 0..<0)
    }
    return held.map { min(max(offset, $0.lowerBound), $0.upperBound) }
  }
}
