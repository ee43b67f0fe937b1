package import CivilTime
package import JSONText

/// Events on their way to a hub: JSON bodies end to end. Body `i` is `bodies[ends[i - 1]..<ends[i]]`; the first begins at 0.
package struct EventBodies: Hashable, Sendable {
  /// All bodies' bytes.
  package private(set) var bodies: [UInt8] = []
  /// The index after each body, ascending.
  package private(set) var ends: [Int] = []

  /// Whether there are enough for a batch: `maximum` events, or 4 MiB, which a hub takes at once.
  package func isFull(_ maximum: Int) -> Bool { count >= maximum || bodies.count >= 4 << 20 }

  /// No events.
  package init() {}

  /// The number of events.
  package var count: Int { ends.count }

  /// Adds an event with this body.
  package mutating func append(_ body: some Sequence<UInt8>) {
    bodies.append(contentsOf: body)
    ends.append(bodies.count)
  }

  /// Adds an event in the tutorial's shape, `{"timestamp":"2019-04-24T09:39:40.000Z","favorite":0}`.
  ///
  /// - Parameters:
  ///   - number: the number's text in JSON.
  ///   - more: further members, in order.
  package mutating func append(time: Timestamp, number: some Sequence<UInt8>, more: [(String, JSON)] = []) {
    let hasMicroseconds = time.microseconds % 1_000 != 0
    bodies.append(contentsOf: #"{"timestamp":""#.utf8)
    bodies.append(contentsOf: time.iso8601(fraction: hasMicroseconds ? .shortest : .milliseconds).utf8)
    bodies.append(contentsOf: #"","favorite":"#.utf8)
    bodies.append(contentsOf: number)
    for (name, value) in more {
      bodies.append(contentsOf: ",\(JSON.string(name)):\(value)".utf8)
    }
    bodies.append(UInt8(ascii: "}"))
    ends.append(bodies.count)
  }

  /// The text of one event, for people.
  package func text(_ index: Int) -> String { String(decoding: body(index), as: UTF8.self) }

  /// The beginning of one event's text, at most `limit` bytes; then `…` if there is more.
  package func beginning(_ index: Int, bytes limit: Int) -> String {
    let body = body(index)
    guard body.count > limit else { return text(index) }
    // The cut is never within a character.
    let end = body.prefix(limit + 1).lastIndex { $0 & 0xC0 != 0x80 } ?? body.startIndex
    return String(decoding: body[..<end], as: UTF8.self) + "…"
  }

  private func body(_ index: Int) -> ArraySlice<UInt8> { bodies[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}
