import Testing
import Wording

@Suite("Shown texts")
struct VisibleTests {
  @Test(
    "have pictures in place of what steers a terminal or hides in it",
    arguments: [
      ("\u{1B}]0;x\u{7}", "␛]0;x␇"), ("a\rb", "a␍b"), ("a\r\nb", "a\nb"), ("a\u{7F}b", "a␡b"),
      ("a\u{9B}2J", "a<U+009B>2J"),
      ("a\u{AD}b", "a<U+00AD>b"), ("a\u{202E}b\u{2069}", "a<U+202E>b<U+2069>"), ("a\u{200B}b", "a<U+200B>b"),
      ("\u{FEFF}a\u{2060}", "<U+FEFF>a<U+2060>"), ("a\u{200D}b", "a<U+200D>b"), ("a\u{2028}b", "a<U+2028>b"),
      ("\u{E0041}a", "<U+E0041>a"), ("a\u{61C}\u{200F}", "a<U+061C><U+200F>"), ("a\u{FE0F}", "a\u{FE0F}"),
      // What is a part of letters and pictures stays.
      ("👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ می‌خواهم é 日本\tx\ny", "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ می‌خواهم é 日本\tx\ny"),
    ])
  func pictures(text: String, shown: String) {
    #expect(harmless(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test("stand on one line where they must")
  func oneLine() {
    #expect(visible("a\r\nb\tc\rd", lineEnd: "⏎") == "a⏎b␉c⏎d")
    #expect(shortened("abcdef", to: 4) == "abcd…" && shortened("äöüß", to: 4) == "äöüß")
  }
}
