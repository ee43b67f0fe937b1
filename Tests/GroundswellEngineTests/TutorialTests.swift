import DurableFiles
import Foundation
import GroundswellEngine
import LocalPipeline
import NotebookFormat
import Testing

@Suite("The tutorial")
struct TutorialTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path()

  static func notebook(_ name: String) throws -> Notebook {
    try Notebook(reading: root + "/notebooks/\(name).ipynb")
  }

  static func inWorkspace(_ test: (Session) async throws -> Void) async throws {
    let path = NSTemporaryDirectory() + "workspace-" + UUID().uuidString
    defer { try? DurableFiles.remove(path) }
    try await test(try Session(workspace: path))
  }

  @Test(
    "answers for an hour",
    arguments: [("2019-04-16T00:00:00Z", "false"), ("2019-04-17T20:00:00Z", "true"), ("2019-04-06T15:00:00Z", "true")])
  func verdict(endTime: String, verdict: String) async throws {
    try await Self.inWorkspace { session in
      _ = try await session.run(Self.notebook("SendTweetsToEventHub"))
      let replay = try await session.run(
        Self.notebook("AnalyzeTweetsFromEventHub"), parameters: ["end_time": endTime])
      let table = """
        ┌──────────────────────┬─────────┐
        │ timestamp            │ anomaly │
        │ string               │ string  │
        ├──────────────────────┼─────────┤
        │ \(endTime) │ \(verdict)\(verdict == "true" ? " " : "")   │
        └──────────────────────┴─────────┘
        """
      #expect(replay.outputs.last == table)
    }
  }

  @Test("refuses a parameter that a notebook does not have")
  func parameters() async throws {
    try await Self.inWorkspace { session in
      let notebook = try Self.notebook("SendTweetsToEventHub")
      let error = await #expect(throws: (any Error).self) {
        try await session.run(notebook, parameters: ["dasy": "3"])
      }
      #expect(error.map { sentences(for: $0) } == "there is no notebook parameter 'dasy'\ndid you mean 'days'?")
    }
  }

  @Test("is replayed by the program that the README shows")
  func readme() async throws {
    let readme = try String(contentsOfFile: Self.root + "/README.md", encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let program = try #require(readme.split(separator: "```swift\n").dropFirst().first?.split(separator: "```").first)
    for line in program.split(separator: "\n") {
      #expect(source.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
    }
    try await Self.replayAsInReadme(root: Self.root)
  }

  static func replayAsInReadme(root: String) async throws {
    let workspace = NSTemporaryDirectory() + "workspace-" + UUID().uuidString
    defer { try? DurableFiles.remove(workspace) }
    let notebooks = root + "/notebooks"
    let session = try Session(on: .local(workspace: workspace))
    for name in ["SendTweetsToEventHub", "AnalyzeTweetsFromEventHub"] {
      let replay = try await session.run(try Notebook(reading: "\(notebooks)/\(name).ipynb"))
      if let failure = replay.failure { print(failure) }
      print(replay.outputs.last ?? "")
    }
  }
}
