/// Consecutive events of a partition.
package struct EventChunk: Hashable, Sendable {
  /// The first event's offset.
  package let firstOffset: Int64
  /// Where the next chunk begins: after the last event, and further if the source leaves offsets out.
  package let nextOffset: Int64
  /// One an event, ascending; empty if they follow the first without gaps.
  package let offsets: [Int64]
  /// Event `i` is `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
  package let bodies: [UInt8]
  /// One an event, ascending; the last is the count of `bodies`.
  package let ends: [Int]
  /// When the source took them, in microseconds since 1970: one an event, one for all, or none if it does not say.
  package let enqueuedTimes: [Int64]

  /// - Parameter nextOffset: nil if the events' offsets have no gaps.
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

  /// The offset of the event with that index in the chunk.
  package func offset(_ index: Int) -> Int64 { offsets.isEmpty ? firstOffset + Int64(index) : offsets[index] }

  /// When the source took an event; nil if it does not say.
  func enqueuedTime(_ index: Int) -> Int64? {
    enqueuedTimes.count > 1 ? enqueuedTimes[index] : enqueuedTimes.first
  }
}

/// A replayable source: partitions of events with offsets.
package protocol EventSource: Sendable {
  /// Its name, as checkpoints and progress show it.
  var name: String { get }

  /// Why no events come at the moment, for people; nil if nothing is wrong.
  var trouble: String? { get }

  /// For each partition the offsets that can be read now. Partitions may be added, never removed.
  func heldOffsets() async throws -> [Range<Int64>]

  /// The held offsets; fails if the source is unreachable instead of waiting for it.
  func heldOffsetsNow() async throws -> [Range<Int64>]

  /// Announces the ranges to be read next, one a partition, so that the source may fetch them together.
  func prepare(_ ranges: [Range<Int64>]) async throws

  /// Waits until some partition may hold events from its offset on; returns at once if one does.
  ///
  /// - Throws: `CancellationError` if the task is cancelled.
  func waitForEvents(behind offsets: [Int64]) async throws

  /// A mark of the events before an offset, such as their checksum: other events there have another mark. Nil if the
  /// source has no marks or no longer holds the events.
  func mark(partition: Int, before offset: Int64) async throws -> String?

  /// Events from the start of a range on: at least one if the range has any, and none beyond it.
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
