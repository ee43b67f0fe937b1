import CivilTime
import Foundation
import Testing

@Suite("CSV files that are sent")
struct DelimitedFilesTests {
  static func bodies(_ content: String, _ options: String = "") async throws -> (bodies: [String], printed: String) {
    try await TweetFilesTests.send("t.csv", Data(content.utf8), options: options)
  }

  @Test(
    "have numbers as people write them in decimals, and nothing else",
    arguments: [
      ("1e3", "1000.0"), ("+7", "7"), ("007", "7"), (".5", "0.5"), ("5.", "5.0"), ("-0", "0"), ("0.1", "0.1"),
      ("12345678901234567890", "12345678901234567890"), ("-12345678901234567890", "-12345678901234567890"),
      ("1e-7", "1e-07"), (" 5 ", "5"), ("0x10", nil), ("0x1p4", nil), ("1_000", nil), ("inf", nil), ("nan", nil),
      ("1e999", nil), ("$5", nil), ("5%", nil), ("(5)", nil), ("٥", nil), ("5K", nil), ("true", nil), ("--5", nil),
      ("", nil), (".", nil), ("e5", nil), ("1e", nil), ("\"1,5\"", nil), ("\"1,000\"", nil), ("1 000", nil),
      ("−5", nil),
    ] as [(String, String?)])
  func numbers(written: String, number: String?) async throws {
    let sent = try await Self.bodies("time,value\n2019-04-24,1\n2019-04-25,\(written)\n")
    let expected = number.map { #"{"timestamp":"2019-04-25T00:00:00.000Z","favorite":\#($0)}"# }
    #expect(sent.bodies.dropFirst().first == expected, "\(sent.printed)")
    #expect(sent.printed.contains("invalid number") == (number == nil))
  }

  @Test(
    "have times in the forms that are known",
    arguments: [
      ("2019-01-31 23:32 +0000", "2019-01-31T23:32:00.000Z"), ("\"Tue, Mar 10, 2026\"", "2026-03-10T00:00:00.000Z"),
      ("2012-11-07 04:38:18 +0000", "2012-11-07T04:38:18.000Z"), ("1556098780", "2019-04-24T09:39:40.000Z"),
      ("Wed Aug 27 13:08:45 +0000 2008", "2008-08-27T13:08:45.000Z"),
    ])
  func times(written: String, time: String) async throws {
    let sent = try await Self.bodies("time,value\n\(written),1\n")
    #expect(sent.bodies == [#"{"timestamp":"\#(time)","favorite":1}"#], "\(sent.printed)")
  }

  @Test("whose times are in none of them are refused with a list")
  func noTimes() async throws {
    let sent = try await Self.bodies("time,value\n04/24/2019,1\n")
    #expect(sent.printed.contains("invalid time '04/24/2019'"), "\(sent.printed)")
    #expect(sent.printed.hasSuffix("times are read as \(Timestamp.writtenForms)"))
  }

  @Test(
    "are read with blanks, tabs, semicolons, quotes and rows of other lengths",
    arguments: [
      ("time, value\n2019-04-24T01:00:00Z, 1\n", 1, ""), ("time , value\n2019-04-24T01:00:00Z , \"1\"\n", 1, ""),
      ("time;value\n2019-04-24;1\n", 1, ""), ("time\tvalue\n2019-04-24\t1\n", 1, ""),
      ("time,text,value\n2019-04-24,\"a\nb, \"\"c\"\"\",1\n", 1, ""),
      ("time, text, value\n2019-04-24, \"a, b\", 1\n", 1, ""),
      ("time,value\n2019-04-24,1,\n2019-04-24\n2019-04-24,1\n", 1, "line 2: 3 fields, but the header has 2"),
      (",timestamp,v\n0,2019-04-24 01:00:00,1.0\n1,2019-04-24 02:00:00,\n", 1, "line 3: invalid number ''"),
    ])
  func shapes(content: String, count: Int, note: String) async throws {
    let sent = try await Self.bodies(content, content.contains(",v\n") ? "--value v" : "")
    let ends = ["\"favorite\":1}", "\"favorite\":1.0}"]
    #expect(sent.bodies.count == count && sent.bodies.allSatisfy { body in ends.contains(where: body.hasSuffix) })
    #expect(note.isEmpty ? !sent.printed.contains("left out") : sent.printed.contains(note), "\(sent.printed)")
  }

  @Test("without a header are refused, and read with --columns or --no-header")
  func noHeader() async throws {
    let content = "2018-03-01T00:00:00Z,32858923\n2018-03-02T00:00:00Z,29615278\n"
    let refused = try await Self.bodies(content)
    #expect(
      refused.bodies.isEmpty && refused.printed.contains("has values, not names of columns"), "\(refused.printed)")
    #expect(refused.printed.contains("--no-header"))
    for options in ["--no-header", "--columns time,value", "--columns a,b --time a --value b"] {
      let sent = try await Self.bodies(content, options)
      #expect(sent.bodies.first == #"{"timestamp":"2018-03-01T00:00:00.000Z","favorite":32858923}"#, "\(sent.printed)")
      #expect(sent.bodies.count == 2)
    }
    let other = try await Self.bodies(content, "--columns a,b,c")
    #expect(other.printed.contains("3 names of columns, but 2 fields in the first line"))
  }

  @Test("with years for names have a header where --header says so")
  func header() async throws {
    let content = "2018,2019\n1556098780,2\n"
    #expect(try await Self.bodies(content).printed.contains("--header"))
    #expect(try await Self.bodies(content, "--header --time 2018 --value 2019").bodies.count == 1)
  }

  @Test("with two columns of the name that is asked for are refused")
  func ambiguous() async throws {
    let sent = try await Self.bodies("time,value,value\n2019-04-24,1,2\n")
    #expect(sent.printed.hasPrefix("! DIR/t.csv: columns 2 and 3 are called 'value'\n"), "\(sent.printed)")
  }
}
