import Testing

@testable import GroundswellEngine

@Suite("A command's vocabulary")
struct CommandVocabularyTests {
  private func vocabulary(_ command: String) throws -> CommandVocabulary {
    CommandVocabulary(of: try #require(CommandList.groups.flatMap(\.commands).first { $0._commandName == command }))
  }

  @Test("has the options and values of its definition")
  func words() throws {
    let detect = try vocabulary("detect")
    #expect(detect.positionals.first?.values == ["last", "entire"])
    #expect(detect.option("--granularity")?.values.contains("hourly") == true)
    #expect(detect.option("--include-incomplete")?.takesValue == false)
    #expect(detect.option("--sensitivity")?.takesValue == true)
    #expect(detect.option("--sensitivty") == nil)
    #expect(try vocabulary("tables").optionNames.filter { $0 != "--help" } == [])
    #expect(try vocabulary("run").option("-p") != nil)
  }

  @Test(
    "finds the word that is misspelt",
    arguments: [
      (
        "detect last t --granularty hourly", "--granularty",
        "detect: there is no option '--granularty'\ndid you mean '--granularity'?"
      ),
      (
        "detect last t --granularity=hourley", "hourley",
        "detect: --granularity does not take 'hourley'\ndid you mean 'hourly'?"
      ),
      ("detect lst t", "lst", "detect: unknown word 'lst'\ndid you mean 'last'?"),
      ("tables --all", "--all", "tables: there is no option '--all'\nleave it out: tables takes no options"),
      ("detect last t --sensitivity many", nil, nil), ("detect last t -- --x", nil, nil), ("detect last", nil, nil),
    ] as [(String, String?, String?)])
  func misspelling(typed: String, word: String?, sentences: String?) throws {
    let words = typed.split(separator: " ").map(String.init)
    let found = try vocabulary(words[0]).misspelling(in: Array(words.dropFirst()), of: words[0])
    #expect(found?.wordAtFault == word)
    #expect(found?.sentences == sentences)
  }
}
