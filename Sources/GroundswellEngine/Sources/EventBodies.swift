package import CivilTime
package import JSONText

/// Events on their way to a hub: JSON bodies end to end, `bodies[ends[i - 1]..<ends[i]]`, from 0 for the first.
package struct EventBodies: Hashable, Sendable {
  package private(set) var bodies: [UInt8] = []
  package private(set) var ends: [Int] = []

  /// Whether there are enough for a batch: so many events, or so many bytes as a hub likes to take at once.
  package func isFull(_ maximum: Int) -> Bool { count >= maximum || bodies.count >= 4 << 20 }

  package init() {}

  package var count: Int { ends.count }

  package mutating func append(_ body: some Sequence<UInt8>) {
    bodies.append(contentsOf: body)
    ends.append(bodies.count)
  }

  /// Adds an event in the tutorial's shape, `{"timestamp":"2019-04-24T09:39:40.000Z","favorite":0}`.
  ///
  /// - Parameters:
  ///   - number: as it stands in JSON.
  ///   - more: members behind these two.
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

  /// The beginning of one event's text, so many bytes at the most; `…` stands for the rest.
  func beginning(_ index: Int, bytes limit: Int) -> String {
    let body = body(index)
    guard body.count > limit else { return text(index) }
    // Not in the middle of a character.
    let end = body.prefix(limit + 1).lastIndex { $0 & 0xC0 != 0x80 } ?? body.startIndex
    return String(decoding: body[..<end], as: UTF8.self) + "…"
  }

  private func body(_ index: Int) -> ArraySlice<UInt8> { bodies[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}

/// Where `send` gets its events from.
package protocol BodySource {
  /// The next events, so many at the most; nil at the end.
  mutating func next(maximum: Int) throws -> EventBodies?

  /// How much of all was taken, from 0 to 1; nil where nobody knows.
  var share: Double? { get }
}
