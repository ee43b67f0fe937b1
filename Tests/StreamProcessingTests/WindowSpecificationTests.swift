import CivilTime
import Foundation
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

  @Test(
    "begin so much later as the offset says",
    arguments: [
      // length, slide, offset, time, starts
      (10, 10, 3, 2, [-7]), (10, 10, 3, 3, [3]), (10, 10, 13, 3, [3]), (10, 10, -7, 12, [3]), (10, 5, 3, 7, [3, -2]),
      (10, 5, 8, 7, [3, -2]), (10, 10, 10, -1, [-10]), (10, 10, 3, .min, []), (10, 10, 3, .max, [.max - 4]),
    ] as [(Int64, Int64, Int64, Int64, [Int64])])
  func offsets(length: Int64, slide: Int64, offset: Int64, time: Int64, starts: [Int64]) throws {
    let windows = try WindowSpecification(
      length: EventTimeInterval(microseconds: length), slide: EventTimeInterval(microseconds: slide),
      offset: EventTimeInterval(microseconds: offset))
    #expect(windows.starts(at: time) == starts)
  }

  static func zone(_ name: String) throws -> TimeZoneRules {
    try #require(
      TimeZoneRules(name: name, tzif: [UInt8](Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/" + name)))))
  }

  @Test(
    "lie on a zone's civil time: days of 23 and 25 hours, weeks from Monday on, parts of a day at local times",
    arguments: [
      // Germany: summer time from 2019-03-31T01:00Z, winter time from 2019-10-27T01:00Z.
      ("Europe/Berlin", "1d", nil, "2019-03-31T12:00:00Z", "2019-03-30T23:00:00Z", "2019-03-31T22:00:00Z"),
      ("Europe/Berlin", "1d", nil, "2019-10-27T12:00:00Z", "2019-10-26T22:00:00Z", "2019-10-27T23:00:00Z"),
      ("Europe/Berlin", "1d", nil, "2019-10-26T22:00:00Z", "2019-10-26T22:00:00Z", "2019-10-27T23:00:00Z"),
      ("Europe/Berlin", "1d", nil, "2019-07-01T00:00:00Z", "2019-06-30T22:00:00Z", "2019-07-01T22:00:00Z"),
      ("Europe/Berlin", "1d", "5h", "2019-07-01T02:00:00Z", "2019-06-30T03:00:00Z", "2019-07-01T03:00:00Z"),
      ("Europe/Berlin", "1w", nil, "2019-03-27T12:00:00Z", "2019-03-24T23:00:00Z", "2019-03-31T22:00:00Z"),
      ("Europe/Berlin", "1w", nil, "2019-04-24T12:00:00Z", "2019-04-21T22:00:00Z", "2019-04-28T22:00:00Z"),
      ("Europe/Berlin", "1w", "6d", "2019-04-24T12:00:00Z", "2019-04-20T22:00:00Z", "2019-04-27T22:00:00Z"),
      // The hour that comes twice is two windows; longer parts of the day go on.
      ("Europe/Berlin", "1h", nil, "2019-10-27T00:30:00Z", "2019-10-27T00:00:00Z", "2019-10-27T01:00:00Z"),
      ("Europe/Berlin", "1h", nil, "2019-10-27T01:30:00Z", "2019-10-27T01:00:00Z", "2019-10-27T02:00:00Z"),
      ("Europe/Berlin", "2h", nil, "2019-10-27T01:30:00Z", "2019-10-27T00:00:00Z", "2019-10-27T03:00:00Z"),
      ("Europe/Berlin", "2h", "1h", "2019-10-27T00:30:00Z", "2019-10-26T23:00:00Z", "2019-10-27T02:00:00Z"),
      ("Europe/Berlin", "2h", nil, "2019-03-31T01:30:00Z", "2019-03-31T01:00:00Z", "2019-03-31T02:00:00Z"),
      ("Europe/Berlin", "6h", nil, "2019-10-27T00:30:00Z", "2019-10-26T22:00:00Z", "2019-10-27T05:00:00Z"),
      ("Asia/Kolkata", "1h", nil, "2019-04-24T09:39:40Z", "2019-04-24T09:30:00Z", "2019-04-24T10:30:00Z"),
      // Half an hour back, and no midnight at all.
      ("Australia/Lord_Howe", "1h", nil, "2019-04-06T15:10:00Z", "2019-04-06T14:00:00Z", "2019-04-06T15:30:00Z"),
      ("America/Sao_Paulo", "1d", nil, "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
      ("America/Sao_Paulo", "1d", nil, "2018-02-18T02:30:00Z", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"),
      // The day that Samoa left out.
      ("Pacific/Apia", "1d", nil, "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"),
      // Years for which only the rule stands, and the year 3000.
      ("America/New_York", "1d", nil, "2050-03-13T18:00:00Z", "2050-03-13T05:00:00Z", "2050-03-14T04:00:00Z"),
      ("Europe/Berlin", "1d", nil, "3000-07-01T12:00:00Z", "3000-06-30T22:00:00Z", "3000-07-01T22:00:00Z"),
      ("Europe/Berlin", "1d", nil, "1969-12-31T23:30:00Z", "1969-12-31T23:00:00Z", "1970-01-01T23:00:00Z"),
      ("UTC", "1w", nil, "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
    ] as [(String, String, String?, String, String, String)])
  func zones(zone: String, length: String, offset: String?, time: String, start: String, end: String) throws {
    let windows = try WindowSpecification(
      length: EventTimeInterval(parsing: length), offset: try offset.map { try EventTimeInterval(parsing: $0) },
      zone: Self.zone(zone))
    let instant = try #require(Timestamp(time))
    let found = try #require(windows.lastStart(at: instant.microseconds))
    #expect(Timestamp(microseconds: found).description == start)
    #expect(Timestamp(microseconds: windows.end(of: found)).description == end)
  }

  @Test(
    "of a zone follow each other without gap, and each instant finds its own",
    arguments: [
      "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia",
      "Antarctica/Troll",
    ],
    ["15m", "1h", "2h", "6h", "12h", "1d", "3d", "1w"])
  func tiling(zone: String, length: String) throws {
    let windows = try WindowSpecification(length: EventTimeInterval(parsing: length), zone: Self.zone(zone))
    var time = try #require(Timestamp("2011-01-01")).microseconds
    let last = time + 500 * 86_400_000_000
    var start = try #require(windows.lastStart(at: time))
    while time < last {
      let end = windows.end(of: start)
      guard end > start, windows.lastStart(at: end) == end, windows.lastStart(at: end - 1) == start,
        windows.lastStart(at: start) == start, windows.lastStart(at: start + (end - start) / 2) == start
      else {
        Issue.record("\(zone), \(length): \(Timestamp(microseconds: start)) to \(Timestamp(microseconds: end))")
        return
      }
      (start, time) = (end, end)
    }
  }

  @Test(
    "of a zone are refused where its days cannot be divided so",
    arguments: [("1h", "30m"), ("7h", nil), ("36h", nil)] as [(String, String?)])
  func refusedZones(length: String, slide: String?) throws {
    let zone = try Self.zone("Europe/Berlin")
    #expect(throws: WindowSpecificationError.self) {
      try WindowSpecification(
        length: EventTimeInterval(parsing: length), slide: try slide.map { try EventTimeInterval(parsing: $0) },
        zone: zone)
    }
  }
}
