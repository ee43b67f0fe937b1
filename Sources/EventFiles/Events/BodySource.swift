/// A source of events for a hub: a file in some format, or the sample. A new format is one more source.
package protocol BodySource {
  /// The next events, at most `maximum`; nil at the end.
  ///
  /// - Throws: `FileError`; ``EventFileError`` if the source cannot be read, or if nothing in it makes an event.
  mutating func next(maximum: Int) throws -> EventBodies?

  /// The share of the source that was read, from 0 to 1; nil if unknown.
  var share: Double? { get }
}
