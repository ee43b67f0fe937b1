import Foundation
import GroundswellEngine
import NotebookFormat
import Testing

/// `check` on a notebook whose saved outputs were changed by hand.
@Suite("A check")
struct CheckTests {
  static let notebook = """
    # %%
    SELECT 1.5 AS number, 'a' AS text;

    # %% tags=["raises-exception"]
    show nothing

    # %% tags=["nbval-ignore-output"]
    SELECT 7 AS seven;
    """

  static func check(
    changing old: String = "", to new: String = "", _ options: String = "",
    then look: (String) throws -> Void = { _ in }
  ) async throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("check-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (source, path) = (folder.path + "/n.gsw", folder.path + "/n.ipynb")
    try notebook.write(toFile: source, atomically: true, encoding: .utf8)
    let session = try Session(workspace: folder.path + "/w")
    _ = await session.run(Cell("run \(source) -o \(path)"))
    if !old.isEmpty {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains(old))
      try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
    }
    let result = await session.run(Cell("check \(path) \(options)"))
    try look(path)
    let lines = result.outputs.map(\.plainText) + (result.failure.map { ["! " + $0] } ?? [])
    return lines.joined(separator: "\n").replacingOccurrences(of: path, with: "n.ipynb")
  }

  @Test("is quiet where outputs are as saved, numbers as near as was asked for, and what may differ differs")
  func equal() async throws {
    #expect(try await Self.check() == "n.ipynb: 2 cells as saved")
    #expect(try await Self.check(changing: "     7", to: "     8") == "n.ipynb: 2 cells as saved")
    #expect(
      try await Self.check(changing: "    1.5 │", to: "1.5000001 │", "--tolerance 1e-6") == "n.ipynb: 2 cells as saved")
  }

  @Test("shows differences side by side, and fails")
  func different() async throws {
    #expect(
      try await Self.check(changing: "    1.5 │", to: "    1.6 │") == """
        cell [1] cell-1
        saved                                              now
          …
        ├────────┼────────┤                              │ ├────────┼────────┤
        │    1.6 │ a      │                              ≠ │    1.5 │ a      │
        └────────┴────────┘                              │ └────────┴────────┘
        ! not as saved: n.ipynb: 1 cell
        if outputs should differ: check … --update saves the new ones; if cells should fail, tag them raises-exception
        """)
    #expect(try await Self.check(changing: "    1.5 │", to: "    1.6 │", "--tolerance 1e-3").contains("≠"))
    #expect(try await Self.check(changing: "'nothing'", to: "'something'").contains("cell [2] cell-2"))
    // A richer form that differs where the text does not.
    #expect(try await Self.check(changing: "<td>1.5</td>", to: "<td>2</td>").contains("cell [1] cell-1, text/html"))
  }

  @Test("saves the new outputs when told to")
  func update() async throws {
    let said = try await Self.check(changing: "    1.5 │", to: "    1.6 │", "--update") { path in
      let saved = try String(contentsOfFile: path, encoding: .utf8)
      #expect(!saved.contains("1.6"))
    }
    #expect(said.hasSuffix("n.ipynb: saved the new outputs of 1 cell"))
  }

  @Test("refuses a notebook without outputs")
  func nothingSaved() async throws {
    let session = try Session()
    let path = NSTemporaryDirectory() + "none-\(UUID().uuidString).gsw"
    try "# %%\nSELECT 1;\n".write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = await session.run(Cell("check \(path)"))
    #expect(result.failure?.hasPrefix("\(path) is a text form without outputs to compare with") == true)
  }

  /// What `check` says of notebooks a, b, … that build on the named ones, each with the cell given.
  static func order(_ notebooks: [(name: String, after: [String]?, cell: String)]) async throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("check-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = notebooks.map { "\(folder.path)/\($0.name).ipynb" }
    for ((_, after, cell), path) in zip(notebooks, paths) {
      var notebook = Notebook(cells: [.code(id: "c", cell)])
      notebook.cells[0].kind = .code(outputs: [], executionCount: 1)
      if let after { notebook.metadata["groundswell"] = ["after": .array(after.map { .string($0) })] }
      try notebook.write(to: path)
    }
    let result = try await Session(workspace: folder.path + "/w").run(Cell("check " + paths.joined(separator: " ")))
    let lines = result.outputs.map(\.plainText) + (result.failure.map { ["! " + $0] } ?? [])
    return lines.joined(separator: "\n").replacingOccurrences(of: folder.path + "/", with: "")
  }

  @Test("runs notebooks behind those that they build on, and others apart")
  func ordered() async throws {
    let said = try await Self.order([
      ("a", ["b.ipynb"], "set y $x"), ("b", ["c"], "set x $x"), ("c", [], "set x 5"), ("d", [], "set y $x"),
      ("e", nil, "set z 1"), ("f", nil, "set z $z"),
    ])
    #expect(said.hasPrefix("c.ipynb: 1 cell as saved\nb.ipynb: 1 cell as saved\n"), "\(said)")
    #expect(said.contains("d.ipynb: cells fail") && said.contains("there is no parameter 'x'"))
    #expect(said.contains("e.ipynb: 1 cell as saved\nf.ipynb: 1 cell as saved"))
  }

  @Test("says which notebook is missing, and which build on each other, and runs none")
  func unordered() async throws {
    #expect(
      try await Self.order([("a", ["b"], "set x 1")])
        == "! a.ipynb builds on b, which is not among the notebooks to check\nname it as well: check b.ipynb a.ipynb")
    #expect(
      try await Self.order([("a", ["b"], "set x 1"), ("b", ["a"], "set x 1")])
        == "! a.ipynb builds on b.ipynb builds on a.ipynb: none of them can run first\ndelete one of the names from \"after\" in the notebook's metadata"
    )
  }
}
