import DurableFiles
import GroundswellEngine
import TestSupport
import Testing

/// Which query a table belongs to, when tables, checkpoints and hubs are removed or replaced.
@Suite("A table")
struct TableOwnerTests {
  static let defined = """
    send --from DIR/events.jsonl
    stream s --schema 'timestamp TIMESTAMP, favorite INT'
    aggregate a --from s --window 1h --avg favorite --as average --count
    """

  @Test("that was removed or overwritten is written again; a hub that began anew is refused")
  func identity() async throws {
    try await withTemporaryFolder { folder in
      let event = #"{"timestamp":"2019-04-10T09:10:00Z","favorite":4}"#
      let later = event.replacing("T09", with: "T11")
      try DurableFiles.replace(folder + "/events.jsonl", with: Array("\(event)\n\(later)\n".utf8))
      let session = try Session(workspace: folder)
      func run(_ cell: String) async -> String {
        let result = await session.run(Cell(cell.replacing("DIR", with: folder)))
        return result.failure ?? result.outputs.last?.plainText ?? ""
      }
      _ = await run(Self.defined + "\nwrite a --to t")
      let written = await run("SELECT * FROM t;")
      try DurableFiles.remove(folder + "/tables/t")
      #expect(await run("write a --to t") == "a → t: 0 new events in 1 batch, 2 windows")
      #expect(await run("SELECT * FROM t;") == written)
      _ = await run("aggregate b --from s --window 1d --avg favorite --as average --count\nwrite b --to t --restart")
      let others = await run("SELECT * FROM t;")
      #expect(others != written)
      let refused = await run("write a --to t")
      #expect(refused.contains("holds what another query wrote (checkpoint b): window 1d, slide 1d → "))
      #expect(await run("SELECT * FROM t;") == others)
      #expect(await run("write a --to t --restart").contains(" new events in 1 batch, 2 windows"))
      #expect(await run("SELECT * FROM t;") == written)
      #expect(await run("write a --to t") == "a → t: 0 new events in 0 batches, 2 windows")
      try DurableFiles.remove(folder + "/hubs/default")
      _ = await run(Self.defined)
      #expect(await run("write a --to t").contains("belongs to another definition: hub default"))
    }
  }
}
