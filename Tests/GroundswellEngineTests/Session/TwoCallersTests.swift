import Foundation
import GroundswellEngine
import Rendering
import Synchronization
import Testing

@Suite("Two callers of one session")
struct TwoCallersTests {
  @Test("run their cells one after the other, in the order in which they hand them in")
  func takeTurns() async throws {
    try await withTwoCallers { session, heard in
      // A cell of many statements waits for the session often; none of the other's may come between.
      let first = Task { await session.run(Cell(Self.cell("first"))) }
      await heard.wait(for: "first")
      let second = Task { await session.run(Cell(Self.cell("second"))) }
      let results = await [first.value, second.value]
      #expect(results.map(\.failure) == [nil, nil])
      #expect(heard.words == Array(repeating: "first", count: 20) + Array(repeating: "second", count: 20))
      #expect(results.map { $0.outputs.count } == [20, 20])
    }
  }

  @Test("share parameters only between cells")
  func parameters() async throws {
    let session = try Session(workspace: NSTemporaryDirectory() + UUID().uuidString)
    let cells = ["one", "two", "three", "four"].map { name in
      Cell("set name \(name)\n" + Array(repeating: "SELECT $name AS name;", count: 5).joined(separator: "\n"))
    }
    await withTaskGroup { group in
      for (cell, name) in zip(cells, ["one", "two", "three", "four"]) {
        group.addTask {
          let result = await session.run(cell)
          #expect(result.failure == nil)
          #expect(result.outputs.allSatisfy { $0.plainText.contains("\(name) ") }, "\(result.outputs)")
        }
      }
    }
  }

  @Test("leave the queue when they are cancelled, and the cell before them runs on")
  func cancellation() async throws {
    try await withTwoCallers { session, heard in
      let running = Task { await session.run(Cell(Self.endless)) }
      await heard.wait(for: "begun")
      let waiting = Task { await session.run(Cell("SELECT 'waiting' AS word;")) }
      waiting.cancel()
      #expect(await waiting.value.failure?.hasPrefix("interrupted") == true)
      #expect(heard.words == ["begun"])
      running.cancel()
      #expect(await running.value.failure?.contains("interrupted") == true)
    }
  }

  @Test("stop the cell that runs, and the next one begins")
  func interrupt() async throws {
    try await withTwoCallers { session, heard in
      let running = Task { await session.run(Cell(Self.endless)) }
      await heard.wait(for: "begun")
      let next = Task { await session.run(Cell("SELECT 'next' AS word;")) }
      await session.interrupt()
      #expect(await running.value.failure?.contains("interrupted") == true)
      #expect(await next.value.failure == nil)
      #expect(heard.words == ["begun", "next"])
    }
  }

  @Test("are answered while a SELECT of another runs")
  func answers() async throws {
    try await withTwoCallers { session, heard in
      let running = Task { await session.run(Cell(Self.endless)) }
      await heard.wait(for: "begun")
      // Neither of these waits for the statement, which does not end by itself.
      #expect(await session.names.functions.contains("anomalydetect"))
      #expect(await session.runningQueries.isEmpty)
      #expect(await session.document.nextNumber == 1)
      await session.interrupt()
      #expect(await running.value.failure?.contains("interrupted") == true)
    }
  }

  private static func cell(_ word: String) -> String {
    Array(repeating: "SELECT '\(word)' AS word;", count: 20).joined(separator: "\n")
  }

  private static let endless = """
    SELECT 'begun' AS word;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS rows FROM n;
    """

  private func withTwoCallers(_ body: (Session, Heard) async throws -> Void) async throws {
    let session = try Session(workspace: NSTemporaryDirectory() + UUID().uuidString)
    let heard = Heard()
    session.events.subscribe { if case .output(let output) = $0 { heard.add(output) } }
    try await body(session, heard)
  }
}

/// The words that a session's tables of one cell held, in the order in which they came.
private final class Heard: Sendable {
  private let state = Mutex<(words: [String], waiting: [(String, CheckedContinuation<Void, Never>)])>(([], []))

  var words: [String] { state.withLock { $0.words } }

  func add(_ output: Output) {
    guard case .table(let table) = output, table.rowCount == 1 else { return }
    let word = table.columns[0][0].description
    let ready = state.withLock { state in
      state.words.append(word)
      defer { state.waiting.removeAll { $0.0 == word } }
      return state.waiting.filter { $0.0 == word }
    }
    for (_, continuation) in ready { continuation.resume() }
  }

  /// Waits until a word has come.
  func wait(for word: String) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.words.contains(word) { return true }
        state.waiting.append((word, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}
