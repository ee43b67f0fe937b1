import Foundation
import Testing

@Suite("Bytes of files")
struct EncodingTests {
  static let text = "timestamp,favorite,city\n2019-04-24T01:00:00Z,1,München\n"
  static let event = #"{"timestamp":"2019-04-24T01:00:00.000Z","favorite":1,"city":"München"}"#

  @Test(
    "become UTF-8 as a byte-order mark or --encoding says",
    arguments: [
      (String.Encoding.utf8, [0xEF, 0xBB, 0xBF], ""), (.utf8, [], ""), (.utf8, [], "--encoding UTF8"),
      (.isoLatin1, [], "--encoding latin1"), (.windowsCP1252, [], "--encoding windows-1252"),
      (.utf16LittleEndian, [0xFF, 0xFE], ""), (.utf16BigEndian, [0xFE, 0xFF], ""),
      (.utf16LittleEndian, [], "--encoding utf-16le"), (.utf16BigEndian, [], "--encoding utf-16be"),
      (.utf32LittleEndian, [0xFF, 0xFE, 0, 0], ""), (.utf32BigEndian, [0, 0, 0xFE, 0xFF], ""),
      (.utf16BigEndian, [0xFE, 0xFF], "--encoding latin1"),
    ] as [(String.Encoding, [UInt8], String)])
  func encodings(encoding: String.Encoding, mark: [UInt8], options: String) async throws {
    let content = Data(mark) + (try #require(Self.text.data(using: encoding)))
    let sent = try await TweetFilesTests.send("t.csv", content, options: "--fields city \(options)")
    #expect(sent.bodies == [Self.event], "\(sent.printed)")
  }

  @Test(
    "that are not text are refused with their location",
    arguments: [
      ([0x61, 0xFC], 1, "0xFC, which is not UTF-8"), ([0xC0, 0x80], 0, "0xC0"), ([0xED, 0xA0, 0x80], 0, "0xED"),
      ([0xF4, 0x90, 0x80, 0x80], 0, "0xF4"), ([0xE2, 0x82], 0, "0xE2"), ([0x61, 0x00], 1, "0x00, which is not text"),
    ] as [([UInt8], Int, String)])
  func noText(bytes: [UInt8], place: Int, problem: String) async throws {
    for (name, start) in [("t.csv", "time,value\n2019-04-24,1\n"), ("t.jsonl", "{}  \n{}\n")] {
      let sent = try await TweetFilesTests.send(name, Data(start.utf8) + Data(bytes) + Data("\n".utf8))
      let expected = "! DIR/\(name), line 3: byte \(start.utf8.count + place) of the file is \(problem)"
      #expect(sent.printed.contains(expected) && sent.printed.contains("--encoding "), "\(sent.printed)")
      #expect(!sent.bodies.contains { $0.contains("\u{FFFD}") })
    }
  }

  @Test("of a pair that UTF-16 cuts, and holes of windows-1252, are refused")
  func holes() async throws {
    let half = try await TweetFilesTests.send("t.csv", Data([0xFE, 0xFF, 0x00, 0x61, 0xD8, 0x00, 0x00, 0x61]))
    #expect(half.printed.contains("byte 4 of the file, 0xD8000061, is not a character in utf-16be"), "\(half.printed)")
    let hole = try await TweetFilesTests.send("t.csv", Data([0x61, 0x81]), options: "--encoding cp1252")
    #expect(hole.printed.contains("byte 1 of the file, 0x81, is not a character in windows-1252"), "\(hole.printed)")
  }

  @Test("that look like UTF-16 are named")
  func guess() async throws {
    for (encoding, name) in [(String.Encoding.utf16LittleEndian, "utf-16le"), (.utf16BigEndian, "utf-16be")] {
      let sent = try await TweetFilesTests.send("t.csv", try #require(Self.text.data(using: encoding)))
      #expect(
        sent.printed == "! DIR/t.csv looks like \(name.uppercased())\nname its encoding: --encoding \(name)",
        "\(sent.printed)")
    }
  }

  @Test("of characters that pieces of a file cut are put together")
  func pieces() async throws {
    // Three bytes a character, so that no power of two falls between two of them.
    let city = String(repeating: "€", count: 300_000)
    let sent = try await TweetFilesTests.send(
      "t.csv", Data("time,value,city\n2019-04-24,1,\(city)\n".utf8), options: "--fields city")
    #expect(sent.bodies.count == 1 && sent.bodies.first?.contains("\"\(city)\"") == true)
    #expect(sent.printed.utf8.count < 10_000, "what is printed of an event is cut")
  }

  @Test(
    "end lines with a carriage return alone as well",
    arguments: ["time,value\r2019-04-24,1\r2019-04-25,2\r", "time,value\r2019-04-24,1\r2019-04-25,2"])
  func carriageReturns(content: String) async throws {
    let sent = try await TweetFilesTests.send("t.csv", Data(content.utf8))
    #expect(sent.bodies.count == 2, "\(sent.printed)")
  }
}
