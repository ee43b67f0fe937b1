import NotebookFormat
import Testing

@Suite("Ids of cells")
struct NotebookIdentifiersTests {
  @Test(
    "that are valid and unique stay; the others are repaired the same way each time",
    arguments: [
      (["a", "B-2_c"], ["a", "B-2_c"]),
      ([nil, nil], ["cell-1", "cell-2"]),
      (["cell-2", nil, nil], ["cell-2", "cell-2-2", "cell-3"]),
      (["a", "a", "a-2", "a"], ["a", "a-3", "a-2", "a-4"]),
      (["", "é", "load hub!", "§x"], ["cell-1", "cell-2", "load-hub-", "-x"]),
      ([String(repeating: "y", count: 65)], [String(repeating: "y", count: 64)]),
      (
        [String(repeating: "y", count: 64), String(repeating: "y", count: 64)],
        [String(repeating: "y", count: 64), String(repeating: "y", count: 62) + "-2"]
      ),
    ] as [([String?], [String])])
  func repair(ids: [String?], repaired: [String]) throws {
    let cells = ids.map { id in
      #"{"cell_type":"raw","metadata":{},"source":""\#(id.map { #","id":"\#($0)""# } ?? "")}"#
    }
    let text = #"{"nbformat":4,"cells":[\#(cells.joined(separator: ","))]}"#
    #expect(try Notebook(ipynb: text.utf8, name: "n").cells.map(\.id) == repaired)
  }

  @Test("of new cells are a word and the first free number")
  func unused() {
    var notebook = Notebook()
    #expect(notebook.unusedID() == "cell-1")
    for _ in 1...3 { notebook.cells.append(.code(id: notebook.unusedID(for: "detect"), "detect last t")) }
    notebook.cells.remove(at: 1)
    #expect(notebook.cells.map(\.id) == ["detect-1", "detect-3"])
    #expect(notebook.unusedID(for: "detect") == "detect-2")
    #expect(notebook.unusedID(for: "ünï x") == "-n--x-1")
    #expect(notebook.unusedID(for: "é") == "cell-1")
  }

  @Test(
    "are 1 to 64 letters, digits, '-' and '_'", arguments: [("a", true), ("", false), ("a b", false), ("é", false)])
  func validity(id: String, isValid: Bool) {
    #expect(NotebookCell.isValid(id: id) == isValid)
  }
}
