import DurableFiles
import Foundation
import GroundswellEngine
import NotebookFormat
import Testing

/// What may change outside of a workspace: by `check`, nothing; by links in a workspace of others, nothing.
@Suite("A workspace")
struct WorkspaceTests {
  let folder = NSTemporaryDirectory() + "workspace-" + UUID().uuidString

  private func write(_ text: String, to name: String) throws {
    try DurableFiles.createFolder(DurableFiles.folder(of: folder + "/" + name))
    try DurableFiles.replace(folder + "/" + name, with: Array(text.utf8))
  }

  /// Each file's bytes, by its path.
  private func content() throws -> [String: Data] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        FileManager.default.contents(atPath: folder + "/" + name).map { (name, $0) }
      })
  }

  @Test(
    "of a check holds all that its cells write",
    arguments: [
      ("export t DIR/victim.csv", "write DIR/victim.csv"), ("export t DIR/new.parquet", "write DIR/new.parquet"),
      ("export t DIR/link/x.csv", "write DIR/link/x.csv"), ("export t DIR/none/../x.csv", "write DIR/none/../x.csv"),
      ("export t DIR/dangling.csv", "write DIR/dangling.csv"), ("hub export DIR/victim.csv", "write DIR/victim.csv"),
      ("note x\nnotebook save DIR/victim.csv", "write DIR/victim.csv"),
      ("notebook convert DIR/n.gsw DIR/victim.md", "write DIR/victim.md"),
      ("run DIR/inner.gsw -o DIR/victim.md", "write DIR/victim.md"), ("run DIR/inner.gsw", "write DIR/victim.csv"),
      ("check DIR/stale.ipynb --update", "write DIR/stale.ipynb"),
      ("connect hub DIR/newhub", "change the hub DIR/newhub"),
      ("connect hub DIR/hub\nsend --sample --days 1", "change the hub DIR/hub"),
      ("connect hub DIR/hub\nhub retain --size 1B", "change the hub DIR/hub"),
      ("connect hub DIR/hub\nhub import DIR/events.jsonl", "change the hub DIR/hub"),
      ("connect hub DIR/link/hub\nhub retain --everything", "change the hub DIR/link/hub"),
    ])
  func rehearsal(cell: String, refused: String) async throws {
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    for name in ["victim.csv", "victim.md"] { try write("precious", to: name) }
    let outside = try Session(workspace: folder + "/other")
    _ = await outside.run(Cell("connect hub \(folder)/hub\nsend --sample --days 1\nhub export \(folder)/events.jsonl"))
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: folder)
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/dangling.csv", withDestinationPath: folder + "/new.csv")
    let made = """
      send --sample --days 1
      stream s --schema "timestamp TIMESTAMP, favorite INT"
      aggregate a --from s --window 1h --avg favorite
      write a --to t
      """
    try write("# %%\nexport t \(folder)/victim.csv", to: "inner.gsw")
    let path = folder + "/n.ipynb"
    for (name, cells) in [
      ("n.ipynb", [made, cell.replacing("DIR", with: folder)]), ("stale.ipynb", ["SELECT 1;"]),
    ] {
      var notebook = Notebook(cells: cells.enumerated().map { .code(id: "c\($0)", $1) })
      notebook.cells[0].kind = .code(outputs: [], executionCount: 1)
      try notebook.write(to: folder + "/" + name)
    }
    try write("# %%\nSELECT 1;", to: "n.gsw")
    let before = try content()
    let result = await outside.run(Cell("check \(path)"))
    #expect(try content() == before)
    let said = result.outputs.map(\.plainText).joined(separator: "\n").replacing(folder, with: "DIR")
    #expect(said.contains("check has no external effects, so it will not \(refused)"), "\(said)")
  }

  @Test("of a check reads files and hubs of other places")
  func reading() async throws {
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    let outside = try Session(workspace: folder + "/other")
    _ = await outside.run(Cell("connect hub \(folder)/hub\nsend --sample --days 1"))
    try write("a\n1\n", to: "a.csv")
    let notebook = Notebook(cells: [
      .code(id: "a", "connect hub \(folder)/hub\nhub"),
      .code(id: "b", "import \(folder)/a.csv --to a\nSELECT * FROM a;"),
    ])
    try notebook.write(to: folder + "/n.ipynb")
    #expect(await outside.run(Cell("run \(folder)/n.ipynb -o \(folder)/n.ipynb")).failure == nil)
    let result = try await Session(workspace: folder + "/other").run(Cell("check \(folder)/n.ipynb"))
    #expect(result.failure == nil)
  }

  @Test(
    "changes nothing through a link that leads out of it",
    arguments: [
      ("hubs/default", "send --sample --days 1"), ("hubs", "send --sample --days 1"),
      ("hubs/default/hub.json", "hub retain --everything"), ("hubs/default/partition-0/lock", "send --sample --days 1"),
      ("tables/t", "import DIR/a.csv --to t"), ("tables", "import DIR/a.csv --to u"),
      ("tables/t/_delta_log/_last_checkpoint", "import DIR/a.csv --to t"), ("tables/t", "vacuum t --retain 0h --yes"),
      ("tables/t", "optimize t"), ("checkpoints/w", "write a --to w"), ("checkpoints", "write a --to w"),
    ])
  func links(place: String, cell: String) async throws {
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    try write("a\n1\n", to: "a.csv")
    let made = """
      send --sample --days 1
      stream s --schema "timestamp TIMESTAMP, favorite INT"
      aggregate a --from s --window 1h --avg favorite
      write a --to w
      import DIR/a.csv --to t
      """.replacing("DIR", with: folder)
    let session = try Session(workspace: folder + "/w")
    #expect(await session.run(Cell(made)).failure == nil)
    // The thing itself now lies outside, with a link in its place.
    let name = folder + "/w/" + place
    if try DurableFiles.exists(name) {
      try FileManager.default.moveItem(atPath: name, toPath: folder + "/outside")
    } else {
      try write("precious", to: "outside")
    }
    try FileManager.default.createSymbolicLink(atPath: name, withDestinationPath: folder + "/outside")
    let before = try content()
    let failure = await session.run(Cell(cell.replacing("DIR", with: folder))).failure ?? ""
    let same = try content().filter { !$0.key.hasSuffix("/lock") } == before.filter { !$0.key.hasSuffix("/lock") }
    #expect(same)
    #expect(failure.contains("is a link"), "\(failure)")
  }

  @Test(
    "takes no names that lead out of it",
    arguments: [
      "history ../x", "optimize ../x", "vacuum /x --dry-run", "export ../x DIR/x.csv", "import DIR/a.csv --to ../x",
      "write a --to ../x", "write a --to t --checkpoint ../../x", "import DIR/a.csv --to a/b",
    ])
  func names(cell: String) async throws {
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    try write("a\n1\n", to: "a.csv")
    // What the name would lead to is there.
    let other = try Session(workspace: folder + "/w/tables/x/..")
    _ = await other.run(Cell("import \(folder)/a.csv --to x"))
    let session = try Session(workspace: folder + "/w")
    _ = await session.run(
      Cell(
        "send --sample --days 1\nstream s --schema 'timestamp TIMESTAMP, favorite INT'\naggregate a --from s --window 1h --avg favorite"
      ))
    let before = try content().keys.sorted()
    let result = await session.run(Cell(cell.replacing("DIR", with: folder)))
    #expect(result.failure != nil)
    #expect(try content().keys.sorted() == before)
  }
}
