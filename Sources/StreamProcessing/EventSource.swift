/// Neighbouring events of a partition.
package struct EventChunk: Hashable, Sendable {
  /// Of the first event.
  package let firstOffset: Int64
  /// Where the next chunk begins; behind the last event, and further where the source leaves offsets out.
  package let nextOffset: Int64
  /// One an event, ascending; empty where they follow the first without gaps.
  package let offsets: [Int64]
  /// Event `i` is `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
  package let bodies: [UInt8]
  /// One an event, ascending; the last is the count of `bodies`.
  package let ends: [Int]
  /// When the source took them, in microseconds since 1970: one an event, one for all, or none where it does not say.
  package let enqueuedTimes: [Int64]

  /// - Parameter nextOffset: nil where the events' offsets follow each other.
  package init(
    firstOffset: Int64, nextOffset: Int64? = nil, offsets: [Int64] = [], bodies: [UInt8], ends: [Int],
    enqueuedTimes: [Int64] = []
  ) {
    self.firstOffset = firstOffset
    self.nextOffset = nextOffset ?? firstOffset + Int64(ends.count)
    self.offsets = offsets
    self.bodies = bodies
    self.ends = ends
    self.enqueuedTimes = enqueuedTimes
  }

  package func offset(_ index: Int) -> Int64 { offsets.isEmpty ? firstOffset + Int64(index) : offsets[index] }

  /// When the source took an event; nil where it does not say.
  func enqueuedTime(_ index: Int) -> Int64? {
    enqueuedTimes.count > 1 ? enqueuedTimes[index] : enqueuedTimes.first
  }
}

/// A replayable source: partitions of events with offsets. The hub is one, behind an adapter; tests have their own.
package protocol EventSource: Sendable {
  /// As people call it, in checkpoints and progress.
  var name: String { get }

  /// Why nothing comes at the moment, for people; nil where all is well.
  var trouble: String? { get }

  /// For each partition the offsets that can be read now. Partitions may come to be, and never go.
  func heldOffsets() async throws -> [Range<Int64>]

  /// Likewise, but fails where the source is away, rather than wait for it.
  func heldOffsetsNow() async throws -> [Range<Int64>]

  /// Says what will be read next, partition by partition, so that it may be fetched at once.
  func prepare(_ ranges: [Range<Int64>]) async throws

  /// Waits until some partition may hold events at or behind its offset; returns at once where one does.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func waitForEvents(behind offsets: [Int64]) async throws

  /// A mark of the events before an offset, such as their checksum: another one if others stand there. Nil if the source
  /// has none, or no longer holds them.
  func mark(partition: Int, before offset: Int64) async throws -> String?

  /// Events from an offset on: at least one where the range has any, and none beyond it.
  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk
}

extension EventSource {
  package var trouble: String? { nil }
  package func heldOffsetsNow() async throws -> [Range<Int64>] { try await heldOffsets() }

  package func mark(partition: Int, before offset: Int64) async throws -> String? { nil }

  package func prepare(_ ranges: [Range<Int64>]) async throws {}
}

/// A source returned no event at an offset that it says it holds.
package struct MissingEvents: Error, Hashable, CustomStringConvertible {
  package let source: String
  package let partition: Int
  package let offset: Int64

  package init(source: String, partition: Int, offset: Int64) {
    (self.source, self.partition, self.offset) = (source, partition, offset)
  }

  package var description: String {
    "the hub \(source) returns no event at offset \(offset) of partition \(partition), which it says it holds"
  }
}
