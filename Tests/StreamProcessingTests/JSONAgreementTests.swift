import Columnar
import JSONText
import StreamProcessing
import Testing

/// The scanner of events and the strict reader of JSON are two; what one takes the other takes, and it means the same.
@Suite("The scanner of events and the reader of JSON agree")
struct JSONAgreementTests {
  /// Values, valid and not, by the classes that matter in practice: numbers, texts, structure, encodings.
  static let valueTexts: [String] =
    [
      // Numbers
      "0", "-0", "1", "-1", "10", "0.0", "-0.0", "0.5", "1.0", "1e1", "1E1", "1e+1", "1e-1", "-1.5e-3", "0e0", "0e+1",
      "1e00",
      "1.0e028", "123456789012345678", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
      "123456789012345678901234567890", "0.1234567890123456789012345678901234567890", "1e308", "-1e308", "1e309",
      "-1e999",
      "1e999", "1e-999", "1e99999999999999999999", "1e-99999999999999999999", "0e999", "0.0e99999999",
      String(repeating: "9", count: 308), String(repeating: "9", count: 400),
      "0." + String(repeating: "0", count: 400) + "1",
      "00", "01", "-01", "-", "+1", "+", ".5", "-.5", "5.", "-5.", "1.e1", "1e", "1e+", "1e-", "1E", "1.2.3", "1e1.5",
      "1e1e1",
      "0x10", "0xG", "1_000", "1,000", "1 000", "- 1", "1a", "1.0a", "NaN", "nan", "Infinity", "-Infinity", "inf", "1f",
      "1d", "１",
      // Words
      "true", "false", "null", "True", "FALSE", "Null", "tru", "truee", "nul", "nulll", "t", "undefined", "None", "'a'",
      "a",
      // Texts
      #""""#, #""a""#, #""\"""#, #""\\""#, #""\/""#, #""\b\f\n\r\t""#, #""\u0041""#, #""\u00e9\u00E9""#, #""\u0000""#,
      #""\ud83d\udc15""#, #""\uD83D\uDC15""#, #""\ud83d""#, #""\udc15""#, #""\udc15\ud83d""#, #""\ud83d\ud83d""#,
      #""\ud83d\ud83d\udc15""#, #""\ud83d\u0041""#, #""\ud83d\n""#, #""\ud83dx""#, #""\ud83d\\u""#,
      #""\uFFFF\uFFFE\uFEFF""#,
      #""\uDBFF\uDFFF""#, #""é日🐕""#, #""e\u0301""#, "\"\u{7F}\"", "\"\u{2028}\u{2029}\"", "\"\u{FEFF}\"", "\"/\"",
      "\"a b\"",
      #""\u-000""#, #""\u+000""#, #""\u 041""#, #""\u00G0""#, #""\u004""#, #""\u""#, #""\u{41}""#, #""\U0041""#,
      #""\x41""#,
      #""\a""#, #""\v""#, #""\0""#, #""\'""#, #""\ ""#, #""\é""#, #""\"#, #""a"#, #"a""#, #"""#, #""\ud83d\u-000""#,
      #""\ud83d\u""#,
      #""\ud83d\uZZZZ""#, #""\u００４１""#, "\"\t\"", "\"\n\"", "\"\r\"", "\"\u{0}\"", "\"\u{1F}\"", "\"a\" \"b\"",
      #""a""b""#,
      // Arrays and objects
      "[]", "[ ]", "[1]", "[1,2]", "[1 ,2 ]", "[[],[]]", "[[[1]]]", "[null,true,\"a\",{}]", "[\n1\n]", "[\t1\r\n]",
      "[,]", "[1,]",
      "[,1]", "[1,,2]", "[1 2]", "[1", "[", "]", "[1]]", "[}", "[1}", "[\"a\":1]", "[1:2]", "[\u{C}1]", "[\u{A0}1]",
      "[\u{2003}1]",
      "{}", "{ }", "{\"a\":1}", "{\"a\" : 1 , \"b\" : 2}", "{\"\":0}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":[{}]}}",
      "{\"a\"}",
      "{\"a\":}", "{\"a\":1,}", "{,\"a\":1}", "{,}", "{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}", "{\"a\" 1}", "{a:1}",
      "{'a':1}",
      "{1:1}", "{null:1}", "{\"a\":1", "{\"a\"", "{", "}", "{]", "{\"a\":1]", "{\"a\"::1}", "{\"a\":1}}", "{\"a\":1;}",
      "{\"a\\u0000b\":1}", "{\"\\ud83d\":1}", "{\"a\":1}//", "{\"a\":/**/1}", "#\n1", "1 //x", "<b>", "*", "&", "$",
      "@", "", " ",
      String(repeating: "[", count: 20) + String(repeating: "]", count: 20),
      String(repeating: "[", count: 255) + String(repeating: "]", count: 255),
      String(repeating: "[", count: 256) + String(repeating: "]", count: 256),
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
      String(repeating: "{\"a\":", count: 255) + "1" + String(repeating: "}", count: 255),
      String(repeating: "{\"a\":", count: 256) + "1" + String(repeating: "}", count: 256),
    ]

  /// Invalid and doubtful UTF-8 within a text.
  static let bytes: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xC3, 0xA9], [0xE2, 0x82], [0xE2, 0x28, 0xA1],
    [0xE2, 0x82, 0xAC], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF, 0xBF],
    [0xF0, 0x9F, 0x90],
    [0xF0, 0x9F, 0x90, 0x95], [0xF0, 0x80, 0x80, 0xAF], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
    [0xF8, 0x88, 0x80, 0x80, 0x80],
    [0xFE], [0xFF], [0xE9], [0x61, 0xE9, 0x62], [0xFF, 0xFE, 0x61, 0x00],
  ]

  /// Whole messages that hold no more than one event.
  static let messageTexts: [String] = [
    "{\"x\":1}", " {\"x\":1} ", "\t\r\n{\"x\":1}\n", "\u{FEFF}{\"x\":1}", "\u{FEFF} {\"x\":1}", " \u{FEFF}{\"x\":1}",
    "{\"x\":1}\u{FEFF}",
    "{\"x\":1}\u{0}", "\u{0}{\"x\":1}", "{\"x\":1}x", "{\"x\":1},", "{\"x\":1}]", "{\"x\":1}{\"x\":2}",
    "{\"x\":1}\u{A0}",
    "[{\"x\":1}]", "[{\"x\":1}", "[{\"x\":1}],", "[{\"x\":1},]", "{\"x\":1,\"x\":2}", "{\"y\":1,\"\\u0078\":2}",
    "{\"x\":1,\"\\u0078\":2}",
    "{\"x\":\"1\",\"x\":null}", "{\"x\" :1,\"\\ud800x\":2}",
  ]

  static let schema = Schema([Field("x", .string)])

  private static func scan(_ body: [UInt8], schema: Schema = schema) -> ScannedEvents {
    JSONEventScanner(schema: schema).scan(bodies: body, ends: [body.count])
  }

  @Test(
    "on every value, wanted or passed over",
    arguments: valueTexts.map { Array($0.utf8) } + bytes.map { [0x22] + $0 + [0x22] })
  func values(value: [UInt8]) throws {
    let event = Array("{\"x\":".utf8) + value + Array("}".utf8)
    let read = try? JSON(parsing: event)
    let shown = String(decoding: value.prefix(40), as: UTF8.self)
    let wanted = Self.scan(event)
    let passed = Self.scan(event, schema: Schema([Field("y", .long)]))
    #expect(wanted.rejected.isEmpty == (read?["x"] != nil), "wanted: \(shown)")
    #expect(passed.rejected.isEmpty == (read != nil), "passed over: \(shown)")
    guard let value = read?["x"], wanted.table.rowCount == 1 else { return }
    switch (value, wanted.table.row(0)[0]) {
    case (.null, let found): #expect(found == .null, "\(shown)")
    case (.string(let text), .string(let found)): #expect(Array(text.utf8) == Array(found.utf8), "\(shown)")
    // Of other values the stream keeps the text, which means the same again.
    case (_, .string(let found)): #expect(try JSON(parsing: found) == value, "\(shown)")
    case (_, let found): Issue.record("\(shown): \(found)")
    }
  }

  @Test(
    "on every name",
    arguments: valueTexts.filter { $0.hasPrefix("\"") }.map { Array($0.utf8) } + bytes.map { [0x22] + $0 + [0x22] })
  func names(name: [UInt8]) {
    let event = Array("{".utf8) + name + Array(":7}".utf8)
    let read = try? JSON(parsing: event)
    #expect(Self.scan(event).rejected.isEmpty == (read != nil), "\(String(decoding: name, as: UTF8.self))")
    guard let found = read?.members?.keys.first, Self.scan(event).rejected.isEmpty else { return }
    let scanned = Self.scan(event, schema: Schema([Field(found, .long)]))
    #expect(scanned.table.row(0)[0] == .integer(7), "\(found)")
  }

  @Test("on numbers", arguments: valueTexts)
  func numbers(text: String) {
    let event = Array("{\"x\":\(text)}".utf8)
    guard let number = (try? JSON(parsing: event))?["x"], number.number != nil else { return }
    let double = Self.scan(event, schema: Schema([Field("x", .double)]))
    #expect(double.table.rowCount == 1, "\(text)")
    if case .double(let found)? = double.table.rowCount == 1 ? double.table.row(0)[0] : nil, let wanted = number.number
    {
      // -0 is a whole number to the reader, which keeps no sign of zero.
      #expect(found == wanted, "\(text)")
    }
    let whole = Self.scan(event, schema: Schema([Field("x", .long)]))
    #expect(whole.table.rowCount == (number.integer == nil ? 0 : 1), "\(text)")
    if let integer = number.integer { #expect(whole.table.row(0)[0] == .integer(integer), "\(text)") }
  }

  @Test("on whole messages, of which the last of repeated members counts", arguments: messageTexts)
  func messages(message: String) {
    let read = try? JSON(parsing: Array(message.utf8))
    let scanned = Self.scan(Array(message.utf8), schema: Schema([Field("x", .long)]))
    let event = read?.elements?.first ?? read
    if event?.members == nil {
      #expect(!scanned.rejected.isEmpty, "\(message)")
    } else {
      #expect(scanned.rejected.isEmpty, "\(message)")
      guard scanned.table.rowCount == 1 else { return }
      #expect(scanned.table.row(0)[0] == (event?["x"]?.integer.map { .integer($0) } ?? .null), "\(message)")
    }
  }
}
