import Testing
import Wording

@Suite("Did you mean")
struct SuggestionTests {
  static let commands = ["aggregate", "connect", "detect", "send", "show", "stream", "tables", "write"]

  @Test(
    "finds the word that was meant",
    arguments: [
      ("detcet", "detect"), ("shwo", "show"), ("SHOW", "show"), ("sned", "send"), ("table", "tables"),
      ("conect", "connect"), ("wirte", "write"), ("aggr", "aggregate"),
    ])
  func finds(typed: String, meant: String) {
    #expect(Suggestion.closest(to: typed, in: Self.commands) == meant)
  }

  @Test("stays silent when nothing is near", arguments: ["", "x", "kafka", "hello", "s", "queries"])
  func silent(typed: String) {
    #expect(Suggestion.closest(to: typed, in: Self.commands) == nil)
  }
}
