import EventHub

/// The posts in a hub: each event of a search has its post's identifier as a property.
package struct SentPosts {
  /// The property's name.
  package static let property = "post"

  let hub: any Hub

  /// The end of each partition.
  func ends() async throws -> [Int64] { try await hub.heldOffsets().map(\.upperBound) }

  /// The posts of an interrupted page that the hub holds.
  ///
  /// Reads all events since, of any sender. If a partition's events from the intent's offset on were deleted, it reads from the
  /// oldest event.
  func found(of intent: SearchCursor.Intent) async throws -> Set<String> {
    let reader = try await hub.reader()
    let ranges = try await hub.heldOffsets().enumerated().map { partition, held in
      let start = intent.offsets.indices.contains(partition) ? intent.offsets[partition] : held.lowerBound
      return min(max(start, held.lowerBound), held.upperBound)..<held.upperBound
    }
    try await reader.prepare(ranges)
    let posts = Set(intent.posts)
    var found: Set<String> = []
    for (partition, range) in ranges.enumerated() {
      var offset = range.lowerBound
      while offset < range.upperBound {
        try Task.checkCancellation()
        let batch = try await reader.read(partition: partition, offsets: offset..<range.upperBound)
        for properties in batch.events.properties {
          if let post = properties[Self.property], posts.contains(post) { found.insert(post) }
        }
        offset = batch.nextOffset
      }
    }
    return found
  }
}
