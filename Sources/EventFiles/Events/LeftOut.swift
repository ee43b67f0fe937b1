/// The parts of a source that make no event: how many, and why.
package struct LeftOut: Hashable, Sendable {
  /// A part of a source; the raw value is the word for one.
  package enum Part: String, Sendable {
    case row, entry, post, retweet
    /// Mastodon's retweet.
    case boost

    /// Its plural, if that takes more than an s.
    package var plural: String? { self == .entry ? "entries" : nil }
  }

  /// A reason, with the line of the file on which the part begins; nil for a search.
  package struct Reason: Hashable, Sendable {
    package let line: Int?
    package let reason: NoEvent
  }

  /// The part that is counted.
  package let part: Part
  /// The number of parts left out so far.
  package private(set) var count = 0
  /// The first ten reasons; empty for parts that need none.
  package private(set) var reasons: [Reason] = []

  init(_ part: Part) { self.part = part }

  /// Counts a part that needs no reason.
  mutating func add() { count += 1 }

  /// Counts a part, and keeps its reason if it is among the first ten.
  mutating func add(_ reason: NoEvent, line: Int? = nil) {
    count += 1
    if reasons.count < 10 { reasons.append(Reason(line: line, reason: reason)) }
  }
}
