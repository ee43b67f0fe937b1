import JSONText
import Testing

@Suite("JSON values")
struct JSONTests {
  @Test(
    "come back as the same text, keys sorted",
    arguments: [
      ("null", "null"), ("true", "true"), ("-0", "0"), ("95", "95"), ("95.0", "95.0"), ("0.25", "0.25"),
      ("9223372036854775807", "9223372036854775807"), ("1e300", "1e+300"), (#""a\u0001\n\"""#, #""a\u0001\n\"""#),
      (#""🐕 é""#, #""🐕 é""#), ("[]", "[]"), ("{}", "{}"),
      (#"{"b":[1,{"x":null}],"a":false}"#, #"{"a":false,"b":[1,{"x":null}]}"#),
    ])
  func roundTrip(text: String, written: String) throws {
    #expect(try JSON(parsing: text).description == written)
  }

  @Test("are written with the indentation of notebooks")
  func indented() {
    let value: JSON = ["cells": [["id": "a"], [:]], "n": 4]
    #expect(
      value.written(indent: 1) == """
        {
         "cells": [
          {
           "id": "a"
          },
          {}
         ],
         "n": 4
        }
        """)
  }

  @Test("read escapes, surrogate pairs and a byte order mark")
  func escapes() throws {
    #expect(try JSON(parsing: #""\/\b\f\r\t\u00e9\ud83d\udc15\ud83dx""#).text == "/\u{8}\u{C}\r\té🐕\u{FFFD}x")
    #expect(try JSON(parsing: [0xEF, 0xBB, 0xBF, 0x31]) == 1)
  }

  @Test(
    "refuse other text, naming the place",
    arguments: [
      ("", "line 1, column 1: a value should stand here, the text ended"),
      ("{", "line 1, column 2: a member's name in quotes should stand here, the text ended"),
      ("[1,]", "line 1, column 4: a value should stand here, found \"]\""),
      ("{\n \"é\": tru\n}", "line 2, column 7: a value should stand here, found \"tru\n}\""),
      ("{\"a\" 1}", "line 1, column 6: ':' should follow the name \"a\", found \"1}\""),
      ("{\"a\":1}x", "line 1, column 8: the text should end here, found \"x\""),
      ("01", "line 1, column 2: the text should end here, found \"1\""),
      ("1e999", "line 1, column 1: 1e999 is beyond the range of a number, found \"1e999\""),
      ("NaN", "line 1, column 1: a value should stand here, found \"NaN\""),
      ("\"a", "line 1, column 3: the text in quotes does not end, the text ended"),
      ("\"\\x\"", "line 1, column 3: '\\' must be followed by one of \"\\/bfnrtu, found \"x\"\""),
    ])
  func refuse(text: String, message: String) {
    let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    #expect(error?.description == message)
  }

  @Test("refuse nesting that would exhaust the stack")
  func deep() {
    #expect(throws: JSONSyntaxError.self) { try JSON(parsing: String(repeating: "[", count: 100_000)) }
  }

  /// Bytes, since not all of it is text: `~` in an argument stands for the byte 0xFF.
  static func bytes(_ text: String) -> [UInt8] { text.utf8.map { $0 == UInt8(ascii: "~") ? 0xFF : $0 } }

  @Test(
    "take all that RFC 8259 calls JSON",
    arguments: [
      // Arrays and objects
      "[]", "[ ]", "[[]]", "[[] ]", "[null, 1, \"1\", {}]", "[1\n]", " [1]", "[1] ", "[1,null,null,null,2]", "{}",
      "{\"\":0}", "{\"a\":\"b\",\"a\":\"c\"}", "{\"a\":[]}", "{\n\"a\": \"b\"\n}", "{\"foo\\u0000bar\": 42}",
      // Numbers
      "[0]", "[-0]", "[-1]", "[123]", "[-123]", "[0e1]", "[0e+1]", "[1E22]", "[1E-2]", "[1E+2]", "[1e-2]", "[1.5e3]",
      "[123.456e78]", "[-0.0000000000001]", "[1e+2]", "42", "-0.1", "[100000000000000000000]",
      // Texts
      "\"\"", "\" \"", "[\"\\\\a\"]", "[\"\\\"\"]", "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]",
      "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\u0000\"]", "[\"\u{7F}\"]",
      "[\"\u{2028}\u{2029}\"]", "[\"\u{10FFFF}\"]", "[\"\u{FFFE}\"]", "[\"a/*b*/c\"]", "[\"\\uDBFF\\uDFFE\"]",
      // Words and blanks
      "true", "false", "null", "[true]", "\t\r\n 1 ",
    ])
  func accepted(text: String) {
    #expect(throws: Never.self) { try JSON(parsing: text) }
  }

  @Test(
    "refuse what RFC 8259 does not call JSON",
    arguments: [
      // Arrays and objects
      "[1 true]", "[a]", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]", "[\"\",]", "[\"x\"", "[x",
      "[3[4]]", "[1:2]", "[,]", "[-]", "[   , \"\"]", "[1,\n1\n,1", "[1,]", "[*]", "[", "]", "[][]", "[<null>]", "<.>",
      "[1}", "{1:1}", "{a: \"b\"}", "{\"a\" b}", "{\"a\"", "{\"a\":", "{\"a\":\"a", "{:\"b\"}", "{\"a\" \"b\"}", "{,}",
      "{\"x\"::\"b\"}", "{\"id\":0,}", "{\"id\":0,,}", "{'a':0}", "{\"a\":\"b\",,\"c\":\"d\"}", "{\"a\":true} \"x\"",
      "{\"a\":\"b\"}#", "{\"a\":/*comment*/\"b\"}", "{\"a\":\"b\"}//", "{[: \"x\"}", "{\"a\": true", "{}}", "{\"\":",
      // Numbers
      "[++1234]", "[+1]", "[+Inf]", "[-01]", "[-1.0.]", "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]",
      "[0.e1]", "[0E]", "[0E+]", "[1.0e+]", "[1.0e-]", "[1eE2]", "[1 000.0]", "[2.e3]", "[9.e+]", "[Inf]", "[NaN]",
      "[1+2]",
      "[0x1]", "[0x42]", "[Infinity]", "[-Infinity]", "[0e+-1]", "[-foo]", "[- 1]", "[-012]", "[-.123]", "[-1x]",
      "[1ea]",
      "[1.]", "[.123]", "[1.2a-3]", "[012]", "[1.8011670033376514H-308]", "[\u{FF11}]", "2.", "-",
      // Texts
      "[\"\\uD800\\\"]", "[\"\\uD800\\u\"]", "[\"\\uD800\\u1\"]", "[\"\\uD800\\u1x\"]", "[\"\\x00\"]", "[\"\\\\\\\"]",
      "[\"\\\u{1F300}\"]", "[\"\\\"]", "[\"\\u00A\"]", "[\"\\uD834\\uDd\"]", "[\"\\a\"]", "[\"\\uqqqq\"]",
      "[\"\\u-000\"]",
      "[\"\\u+041\"]", "[\"\\u 041\"]", "[\\u0020\"asd\"]", "[\\n]", "\"", "['single quote']", "abc", "[\"\\",
      "[\"a\u{0}a\"]",
      "[\"new\nline\"]", "[\"\t\"]", "\"\"x", "[\"\\u00e\u{e9}\"]",
      // Words and blanks
      "[tru]", "[fals]", "[nul]", "[True]", "", " ", "\u{FEFF}", "1]", "*", "<null>", "[True]", "\u{2060}[]", "[\u{C}]",
      "[\u{A0}]", "{\"a\":\"b\"", "nulll",
      // Bytes that are not UTF-8
      "[\"~\"]", "[~]", "~", "{\"~\":1}", "[1~]", "[\"\\u~\"]", "[\"\\~\"]", "[0~]", "[1e1~]", "[-123.123~]",
    ])
  func refused(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSON(parsing: Self.bytes(text)) }
  }

  @Test(
    "read what RFC 8259 leaves open as a stream's events are read",
    arguments: [
      // Half of a surrogate pair stands for no character, and takes nothing along.
      (#""\uDADA""#, "\u{FFFD}"), (#""\ud800a""#, "\u{FFFD}a"), (#""\uD888\u1234""#, "\u{FFFD}\u{1234}"),
      (#""\uD800\uD800\n""#, "\u{FFFD}\u{FFFD}\n"), (#""\uDd1ea""#, "\u{FFFD}a"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
      (#""\udc15\ud83d""#, "\u{FFFD}\u{FFFD}"), (#""\ud83d\ud83d\udc15""#, "\u{FFFD}🐕"),
    ])
  func open(text: String, meaning: String) throws {
    #expect(try JSON(parsing: text).text?.unicodeScalars.elementsEqual(meaning.unicodeScalars) == true)
  }
}
