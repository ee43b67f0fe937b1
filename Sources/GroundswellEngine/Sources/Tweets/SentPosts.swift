import EventHub

/// The posts that a hub holds: each event of a search carries its post's identifier as a property.
struct SentPosts {
  /// The property's name.
  static let property = "post"

  let hub: any Hub

  /// Where each partition ends now.
  func ends() async throws -> [Int64] { try await hub.heldOffsets().map(\.upperBound) }

  /// Which of the posts of an interrupted page the hub holds.
  ///
  /// Reads what was sent since, whoever sent it. An intent's partition that is no longer held from its offset on is read from
  /// its oldest event.
  func found(of intent: SentMark.Intent) async throws -> Set<String> {
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
