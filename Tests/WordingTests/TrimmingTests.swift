import Testing
import Wording

@Suite("Trimming")
struct TrimmingTests {
  @Test(
    "leaves out blanks and line ends around a text, at its end, or line ends alone",
    arguments: [
      ("", "", "", ""), (" \t\n ", "", "", " \t\n "), (" a b ", "a b", " a b", " a b "), ("a\r\n\n", "a", "a", "a"),
      ("\u{A0}é\n b\u{2028}", "é\n b", "\u{A0}é\n b", "\u{A0}é\n b"), ("🌊", "🌊", "🌊", "🌊"),
    ])
  func trimming(text: String, trimmed: String, end: String, lineEnds: String) {
    #expect(text.trimmed == trimmed && text.trimmedEnd == end && text.withoutLineEnds == lineEnds)
    #expect(text[...].trimmed == trimmed)
  }
}
