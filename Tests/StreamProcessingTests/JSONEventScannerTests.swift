import CivilTime
import Columnar
import JSONText
import StreamProcessing
import Testing

@Suite("The scanner of JSON events")
struct JSONEventScannerTests {
  static let schema = Schema([
    Field("timestamp", .timestamp), Field("favorite", .integer), Field("id", .long), Field("score", .double),
    Field("lang", .string), Field("kept", .boolean),
  ])

  static func scan(_ events: [[UInt8]], schema: Schema = schema, timeFormat: TimeFormat? = nil) -> ScannedEvents {
    var ends: [Int] = []
    for event in events { ends.append((ends.last ?? 0) + event.count) }
    return JSONEventScanner(schema: schema, timeFormat: timeFormat).scan(bodies: events.flatMap { $0 }, ends: ends)
  }

  static func scan(_ events: [String], schema: Schema = schema, timeFormat: TimeFormat? = nil) -> ScannedEvents {
    scan(events.map { Array($0.utf8) }, schema: schema, timeFormat: timeFormat)
  }

  /// The rows as text, `|` between them.
  static func rows(_ scanned: ScannedEvents) -> String {
    (0..<scanned.table.rowCount).map { scanned.table.row($0).map(\.description).joined(separator: " ") }
      .joined(separator: " | ")
  }

