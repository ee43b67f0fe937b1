import CivilTime
import DurableFiles
import Foundation
import EventFiles
import Testing

@Suite("Sources of events")
struct EventSourcesTests {
  static func file(_ content: String, _ test: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "source-" + UUID().uuidString
    try DurableFiles.replace(path, with: Array(content.utf8))
    defer { try? DurableFiles.remove(path) }
    try test(path)
  }

  static func all(_ source: inout some BodySource, maximum: Int = 2) throws -> [String] {
    var texts: [String] = []
    while let bodies = try source.next(maximum: maximum) { texts += (0..<bodies.count).map(bodies.text) }
    return texts
  }

  @Test(
    "read CSV files with the usual columns",
    arguments: [
      ("timestamp,value\n2015-02-26 21:42:53,104\n", "timestamp value"),
      ("\u{FEFF}id;Created_At;LIKES\r\n1;2015-02-26T21:42:53Z;104\r\n", "Created_At LIKES"),
      ("text\ttime\tcount\n\"a \"\"b\"\"\nc\"\t1424986973\t104", "time count"),
      ("date,count,favorite_count\n1424986973000,1,104\n\n", "date favorite_count"),
    ])
  func csv(content: String, mapping: String) throws {
    try Self.file(content) { path in
      var source = try DelimitedFileSource(path: path)
      #expect(source.mapping.map { "\($0.time) \($0.value)" } == mapping)
      #expect(try Self.all(&source) == [#"{"timestamp":"2015-02-26T21:42:53.000Z","favorite":104}"#])
      #expect(source.leftOut.map(\.count) == [0])
    }
  }

  @Test("count bad rows with line and reason and go on")
  func badRows() throws {
    try Self.file(
      "time,value\n2019-04-08,1.50\nyesterday,1\n2019-04-08,many\n2019-04-08\n2019-04-08T01:00:00.000001Z,-3"
    ) {
      path in
      var source = try DelimitedFileSource(path: path)
      #expect(
        try Self.all(&source) == [
          #"{"timestamp":"2019-04-08T00:00:00.000Z","favorite":1.5}"#,
          #"{"timestamp":"2019-04-08T01:00:00.000001Z","favorite":-3}"#,
        ])
      #expect(source.leftOut[0].reasons.map(\.line) == [3, 4, 5])
      #expect(
        source.leftOut[0].reasons.map(\.reason.description) == [
          "invalid time 'yesterday'", "invalid number 'many'", "1 field, but the header has 2",
        ])
    }
  }

  @Test("take a quote within a field for a letter, and count the file's lines")
  func quotes() throws {
    let content =
      "time,value,text\n2019-04-08,1,5\" nail\n2019-04-09,2,\"a\nb \"\"c\"\"\"\nx,3,6\" screw\n2019-04-11,4,\"\"\n"
    try Self.file(content) { path in
      var source = try DelimitedFileSource(path: path)
      #expect(
        try Self.all(&source).map { $0.suffix(2) } == ["1}", "2}", "4}"])
      #expect(source.leftOut[0].reasons.map(\.line) == [5])
    }
  }

  @Test("say which columns were looked for")
  func noColumn() throws {
    try Self.file("when,likes\n") { path in
      let missing = #expect(throws: EventFileError.self) { try DelimitedFileSource(path: path) }
      #expect(
        missing?.description == "\(path) has no column that looks like a time: its columns are when, likes")
      let wrong = #expect(throws: EventFileError.self) { try DelimitedFileSource(path: path, time: "wehn") }
      #expect(wrong?.fault == .unknownColumn("wehn", header: ["when", "likes"], closest: "when"))
    }
    try Self.file("") { path in
      #expect(throws: EventFileError(path: path, fault: .empty)) { try DelimitedFileSource(path: path) }
    }
    #expect(throws: FileError.self) { try DelimitedFileSource(path: "/nowhere.csv") }
    #expect(throws: FileError.self) { try DelimitedFileSource(path: "/tmp") }
  }

  @Test("pass JSON lines on as they are")
  func jsonLines() throws {
    try Self.file("{\"a\":1}\r\n\n  \n{broken\n") { path in
      var source = try JSONLinesSource(path: path)
      #expect(try Self.all(&source) == ["{\"a\":1}", "{broken"])
    }
  }

  @Test("make the same sample for the same seed, with planted anomalies named")
  func sample() throws {
    var first = SampleTweets(days: 18)
    var second = SampleTweets(days: 18)
    let tweets = try Self.all(&first, maximum: 1_000)
    #expect(tweets == (try Self.all(&second, maximum: 7)))
    var other = SampleTweets(seed: 1, days: 18)
    #expect(tweets != (try Self.all(&other, maximum: 1_000)))
    #expect(
      first.planted.map(\.hours.lowerBound.description) == [
        "2019-04-06T15:00:00Z", "2019-04-12T09:00:00Z", "2019-04-17T20:00:00Z",
      ])
    #expect(SampleTweets(days: 6).planted.count == 1)
    let hours = Dictionary(grouping: tweets) { String($0.dropFirst(14).prefix(13)) }
    #expect(hours.count == 18 * 24)
    let likes = { (hour: String) in
      let values = (hours[hour] ?? []).compactMap { Double($0.dropLast().drop { $0 != "f" }.dropFirst(10)) }
      return values.reduce(0, +) / Double(max(1, values.count))
    }
    #expect(likes("2019-04-17T20") > 8 * max(likes("2019-04-17T19"), likes("2019-04-17T21")))
    #expect(likes("2019-04-12T10") == 0)
  }
}
