/// What a producer sends: a body, a key that chooses the partition, and properties.
package struct Event: Hashable, Sendable {
  /// The content; any bytes.
  package var body: [UInt8]
  /// Events with the same key go to the same partition, in order.
  package var key: [UInt8]?
  /// Further names and values; empty without any.
  package var properties: [String: String]

  /// An event; by default without key and properties.
  package init(body: [UInt8], key: [UInt8]? = nil, properties: [String: String] = [:]) {
    self.body = body
    self.key = key
    self.properties = properties
  }
}

/// Events end to end in one buffer: a million of them are a few arrays, not a million objects.
package struct EventBatch: Hashable, Sendable {
  /// The bodies, end to end: event `i` is `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
  package private(set) var bodies: [UInt8]
  /// Where each body ends in `bodies`.
  package private(set) var ends: [Int]
  /// The key of each event, nil for one without; empty if no event has a key.
  package private(set) var keys: [[UInt8]?] = []
  /// The properties of each event; empty if no event has any.
  package private(set) var properties: [[String: String]] = []

  /// A batch without events.
  package init() {
    bodies = []
    ends = []
  }

  /// Events without keys and properties.
  ///
  /// - Precondition: `ends` ascends, and its last is the count of `bodies`.
  package init(bodies: [UInt8], ends: [Int]) {
    precondition((ends.last ?? 0) == bodies.count, "the last event must end with the buffer")
    self.bodies = bodies
    self.ends = ends
  }

  /// How many events there are.
  package var count: Int { ends.count }
  /// Whether there are no events.
  package var isEmpty: Bool { ends.isEmpty }

  /// The range of an event's body in `bodies`.
  package func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  /// The size of an event's body, key and properties, in bytes.
  package func size(_ index: Int) -> Int {
    let key = keys.isEmpty ? 0 : keys[index]?.count ?? 0
    let properties =
      properties.isEmpty ? 0 : properties[index].reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    return range(index).count + key + properties
  }

  /// Copies one event. Bulk code uses ranges.
  package subscript(index: Int) -> Event {
    Event(
      body: Array(bodies[range(index)]), key: keys.isEmpty ? nil : keys[index],
      properties: properties.isEmpty ? [:] : properties[index])
  }

  /// Adds an event without key or properties.
  package mutating func append(body: some Sequence<UInt8>) {
    bodies.append(contentsOf: body)
    ends.append(bodies.count)
    if !keys.isEmpty { keys.append(nil) }
    if !properties.isEmpty { properties.append([:]) }
  }

  /// Adds an event.
  package mutating func append(_ event: Event) {
    if let key = event.key {
      if keys.isEmpty { keys = Array(repeating: nil, count: count) }
      keys.append(key)
    } else if !keys.isEmpty {
      keys.append(nil)
    }
    if !event.properties.isEmpty {
      if properties.isEmpty { properties = Array(repeating: [:], count: count) }
      properties.append(event.properties)
    } else if !properties.isEmpty {
      properties.append([:])
    }
    bodies.append(contentsOf: event.body)
    ends.append(bodies.count)
  }

  /// Copies the events of a range, in order.
  package func slice(_ range: Range<Int>) -> EventBatch {
    guard range != 0..<count else { return self }
    guard !range.isEmpty else { return EventBatch() }
    let start = self.range(range.lowerBound).lowerBound
    var slice = EventBatch(
      bodies: Array(bodies[start..<ends[range.upperBound - 1]]), ends: ends[range].map { $0 - start })
    if !keys.isEmpty { slice.keys = Array(keys[range]) }
    if !properties.isEmpty { slice.properties = Array(properties[range]) }
    return slice
  }
}
