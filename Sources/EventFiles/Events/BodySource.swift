/// A source of events for a hub: a file in some format, or the sample. A new format is one more source.
package protocol BodySource {
  /// The next events, at most `maximum`; nil at the end.
  ///
  /// - Throws: `FileError`; ``EventFileError`` if the source cannot be read, or if nothing in it makes an event.
  mutating func next(maximum: Int) throws -> EventBodies?

  /// The share of the source that was read, from 0 to 1; nil if unknown.
  var share: Double? { get }

  /// The parts that made no event so far, by kind.
  var leftOut: [LeftOut] { get }

  /// The columns that time and number come from; nil if they need no mention.
  var mapping: (time: String, value: String)? { get }
}

extension BodySource {
  /// A source leaves nothing out, unless it says so.
  package var leftOut: [LeftOut] { [] }
  /// Time and number have their own names.
  package var mapping: (time: String, value: String)? { nil }
}
