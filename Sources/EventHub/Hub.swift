package import CivilTime

/// An event hub: partitions of events, each with its offset. The embedded log is one, a Kafka topic another.
package protocol Hub: Sendable {
  /// The name that people use.
  var name: String { get }

  /// Names the hub in checkpoints. Another hub with the same name has another id.
  var id: String { get }

  /// What the hub is, where it is and how it is reached, in a few words: `embedded`.
  var kind: String { get }

  /// The folder that it is in; nil for a broker's.
  var folder: String? { get }

  /// How much of the past it keeps; nil if that is the broker's to say.
  var retentionPolicy: Retention? { get }

  /// The offsets that each partition holds: from the oldest event's up to the one that the next event will get.
  func heldOffsets() async throws -> [Range<Int64>]

  /// The offset of a position in each partition, as of now.
  ///
  /// - Throws: ``HubError/noSuchOffset(_:partition:held:)`` if no partition holds the offset.
  func offsets(of position: Position) async throws -> [Int64]

  /// The bytes that each partition takes on disk; nil if the hub does not report them.
  func sizes() async throws -> [Int64]?

  /// Opens a sender.
  ///
  /// - Parameters:
  ///   - clock: the source of enqueued times, UTC, in the embedded hub; brokers have their own.
  ///   - tell: called with what the sender waits for, for people.
  func sender(
    clock: @escaping @Sendable () -> Timestamp, tell: @escaping @Sendable (String) -> Void
  ) async throws -> any HubSender

  /// Opens a reader.
  func reader() async throws -> any HubReader
}

/// Sends to a hub. Events are durable in the hub when ``send(_:partition:)`` returns.
package protocol HubSender: Sendable {
  /// The torn tails that were cut off when the sender opened; empty for brokers.
  var recovered: [Recovery] { get }

  /// Sends a batch.
  ///
  /// - Parameter partition: the partition for all events; nil sends events with a key to their key's partition, and spreads the others.
  /// - Returns: one receipt for each partition that received events.
  /// - Throws: ``HubError/notAcknowledged(acknowledged:of:cause:)`` if a part may be missing; `CancellationError`.
  @discardableResult
  func send(_ batch: EventBatch, partition: Int?) async throws -> [Receipt]
}

/// Reads a hub's partitions, each in the order of its offsets, also while events are being sent.
package protocol HubReader: Sendable {
  /// Announces the ranges that will be read next, one for each partition, so that they can be fetched at once.
  func prepare(_ ranges: [Range<Int64>]) async throws

  /// Events of a range, from its first offset on: at least one if the range holds any, and none outside of it.
  func read(partition: Int, offsets: Range<Int64>) async throws -> ReceivedBatch

  /// A mark of the last event before an offset and its content. Another event at the same offset has another mark, so that a
  /// checkpoint notices a hub that lost events and gave their offsets to others.
  ///
  /// - Returns: nil if the event was deleted, or the hub has no marks.
  /// - Throws: ``HubError/noSuchOffset(_:partition:held:)`` if the partition ends before that event.
  func mark(partition: Int, before offset: Int64) async throws -> String?

  /// Waits until some partition may hold events at or after its offset, or a partition was added.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func waitForEvents(behind offsets: [Int64]) async throws
}

extension Hub {
  package var folder: String? { nil }
  package var retentionPolicy: Retention? { nil }
}

extension HubSender {
  /// Sends a batch; the events' keys choose the partitions.
  @discardableResult
  package func send(_ batch: EventBatch) async throws -> [Receipt] { try await send(batch, partition: nil) }
}

extension HubReader {
  package func prepare(_ ranges: [Range<Int64>]) async throws {}
  package func mark(partition: Int, before offset: Int64) async throws -> String? { nil }
}

/// Events of a partition that the hub acknowledged.
package struct Receipt: Hashable, Sendable {
  /// The partition, from 0.
  package let partition: Int
  /// From the first event's offset to one after the last. Other senders' events may lie between.
  package let offsets: Range<Int64>

  /// A receipt for a range of offsets.
  package init(partition: Int, offsets: Range<Int64>) {
    self.partition = partition
    self.offsets = offsets
  }
}

/// A torn tail that was cut off: the remains of a batch that a crash interrupted before it was acknowledged.
package struct Recovery: Hashable, Sendable {
  /// The segment.
  package let path: String
  /// How many were cut off.
  package let bytes: Int
  /// The next event's offset.
  package let nextOffset: Int64
  /// The file that keeps the bytes.
  package let copy: String

  /// A tail of `bytes` bytes, kept in `copy`.
  package init(path: String, bytes: Int, nextOffset: Int64, copy: String) {
    self.path = path
    self.bytes = bytes
    self.nextOffset = nextOffset
    self.copy = copy
  }
}

extension Hub {
  /// The offset in each partition, clamped to the range that the partition holds.
  ///
  /// - Throws: ``HubError/noSuchOffset(_:partition:held:)`` if no partition holds it.
  static func clamped(_ offset: Int64, to held: [Range<Int64>]) throws(HubError) -> [Int64] {
    guard held.contains(where: { $0.contains(offset) || $0.upperBound == offset }) else {
      throw .noSuchOffset(offset, partition: 0, held: held.first ?? 0..<0)
    }
    return held.map { min(max(offset, $0.lowerBound), $0.upperBound) }
  }
}
