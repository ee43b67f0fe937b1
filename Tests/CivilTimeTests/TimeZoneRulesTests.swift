import CivilTime
import Foundation
import Testing

@Suite("Rules of time zones")
struct TimeZoneRulesTests {
  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/" + name)))
  }

  @Test(
    "agree with the system's over four centuries",
    arguments: [
      "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Europe/Dublin", "America/Nuuk",
      "Australia/Lord_Howe", "UTC", "Pacific/Apia",
    ])
  func differential(name: String) throws {
    let rules = try #require(TimeZoneRules(name: name, tzif: Self.bytes(name)))
    let system = try #require(TimeZone(identifier: name))
    // Every 35 hours from 1950 to 2037, up to where every table of the system reaches.
    for seconds in stride(from: -631_152_000, to: 2_114_380_800, by: 126_000) {
      let span = rules.span(at: Int64(seconds) * 1_000_000)
      let offset = Int64(system.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))) * 1_000_000
      guard span.offset == offset, span.range.contains(Int64(seconds) * 1_000_000) else {
        Issue.record("\(name) at \(Timestamp(seconds: Int64(seconds))): \(span.offset), the system says \(offset)")
        return
      }
    }
  }

  /// A file of version 2 with one type, and a rule.
  static func file(offset: Int32 = 0, rule: String, leaps: UInt8 = 0) -> [UInt8] {
    func block(leapSize: Int) -> [UInt8] {
      Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, leaps, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,
      ]
        + withUnsafeBytes(of: offset.bigEndian) { Array($0) } + [0, 0] + [0]
        + [UInt8](repeating: 0, count: Int(leaps) * leapSize)
    }
    return block(leapSize: 8) + block(leapSize: 12) + Array("\n\(rule)\n".utf8)
  }

  @Test(
    "follow the footer behind the last transition",
    arguments: [
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2031-03-30T00:59:59Z", 3_600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2031-03-30T01:00:00Z", 7_200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2931-10-28T00:59:59Z", 7_200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2931-10-28T01:00:00Z", 3_600),
      ("EST5EDT,M3.2.0,M11.1.0", "2031-03-09T07:00:00Z", -14_400),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2031-12-01T00:00:00Z", 0),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2031-07-01T00:00:00Z", 3_600),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2031-07-01T00:00:00Z", -3_600),
      ("AAA3BBB,J60/0,J300/0", "2032-03-01T03:00:00Z", -7_200), ("AAA3BBB,59/0,300/0", "2032-02-29T03:00:00Z", -7_200),
    ])
  func footer(rule: String, time: String, offset: Int64) throws {
    let rules = try #require(TimeZoneRules(name: "x", tzif: Self.file(rule: rule)))
    let instant = try #require(Timestamp(time))
    #expect(rules.span(at: instant.microseconds).offset == offset * 1_000_000)
  }

  @Test("are not read from anything else")
  func damaged() throws {
    #expect(TimeZoneRules(name: "x", tzif: []) == nil)
    #expect(TimeZoneRules(name: "x", tzif: Self.file(rule: "CET")) == nil)
    #expect(TimeZoneRules(name: "x", tzif: Self.file(rule: "CET-1CEST")) == nil)
    #expect(TimeZoneRules(name: "x", tzif: Self.file(rule: "CET-1CEST,M13.5.0,M10.5.0")) == nil)
    #expect(TimeZoneRules(name: "x", tzif: Self.file(rule: "UTC0", leaps: 1)) == nil)
    // Cut off anywhere, or with any byte changed, it is refused or read, and no crash.
    let whole = try Self.bytes("Europe/Berlin")
    for count in stride(from: 0, to: whole.count, by: 7) {
      _ = TimeZoneRules(name: "x", tzif: Array(whole.prefix(count)))
    }
    for place in stride(from: 0, to: whole.count, by: 3) {
      for value: UInt8 in [0, 0x7F, 0x80, 0xFF] {
        var bytes = whole
        bytes[place] = value
        _ = TimeZoneRules(name: "x", tzif: bytes)?.span(at: 0)
      }
    }
  }

  @Test(
    "have names that are safe to look up",
    arguments: [
      ("Europe/Berlin", true), ("America/Argentina/Buenos_Aires", true), ("UTC", true), ("Etc/GMT+5", true),
      ("EST5EDT", true),
      ("", false), ("../../etc/passwd", false), ("Europe/../../etc", false), ("/etc/passwd", false),
      ("Europe//Berlin", false),
      ("Europe/", false), (".", false), ("Europe/Berlin\u{0}", false), ("tzdata.zi", false), ("Europe/Bérlin", false),
      ("a b", false),
    ])
  func names(name: String, isName: Bool) {
    #expect(TimeZoneRules.isName(name) == isName)
  }
}
