/// Neighbouring events of a partition.
package struct EventChunk: Hashable, Sendable {
  /// Of the first event; the others follow without gaps.
  package let firstOffset: Int64
  /// Event `i` is `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
  package let bodies: [UInt8]
  /// One an event, ascending; the last is the count of `bodies`.
  package let ends: [Int]

  package init(firstOffset: Int64, bodies: [UInt8], ends: [Int]) {
    self.firstOffset = firstOffset
    self.bodies = bodies
    self.ends = ends
  }

  /// The offset behind the last event.
  package var nextOffset: Int64 { firstOffset + Int64(ends.count) }
}

/// A replayable source: partitions of events with offsets. The hub is one, behind an adapter; tests have their own.
package protocol EventSource: Sendable {
  /// As people call it, in checkpoints and progress.
  var name: String { get }

  var partitionCount: Int { get }

  /// For each partition the offsets that can be read now.
  func heldOffsets() async throws -> [Range<Int64>]

  /// Waits until some partition may hold events at or behind its offset; returns at once where one does.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  func waitForEvents(behind offsets: [Int64]) async throws

  /// Events from an offset on: at least one where the range has any, and none beyond it.
  func read(partition: Int, offsets: Range<Int64>) async throws -> EventChunk
}
