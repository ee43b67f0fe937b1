import GroundswellEngine
import Testing

@Suite("A session")
struct SessionTests {
  /// What is printed for each cell, a failure after `! `.
  static func transcript(_ cells: [String]) async throws -> [String] {
    let session = try Session()
    var printed: [String] = []
    for cell in cells {
      let result = await session.runAndKeep(Cell(cell))
      printed += result.outputs.map(\.plainText)
      if let failure = result.failure { printed.append("! " + failure) }
    }
    return printed
  }

  @Test(
    "prints",
    arguments: [
      (["set"], ["no parameters yet: set NAME VALUE"]),
      (["set hours 72\nset b 'x y'", "set"], ["b = x y\nhours = 72"]),
      (
        ["set hours 72\nSELECT $hours + 1 AS more;"],
        ["┌────────┐\n│   more │\n│ bigint │\n├────────┤\n│     73 │\n└────────┘"]
      ),
      (["cells"], ["no cells yet: what runs at the prompt becomes one"]),
      (["set a 1 # first\n", "cells"], ["[1] cell-1  set a 1 # first"]),
      (["shwo x"], ["! there is no command 'shwo'\ndid you mean 'show'?"]),
      (["clels"], ["! there is no command 'clels'\ndid you mean 'cells'?"]),
      (["set 1a 2"], ["! set: '1a' is no name for a parameter\ntry: help set"]),
      (["set a 1\nset b $aa\nset c 3", "set"], ["! line 2: there is no parameter 'aa'\ndid you mean 'a'?", "a = 1"]),
      (
        ["set a 1\nset b 'x", "set"],
        [
          "! line 2: the text that begins with ' does not end\nadd ' where it should end",
          "no parameters yet: set NAME VALUE",
        ]
      ),
    ] as [([String], [String])])
  func prints(cells: [String], printed: [String]) async throws {
    #expect(try await Self.transcript(cells) == printed)
  }

  @Test("has help for every command", arguments: CommandList.names)
  func help(name: String) async throws {
    let text = try await Self.transcript(["help \(name)"]).joined()
    #expect(text.contains("OVERVIEW:") && text.contains("USAGE: \(name)"), "\(text)")
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
    for example in lines.filter({ $0.hasPrefix("  \(name) ") }) {
      for case .command(let words) in try Cell(String(example)).statements().map(\.content) {
        _ = try CommandList.command(for: words)
      }
    }
  }
}
