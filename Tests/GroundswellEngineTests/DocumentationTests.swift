import CivilTime
import DurableFiles
import GroundswellEngine
import LocalPipeline
import NotebookFormat
import TestSupport
import Testing

/// The programs and the transcripts of the documentation catalogue, compiled and run.
@Suite("The documentation")
struct DocumentationTests {
  private static let root = String(#filePath.dropLast("Tests/GroundswellEngineTests/DocumentationTests.swift".count))
  private static let catalogue = root + "Sources/GroundswellEngine/GroundswellEngine.docc/"

  private static func text(_ article: String) throws -> String {
    String(decoding: try DurableFiles.read(catalogue + article), as: UTF8.self)
  }

  /// The lines of the articles' programs, without imports and indentation, one list a program.
  private static func programs() throws -> [(article: String, lines: [String])] {
    try DurableFiles.names(in: catalogue).flatMap { article in
      try text(article).components(of: "```swift\n", to: "```").map { program in
        (article, program.trimmedLines.filter { !$0.isEmpty && !$0.hasPrefix("import ") })
      }
    }
  }

  @Test("shows only programs that are compiled here")
  func compiled() throws {
    let here = String(decoding: try DurableFiles.read(#filePath), as: UTF8.self).trimmedLines.filter { !$0.isEmpty }
    let programs = try Self.programs()
    #expect(programs.count == 5)
    for (article, lines) in programs {
      let isHere = here.indices.contains { here[$0...].starts(with: lines) }
      #expect(isHere, "\(article): \(lines.first ?? "")")
    }
  }

  @Test("finds the rows of the overview's program")
  func overview() async throws {
    try await withTemporaryFolder { folder in
      let workspace = folder + "/workspace"
      let session = try Session(on: .local(workspace: workspace))
      try await session.run("send --sample")
      try await session.run(
        """
        stream messages --schema "timestamp TIMESTAMP, favorite INT"
        aggregate hourly --from messages --window 1h --avg favorite --as average
        write hourly --to likes
        """)
      let answer = try await session.run("SELECT count(*) AS hours, max(average) AS most FROM likes;")
      print(answer.rows[0]["hours"] ?? .null, answer.rows[0]["most"] ?? .null)
      #expect(answer.rows.map { [$0["hours"], $0["MOST"]] } == [[.integer(504), .double(478.6060606060606)]])
      #expect(answer.rows[0]["nothing"] == nil)
      #expect(answer.columns == ["hours", "most"])
      #expect(answer.texts.count == 1)
    }
  }

  @Test("embeds a session with a clock of its own, and with several callers")
  func embedding() async throws {
    try await withTemporaryFolder { folder in
      let workspace = folder + "/workspace"
      let session = try Session(on: .local(workspace: workspace), clock: { Timestamp("2019-04-24T12:00:00Z") ?? .now })
      let answer = try await session.run("SELECT 6 * 7 AS answer, 'likes' AS word;")
      for row in answer.rows {
        print(answer.columns.map { "\($0): \(row[$0] ?? .null)" }.joined(separator: ", "))
      }
      #expect(answer.rows.map { [$0["answer"], $0["word"]] } == [[.integer(42), .string("likes")]])
      async let first = session.run("set hours 72")
      async let second = session.run("SELECT 1 AS one;")
      _ = try await (first, second)
      #expect(try await session.run("SELECT $hours AS hours, now() AS now;").rows[0]["hours"] == .integer(72))
    }
  }

  @Test("prints an error as it says")
  func errors() async throws {
    try await withTemporaryFolder { folder in
      let session = try Session(on: .local(workspace: folder))
      do {
        try await session.run("shwo likes")
      } catch {
        print(error)
      }
      let error = await #expect(throws: CellError.self) { try await session.run("shwo likes") }
      let shown = try Self.text("Errors.md").components(of: "It prints:\n\n```\n", to: "```").first
      #expect(shown == error.map { $0.description + "\n" })
    }
  }

  private struct FailedNotebook: Error {
    let failure: String
  }

  @Test("replays a notebook with other parameters")
  func replay() async throws {
    try await withTemporaryFolder { folder in
      let session = try Session(on: .local(workspace: folder + "/workspace"))
      let path = folder + "/n.gsw"
      let cells = "# %% tags=[\"parameters\"]\nset hours 72\n\n# %%\nSELECT $hours AS hours;\n"
      try DurableFiles.replace(path, with: Array(cells.utf8))
      let notebook = try Notebook(reading: path)
      let replay = try await session.run(notebook, parameters: ["hours": "48"])
      print(replay.outputs.last ?? "")
      if let failure = replay.failure { throw FailedNotebook(failure: failure) }
      #expect(replay.outputs.last?.contains("48") == true)
    }
  }

  @Test("types its cells as it says")
  func cells() async throws {
    let article = try Self.text("TheCellLanguage.md")
    let transcript = Transcript(try #require(article.components(of: "```\n", to: "```").first))
    try await withTemporaryFolder { folder in
      let session = try Session(on: .local(workspace: folder))
      let replayed = try await transcript.replayed { cell in
        try await session.run(cell).texts.joined(separator: "\n")
      }
      #expect(replayed.text == transcript.text)
      #expect(transcript.exchanges.count == 4)
    }
  }
}

extension String {
  /// What stands between two marks, each time.
  fileprivate func components(of start: String, to end: String) -> [String] {
    split(separator: start, omittingEmptySubsequences: false).dropFirst().compactMap {
      $0.split(separator: end, omittingEmptySubsequences: false).first.map(String.init)
    }
  }

  fileprivate var trimmedLines: [String] {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0.drop { $0 == " " }) }
  }
}
