import Foundation
import Testing

@Suite("JSON objects of which a time and a number are sent")
struct JSONFieldsTests {
  static let event = #"{"timestamp":"2019-04-24T09:39:40.000Z","favorite":1.5}"#

  @Test(
    "may be nested, in envelopes, and have numbers as times",
    arguments: [
      (#"{"at":"2019-04-24T09:39:40Z","v":1.5}"#, "--time at --value v"),
      (#"{"at":1556098780,"v":"1.5"}"#, "--time at --value v"),
      (#"{"at":1556098780000,"v":1.5}"#, "--time at --value v"),
      (#"{"at":"Wed Apr 24 09:39:40 +0000 2019","v":1.5}"#, "--time at --value v"),
      (#"{"a":{"b":"2019-04-24T09:39:40Z","c":{"d":1.5}}}"#, "--time a.b --value a.c.d"),
      (#"{"a.b":"2019-04-24T09:39:40Z","c":1.5}"#, "--time a.b --value c"),
      (#"{"timestamp":"2019-04-24T09:39:40Z","c":1.5}"#, "--value c"),
      ("{\n\"meta\":{},\n\"data\":[{\"at\":1556098780,\"v\":1.5}]}", "--time at --value v"),
      (#"{"events":[{"at":1556098780,"v":1.5}]}"#, "--time at --value v"),
      (#"{"records":[{"p":{"at":1556098780},"v":1.5}]}"#, "--time p.at --value v"),
      (#"[{"at":1556098780,"v":1.5}]"#, "--time at --value v"),
    ])
  func shapes(content: String, options: String) async throws {
    let sent = try await TweetFilesTests.send("t.json", Data(content.utf8), options: options)
    #expect(sent.bodies == [Self.event], "\(sent.printed)")
  }

  @Test("are left out with the reason where one is missing or of another kind")
  func leftOut() async throws {
    let content =
      #"{"at":1556098780,"v":1.5}"# + "\n" + #"{"at":1556098780}"# + "\n" + #"{"v":1,"when":2}"# + "\n"
      + #"{"at":12,"v":1}"# + "\n" + #"{"at":1556098780,"v":true}"# + "\n{broken\n"
    let sent = try await TweetFilesTests.send("t.jsonl", Data(content.utf8), options: "--time at --value v")
    #expect(sent.bodies == [Self.event])
    for line in [
      "line 2: 'v' is missing; members: at", "line 3: 'at' is missing; members: v, when", "line 4: invalid time '12'",
      "line 5: invalid number 'true'", "line 6: invalid JSON",
    ] { #expect(sent.printed.contains(line), "\(sent.printed)") }
    let none = try await TweetFilesTests.send("t.jsonl", Data(#"{"v":1}"#.utf8), options: "--time at --value v")
    #expect(none.printed.contains("no event in 1 row; line 1: 'at' is missing; members: v"))
  }

  @Test("give further members as --fields names them")
  func fields() async throws {
    let content = #"{"at":1556098780,"v":1.5,"place":{"city":"Köln"}}"#
    let sent = try await TweetFilesTests.send(
      "t.jsonl", Data(content.utf8), options: "--time at --value v --fields place.city,none")
    #expect(sent.bodies == [Self.event.dropLast() + #","place.city":"Köln","none":null}"#])
  }
}
