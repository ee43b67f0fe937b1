import CivilTime

/// Times as files write them.
enum EventTime {
  /// The time; nil if the text is not a time, or if it could mean several.
  static func read(_ text: some BidirectionalCollection<UInt8>) -> Timestamp? { Timestamp(written: text) }
}
