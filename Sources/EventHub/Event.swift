/// What a producer sends: a body, and what says where it belongs.
package struct Event: Hashable, Sendable {
  package var body: [UInt8]
  /// Events with the same key go to the same partition, in order.
  package var key: [UInt8]?
  package var properties: [String: String]

  package init(body: [UInt8], key: [UInt8]? = nil, properties: [String: String] = [:]) {
    self.body = body
    self.key = key
    self.properties = properties
  }
}

/// Events end to end in one buffer, so that a million of them are a few arrays and not a million objects.
package struct EventBatch: Hashable, Sendable {
  /// The bodies, one behind the other: event `i` is `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
  package private(set) var bodies: [UInt8]
  package private(set) var ends: [Int]
  /// One an event, nil for one without; empty when no event has one.
  package private(set) var keys: [[UInt8]?] = []
  /// One an event; empty when no event has any.
  package private(set) var properties: [[String: String]] = []

  package init() {
    bodies = []
    ends = []
  }

  /// - Precondition: `ends` ascends and its last is the count of `bodies`.
  package init(bodies: [UInt8], ends: [Int]) {
    precondition((ends.last ?? 0) == bodies.count, "the last event must end with the buffer")
    self.bodies = bodies
    self.ends = ends
  }

  package var count: Int { ends.count }
  package var isEmpty: Bool { ends.isEmpty }

  /// Where the body of event `index` lies.
  package func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  /// Bytes of an event's body, key and properties.
  package func size(_ index: Int) -> Int {
    let key = keys.isEmpty ? 0 : keys[index]?.count ?? 0
    let properties =
      properties.isEmpty ? 0 : properties[index].reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    return range(index).count + key + properties
  }

  /// A copy of one event, for who wants few.
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

  /// The events of the range, in order.
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
