import CivilTime

/// Times as people's files write them.
enum EventTime {
  /// How a reason ends that a text is no time.
  static let fault = "is no time"
  /// One example of each form.
  static var forms: String { Timestamp.writtenForms }

  /// Nil for a text that is no time, or that could mean several.
  static func read(_ text: some BidirectionalCollection<UInt8>) -> Timestamp? { Timestamp(written: text) }
}
