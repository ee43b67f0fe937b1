import CivilTime

/// Times as files write them.
enum EventTime {
  /// The end of each reason that refuses a text as a time.
  static let fault = "is no time"
  /// One example of each form.
  static var forms: String { Timestamp.writtenForms }

  /// The time; nil if the text is not a time, or if it could mean several.
  static func read(_ text: some BidirectionalCollection<UInt8>) -> Timestamp? { Timestamp(written: text) }
}
