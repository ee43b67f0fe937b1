import Testing
import Wording

@Suite("Counts and lists in words")
struct CountedTests {
  @Test(
    "A count is grouped in thousands, its noun in the plural unless it counts one",
    arguments: [
      (0, "0 events"), (1, "1 event"), (2, "2 events"), (999, "999 events"), (1000, "1,000 events"),
      (2_356_017, "2,356,017 events"),
    ])
  func count(number: Int, words: String) {
    #expect(counted(number, "event") == words)
  }

  @Test("A noun may have a plural of its own", arguments: [(0, "0 entries"), (1, "1 entry"), (1_200, "1,200 entries")])
  func plural(number: Int, words: String) {
    #expect(counted(number, "entry", "entries") == words)
  }

  @Test(
    "A list is split at its commas, without blanks around the names",
    arguments: [
      ("", []), ("a", ["a"]), ("a,b", ["a", "b"]), (" a , b c\t,", ["a", "b c"]), (",,", []),
    ] as [(String, [String])])
  func list(text: String, names: [String]) {
    #expect(text.listedNames == names)
  }
}
