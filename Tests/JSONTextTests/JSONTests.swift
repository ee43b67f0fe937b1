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
}
