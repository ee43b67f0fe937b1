import CivilTime
import DurableFiles
import Foundation
import GroundswellEngine
import TestSupport
import Testing

/// The sessions in `Tests/Transcripts`, replayed by the engine. `GROUNDSWELL_UPDATE=1` accepts what is printed now.
@Suite("A transcript")
struct TranscriptTests {
  static let folder = TutorialTests.root + "/Tests/Transcripts"
  static let names = (try? DurableFiles.names(in: folder))?.filter { $0.hasSuffix(".gsw") }.sorted() ?? []

  @Test("prints the same again", arguments: names)
  func replay(name: String) async throws {
    let saved = try Transcript(Self.text(Self.folder + "/" + name))
    let replayed = try await withTemporaryFolder { folder in
      for file in try DurableFiles.names(in: Self.folder + "/Files") {
        let text = try Self.text(Self.folder + "/Files/" + file).replacing("DIR", with: folder)
        try DurableFiles.replace(folder + "/" + file, with: Array(text.utf8))
      }
      let now = try #require(Timestamp("2019-04-22T00:00:00Z"))
      let session = try Session(workspace: folder) { now }
      return await saved.replayed { cell in
        let result = await session.runAndKeep(Cell(cell.replacing("DIR", with: folder)))
        let printed = result.outputs.map(\.plainText) + (result.failure.map { ["! " + $0] } ?? [])
        return printed.joined(separator: "\n").replacing(folder, with: "DIR")
      }
    }
    if ProcessInfo.processInfo.environment["GROUNDSWELL_UPDATE"] != nil {
      try DurableFiles.replace(Self.folder + "/" + name, with: Array(replayed.text.utf8))
    }
    for (before, now) in zip(saved.exchanges, replayed.exchanges) where before.output != now.output {
      Issue.record("\(name):\(before.line): \(before.cell)\n--- expected\n\(before.output)\n--- printed\n\(now.output)")
    }
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try DurableFiles.read(path), as: UTF8.self)
  }

  @Test("is written as it was read")
  func form() {
    let text = """
      # A comment.
      [1]> SELECT 1
      ...>   AS one;
      one

      two
      # Another,

      > tables
      > cells

      # and the last.

      """
    let transcript = Transcript(text)
    #expect(transcript.text == text)
    #expect(transcript.exchanges.map(\.cell) == ["SELECT 1\n  AS one;", "tables", "cells"])
    #expect(transcript.exchanges.map(\.output) == ["one\n\ntwo", "", ""])
    #expect(transcript.exchanges.map(\.line) == [2, 9, 10])
  }
}