  @Test(
    "takes the wanted fields",
    arguments: [
      ("{}", "NULL NULL NULL NULL NULL NULL"),
      (
        #"{"timestamp":"2019-04-24T09:39:40.000Z","favorite":0}"#,
        "2019-04-24T09:39:40Z 0 NULL NULL NULL NULL"
      ),
      (
        #" { "kept" : true , "lang":"de", "score":-0.5, "id":-9223372036854775808, "favorite":-2147483648 } "#,
        "NULL -2147483648 -9223372036854775808 -0.5 de true"
      ),
      (#"{"id":9223372036854775807,"favorite":2147483647}"#, "NULL 2147483647 9223372036854775807 NULL NULL NULL"),
      (#"{"timestamp":"2019-04-24T09:39:40.123Z"}"#, "2019-04-24T09:39:40.123Z NULL NULL NULL NULL NULL"),
      (#"{"timestamp":"1969-12-31 23:59:59"}"#, "1969-12-31T23:59:59Z NULL NULL NULL NULL NULL"),
      (#"{"timestamp":"2019-04-24T02:00:00+02:00"}"#, "2019-04-24T00:00:00Z NULL NULL NULL NULL NULL"),
      (#"{"favorite":1,"favorite":null,"id":1,"id":2}"#, "NULL NULL 2 NULL NULL NULL"),
      (#"{"user":{"favorite":[9,{"a":"}"}]},"x":[[]],"y":1.5e3,"favorite":7}"#, "NULL 7 NULL NULL NULL NULL"),
      (#"{"f\u0061vorite":3,"lang":"a\"\\\/\n\u00e9\ud83d\udc15\ud83d"}"#, "NULL 3 NULL NULL a\"\\/\né🐕\u{FFFD} NULL"),
      (#"{"lang":"日本 🌊"}"#, "NULL NULL NULL NULL 日本 🌊 NULL"),
      (#"{"lang":{"a": 1}}"#, #"NULL NULL NULL NULL {"a": 1} NULL"#),
      (#"{"lang":12.50}"#, "NULL NULL NULL NULL 12.50 NULL"),
      (#"{"lang":""}"#, "NULL NULL NULL NULL  NULL"),
    ])
  func takes(event: String, row: String) {
    let scanned = Self.scan([event])
    #expect(scanned.rejected == [])
    #expect(scanned.table.row(0).map(\.description).joined(separator: " ") == row)
  }

  @Test(
    "rejects an event with the reason",
    arguments: [
      ("", "expected a JSON object"), ("[]", "expected a JSON object"), ("null", "expected a JSON object"),
      ("{", "invalid JSON at byte 1"),
      (#"{"favorite":"many"}"#, #"favorite: expected INT, found "many""#),
      (#"{"favorite":2147483648}"#, "favorite: expected INT, found 2147483648"),
      (#"{"favorite":1.0}"#, "favorite: expected INT, found 1.0"),
      (#"{"favorite":1e2}"#, "favorite: expected INT, found 1e2"),
      (#"{"id":9223372036854775808}"#, "id: expected BIGINT, found 9223372036854775808"),
      (#"{"favorite":01}"#, "invalid JSON at byte 13"), (#"{"favorite":-}"#, "invalid JSON at byte 13"),
      (#"{"timestamp":577791580}"#, "timestamp: expected TIMESTAMP, found 577791580"),
      (#"{"timestamp":01556098780}"#, "invalid JSON at byte 14"),
      (#"{"timestamp":true}"#, "timestamp: expected TIMESTAMP, found true"),
      (#"{"timestamp":"04/24/2019"}"#, #"timestamp: expected TIMESTAMP, found "04/24/2019""#),
      (#"{"timestamp":"yesterday"}"#, #"timestamp: expected TIMESTAMP, found "yesterday""#),
      (#"{"timestamp":"2019-02-30T00:00:00Z"}"#, #"timestamp: expected TIMESTAMP, found "2019-02-30T00:00:00Z""#),
      (#"{"kept":1}"#, "kept: expected BOOLEAN, found 1"), (#"{"score":"1"}"#, #"score: expected DOUBLE, found "1""#),
      (#"{"score":1e999}"#, "score: expected DOUBLE, found 1e999"),
      (#"{"favorite":1}x"#, "invalid JSON at byte 14"), (#"{"favorite":1"#, "invalid JSON at byte 13"),
      (#"{"a":1,}"#, "invalid JSON at byte 7"), (#"{"a":tru}"#, "invalid JSON at byte 5"),
      (#"{"a":"\x"}"#, "invalid JSON at byte 8"), ("{\"a\":\"\n\"}", "invalid JSON at byte 7"),
    ])
  func rejects(event: String, reason: String) {
    let scanned = Self.scan(["{}", event, #"{"favorite":1}"#])
    #expect(scanned.rejected.map(\.index) == [1])
    #expect(scanned.rejected.map(\.reason.description) == [reason])
    #expect(scanned.table.rowCount == 2)
  }

  @Test(
    "reads times in every form that means one instant",
    arguments: [
      ("1556098780", "2019-04-24T09:39:40Z"), ("1556098780123", "2019-04-24T09:39:40.123Z"),
      ("1556098780.25", "2019-04-24T09:39:40.250Z"), ("1.55609878E9", "2019-04-24T09:39:40Z"),
      (#""1556098780""#, "2019-04-24T09:39:40Z"), (#""Wed Aug 27 13:08:45 +0000 2008""#, "2008-08-27T13:08:45Z"),
      (#""2019-04-24T09:39:40.0000000\u002B02:00""#, "2019-04-24T07:39:40Z"),
      (#""2019-04-24T09:39:40.0000000+02:00""#, "2019-04-24T07:39:40Z"),
      (#""2019\/04\/24 09:39""#, "2019-04-24T09:39:00Z"), (#""2019-01-31 23:32 +0000""#, "2019-01-31T23:32:00Z"),
      (#""2019-04-24t09:39:40z""#, "2019-04-24T09:39:40Z"), (#""2019-04-24T09:39:40-0530""#, "2019-04-24T15:09:40Z"),
    ])
  func times(value: String, time: String) {
    let scanned = Self.scan([#"{"t":\#(value)}"#], schema: Schema([Field("t", .timestamp)]))
    #expect(Self.rows(scanned) == time)
  }

  @Test(
    "reads doubtful times as the stream says",
    arguments: [
      ("577791580", TimeFormat.seconds, "1988-04-23T09:39:40Z"), ("0", .milliseconds, "1970-01-01T00:00:00Z"),
      ("-1", .seconds, "1969-12-31T23:59:59Z"), ("1556098780123", .microseconds, "1970-01-19T00:14:58.780123Z"),
      (#""24/04/2019""#, .dayFirst, "2019-04-24T00:00:00Z"), (#""04/24/2019""#, .monthFirst, "2019-04-24T00:00:00Z"),
      (#""577791580""#, .seconds, "1988-04-23T09:39:40Z"), ("1556098780", .dayFirst, "2019-04-24T09:39:40Z"),
    ])
  func toldTimes(value: String, format: TimeFormat, time: String) {
    let scanned = Self.scan([#"{"t":\#(value)}"#], schema: Schema([Field("t", .timestamp)]), timeFormat: format)
    #expect(Self.rows(scanned) == time)
  }

  @Test(
    "matches names without regard to case; the exact name goes first",
    arguments: [
      (#"{"Timestamp":"2019-04-24","FAVORITE":1}"#, "2019-04-24T00:00:00Z 1"),
      (#"{"favorite":1,"FAVORITE":2}"#, "NULL 1"), (#"{"FAVORITE":2,"favorite":1}"#, "NULL 1"),
      (#"{"FAVORITE":2,"favorite":null}"#, "NULL NULL"), (#"{"favorite":null,"FAVORITE":2}"#, "NULL NULL"),
      (#"{"Favorite":1,"FAVORITE":2}"#, "NULL 2"), (#"{"f\u0041vorite":3}"#, "NULL 3"),
      (#"{"favorit\u0065":3}"#, "NULL 3"),
      (#"{"favoritE ":1,"favorite[":2,"favor1te":3}"#, "NULL NULL"),
    ])
  func names(event: String, row: String) {
    let schema = Schema([Field("timestamp", .timestamp), Field("favorite", .integer)])
    #expect(Self.rows(Self.scan([event], schema: schema)) == row)
  }

  @Test("matches names beyond ASCII without regard to case")
  func namesBeyondASCII() {
    let schema = Schema([Field("größe", .integer)])
    #expect(
      Self.rows(Self.scan([#"{"GRÖẞE":1}"#, #"{"größe":2}"#, #"{"GRÖßE":3}"#, #"{"grosse":4}"#], schema: schema))
        == "1 | 2 | 3 | NULL")
  }

  @Test("says which fields some event has, be they null or of another type")
  func seenFields() {
    let schema = Schema([Field("a", .integer), Field("b", .integer), Field("c", .integer)])
    #expect(Self.scan([#"{"A":null}"#, #"{"b":"x"}"#], schema: schema).seenFields == [true, true, false])
    #expect(Self.scan([String](), schema: schema).seenFields == [false, false, false])
  }

  @Test(
    "takes each object of a message as an event",
    arguments: [
      ("{\"v\":1}\n{\"v\":2}\r\n\n{\"v\":3}\n", "1 | 2 | 3", ""),
      (#"[{"v":1},{"v":2}]"#, "1 | 2", ""), (#" [ {"v":1} , {"v":2} ] "#, "1 | 2", ""),
      ("\u{FEFF}{\"v\":1}", "1", ""), ("\u{FEFF}[{\"v\":1}]", "1", ""), (#"[{"v":1}]"#, "1", ""),
      ("{\n \"v\":\n1\n}\n{\"v\":2}", "1 | 2", ""),
      ("{\"v\":\"x\"}\n{\"v\":2}", "2", #"0.1 v: expected INT, found "x""#),
      ("{\"v\":1}\n{\"v\":tru}\n{\"v\":3}", "1 | 3", "0.2 invalid JSON at byte 13"),
      ("{broken\n{\"v\":2}", "2", "0.1 invalid JSON at byte 1"),
      ("{\"v\":1} {\"v\":2}", "", "0 invalid JSON at byte 8"), ("{\"v\":1}{\"v\":2}", "", "0 invalid JSON at byte 7"),
      ("{\"v\":1,\n {\"v\":2}}", "", "0 invalid JSON at byte 9"),
      ("{\"v\":1}\n[{\"v\":2}]", "1", "0.2 expected a JSON object"),
      (#"[{"v":1},2,{"v":3}]"#, "1 | 3", "0.2 expected a JSON object"),
      (#"[{"v":1.5},{"v":3}]"#, "3", "0.1 v: expected INT, found 1.5"),
      (#"[{"v":1},{"v":tru},{"v":3}]"#, "1", "0.2 invalid JSON at byte 14"),
      (#"[{"v":1},{"v":2}"#, "1", "0.2 invalid JSON at byte 16"),
      (#"[{"v":1}] x"#, "", "0 invalid JSON at byte 10"), (#"[{"v":1},]"#, "1", "0.2 expected a JSON object"),
      ("[]", "", "0 expected a JSON object"),
      ("[", "", "0 expected a JSON object"), ("[[{\"v\":1}]]", "", "0 expected a JSON object"),
      ("", "", "0 expected a JSON object"),
    ])
  func parts(message: String, rows: String, rejected: String) {
    let scanned = Self.scan([message], schema: Schema([Field("v", .integer)]))
    #expect(Self.rows(scanned) == rows)
    let reasons = scanned.rejected.map { "\($0.index)\($0.part.map { ".\($0)" } ?? "") \($0.reason)" }
    #expect(reasons.joined(separator: "; ") == rejected)
  }

  @Test("keeps the order of events and of messages, however many a message holds")
  func manyParts() {
    let schema = Schema([Field("v", .integer), Field("s", .string)])
    let messages = (0..<50).map { message in
      "[" + (0...message).map { "{\"v\":\(message * 100 + $0),\"s\":\"\(message)\"}" }.joined(separator: ",") + "]"
    }
    let scanned = Self.scan(messages, schema: schema)
    let expected = (0..<50).flatMap { message in (0...message).map { "\(message * 100 + $0) \(message)" } }
    #expect(Self.rows(scanned) == expected.joined(separator: " | "))
    #expect(Self.scan(["{\"v\":1}", "[{\"v\":2},3]", "4"], schema: schema).rejected.map(\.row) == [2, 2])
  }

  @Test("rejects bytes that are not UTF-8 and nesting without end")
  func hostile() {
    #expect(Self.scan([Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8)]).rejected.map(\.reason) == [.notUTF8])
    let deep = #"{"a":"# + String(repeating: "[", count: 100_000)
    #expect(Self.scan([deep]).rejected.map(\.reason) == [.nestedTooDeep])
  }

  @Test("agrees with the strict JSON reader over seeded mutations")
  func mutations() {
    let seeds = [
      #"{"timestamp":"2019-04-24T09:39:40.000Z","favorite":0,"a":[1,-2.5e+3,{"b":null}],"c":"\u00e9x\n"}"#,
      #"{ "x" : [ true , false ] , "y" : "日" }"#,
    ].map { Array($0.utf8) }
    var random = SplitMix64(state: 7)
    let alphabet = Array("{}[]\",:0123456789.eE+-\\u/tfn ax\u{1}é".utf8)
    let schema = Schema([Field("none", .long)])
    var accepted = 0
    for round in 0..<20_000 {
      var event = seeds[round % seeds.count]
      for _ in 0...Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(event.count))
        switch random.next() % 3 {
        case 0: event[place] = alphabet[Int(random.next() % UInt64(alphabet.count))]
        case 1: event.remove(at: place)
        default: event.insert(alphabet[Int(random.next() % UInt64(alphabet.count))], at: place)
        }
      }
      var isObject = false
      if let value = try? JSON(parsing: event), value.members != nil { isObject = true }
      let isTaken = Self.scan([event], schema: schema).rejected.isEmpty
      // A mark at the beginning of a file has no place in an event; numbers too large for a double are only skipped.
      guard isTaken == isObject else {
        Issue.record("\(String(decoding: event, as: UTF8.self)): scanner \(isTaken), reader \(isObject)")
        return
      }
      if isTaken { accepted += 1 }
    }
    #expect(accepted > 1_000)
  }

  @Test("reads the same times as the calendar does, and the same doubles as the standard library")
  func differential() {
    var random = SplitMix64(state: 11)
    for _ in 0..<5_000 {
      let time = Timestamp(microseconds: Int64(random.next() % 4_000_000_000_000_000) - 1_000_000_000_000_000)
      let text = time.iso8601(fraction: random.next() % 2 == 0 ? .milliseconds : .shortest)
      let number = Double(Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 60)) / 1000
      let scanned = Self.scan([#"{"timestamp":"\#(text)","score":\#(number)}"#])
      #expect(scanned.table.row(0)[0] == Timestamp(text).map(Value.timestamp))
      #expect(scanned.table.row(0)[3] == .double(number))
    }
  }
}

/// Vigna's generator, for seeded tests.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
