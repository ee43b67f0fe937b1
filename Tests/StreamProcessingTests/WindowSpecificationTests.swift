import StreamProcessing
import Testing

@Suite("Spans and windows of event time")
struct WindowSpecificationTests {
  @Test(
    "are read and printed in their largest unit",
    arguments: [
      ("1h", "1h"), ("1 hour", "1h"), ("60 Minutes", "1h"), ("90s", "90s"), ("interval 1 day", "1d"), ("7d", "1w"),
      ("500ms", "500ms"), ("1us", "1us"), ("1500 milliseconds", "1500ms"),
    ])
  func read(text: String, printed: String) throws {
    #expect(try EventTimeInterval(parsing: text).description == printed)
  }

  @Test(
    "refuse other texts, saying why",
    arguments: [
      ("", .unreadable), ("h", .unreadable), ("1", .unreadable), ("1.5h", .unreadable), ("1 fortnight", .unreadable),
      ("1 month", .calendarUnit), ("2 years", .calendarUnit), ("0h", .notPositive), ("-1h", .notPositive),
      ("99999999999999999999h", .tooLong), ("9223372036854775807w", .tooLong),
    ] as [(String, EventTimeIntervalError.Fault)])
  func refuse(text: String, fault: EventTimeIntervalError.Fault) {
    let error = #expect(throws: EventTimeIntervalError.self) { try EventTimeInterval(parsing: text) }
    #expect(error?.fault == fault)
  }

  @Test(
    "hold a time",
    arguments: [
      // length, slide, time, starts
      (10, 10, 0, [0]), (10, 10, 9, [0]), (10, 10, 10, [10]), (10, 10, -1, [-10]), (10, 10, -10, [-10]),
      (10, 5, 7, [5, 0]), (10, 5, 10, [10, 5]), (10, 4, 9, [8, 4, 0]), (10, 4, 10, [8, 4]), (10, 4, -1, [-4, -8]),
      (10, 10, .max, [.max - 7]), (10, 10, .min, []),
    ] as [(Int64, Int64, Int64, [Int64])])
  func starts(length: Int64, slide: Int64, time: Int64, starts: [Int64]) throws {
    let windows = try WindowSpecification(
      length: EventTimeInterval(microseconds: length), slide: EventTimeInterval(microseconds: slide))
    #expect(windows.starts(at: time) == starts)
  }

  @Test(
    "refuse a slide that leaves gaps, does not move, or puts an event into more than 10,000 windows",
    arguments: [(10, 11), (10, 0), (10, -1), (10_001, 1), (.max, 1)] as [(Int64, Int64)])
  func gaps(length: Int64, slide: Int64) {
    #expect(throws: WindowSpecificationError.self) {
      try WindowSpecification(
        length: EventTimeInterval(microseconds: length), slide: EventTimeInterval(microseconds: slide))
    }
  }
}
