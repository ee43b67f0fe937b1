import JSONText
import NotebookFormat
import Testing

@Suite("Notebooks in percent text")
struct NotebookPercentTests {
  static let cells: [NotebookCell] = [
    .markdown(id: "cell-1", "# Tweets 🐕\n\nA *stream*.\n"),
    .code(id: "load-hub", "set end 1\n\nconnect hub here", metadata: ["tags": ["parameters", "a=b"]]),
    .code(id: "cell-3", "SELECT *\nFROM t;  # %% not a marker", metadata: ["title": "Look: a title"]),
    NotebookCell(id: "cell-4", kind: .raw, source: "---\nx", metadata: ["cell_depth": 2]),
    .code(id: "cell-5", "", metadata: ["title": "a = b", "n": 1.5, "o": ["k": nil, "l": ["é\n"]]]),
    .markdown(id: "cell-6", "", metadata: ["title": "Two", "odd key": true]),
  ]
  static let text = """
    # %% [markdown]
    # # Tweets 🐕
    #
    # A *stream*.
    #

    # %% id="load-hub" tags=["parameters", "a=b"]
    set end 1

    connect hub here

    # %% Look: a title
    SELECT *
    FROM t;  # %% not a marker

    # %%%% [raw]
    # ---
    # x

    # %% n=1.5 o={"k": null, "l": ["é\\n"]} title="a = b"

    # %% Two [markdown] {"odd key": true}

    """

  @Test("are written as jupytext writes them")
  func written() throws {
    #expect(try Notebook(cells: Self.cells).percentText() == Self.text)
  }

  @Test("come back the same")
  func read() throws {
    #expect(try Notebook(percent: Self.text, name: "n.gsw") == Notebook(cells: Self.cells))
    let withReturns = Self.text.replacing("\n", with: "\r\n")
    #expect(try Notebook(percent: withReturns, name: "n.gsw") == Notebook(cells: Self.cells))
    #expect(try Notebook(percent: "\u{FEFF}" + Self.text, name: "n.gsw") == Notebook(cells: Self.cells))
  }

  @Test("keep foreign metadata in a header")
  func header() throws {
    let notebook = Notebook(
      cells: [.code(id: "cell-1", "show t")],
      metadata: ["kernelspec": ["name": "k: 1", "display_name": "K"], "two words": [1, "a"], "title": "it's"])
    let text = """
      # ---
      # jupyter:
      #   kernelspec: {"display_name": "K", "name": "k: 1"}
      #   title: "it's"
      #   "two words": [1, "a"]
      # ---

      # %%
      show t

      """
    #expect(try notebook.percentText() == text)
    #expect(try Notebook(percent: text, name: "n") == notebook)
    let bare = Notebook(metadata: [:])
    #expect(try bare.percentText() == "# ---\n# jupyter: {}\n# ---\n")
    #expect(try Notebook(percent: bare.percentText(), name: "n") == bare)
  }

  @Test("read the header that jupytext writes, without what it says about the file, and other front matter")
  func foreignHeader() throws {
    let text = """
      # ---
      # title: 'My page'
      # tags:
      #   - a
      # jupyter:
      #   jupytext:
      #     formats: ipynb,gsw:percent
      #     text_representation:
      #       extension: .sh
      #       format_name: percent
      #       format_version: '1.3'
      #   kernelspec:
      #     display_name: Bob''s 'k'
      #     name: 'it''s'
      # ---
      """
    let notebook = try Notebook(percent: text, name: "n")
    #expect(
      notebook.metadata == [
        "jupytext": ["formats": "ipynb,gsw:percent"], "kernelspec": ["display_name": "Bob''s 'k'", "name": "it's"],
      ])
    #expect(
      notebook.cells == [NotebookCell(id: "cell-1", kind: .raw, source: "---\ntitle: 'My page'\ntags:\n  - a\n---")])
  }

  @Test(
    "are read as people write them",
    arguments: [
      ("", []),
      ("\n\n", []),
      ("show t\n\n\n# %%\n", [.code(id: "cell-1", "show t"), .code(id: "cell-2", "")]),
      ("#%%\na\n\n\n\n  # %% b\nc", [.code(id: "cell-1", "a"), .code(id: "cell-2", "c", metadata: ["title": "b"])]),
      ("# %%x\n# % y", [.code(id: "cell-1", "# %%x\n# % y")]),
      ("# %% [md]\n#a\nb\n# \n", [.markdown(id: "cell-1", "a\nb\n")]),
      ("# %% id=\"x\"\n# %% id=\"x\"", [.code(id: "x", ""), .code(id: "x-2", "")]),
      ("# %% {\"a b\": \"=\"}\n", [.code(id: "cell-1", "", metadata: ["a b": "="])]),
      ("# %% T k = 1\n", [.code(id: "cell-1", "", metadata: ["title": "T", "k": 1])]),
      ("# ---\n# not closed", [.code(id: "cell-1", "# ---\n# not closed")]),
    ] as [(String, [NotebookCell])])
  func informal(text: String, cells: [NotebookCell]) throws {
    #expect(try Notebook(percent: text, name: "n") == Notebook(cells: cells))
  }

  @Test(
    "are refused where metadata cannot be understood, naming the line",
    arguments: [
      ("a\n# %% tags=[parameters]\n", 2, "# %% tags=[parameters]"),
      ("# %% {\"a\": }\n", 1, "# %% {\"a\": }"),
      ("# ---\n# jupyter:\n#   tags:\n#     - a\n# ---\n", 4, "#     - a"),
      ("# ---\n# jupyter:\n#   a: |\n# ---\n", 3, "#   a: |"),
      ("# ---\n# jupyter:\n#   a: 1\n#     b: 1\n# ---\n", 4, "'b' is indented unlike its neighbours"),
      ("# ---\nshow t\n# ---\n", 2, "show t"),
    ])
  func refuse(text: String, line: Int, fault: String) {
    #expect(throws: NotebookError.badMetadata(name: "n", line: line, text: fault)) {
      try Notebook(percent: text, name: "n")
    }
  }

  @Test(
    "refuse a cell with a line that would begin a new one",
    arguments: [
      (NotebookCell.code(id: "c", "a\n# %% b"), 2, "# %% b"), (.code(id: "c", " #%%"), 1, " #%%"),
      (.markdown(id: "c", "a\n\n%% b"), 3, "# %% b"),
    ])
  func marker(cell: NotebookCell, line: Int, text: String) {
    #expect(throws: NotebookError.markerInCell(id: "c", line: line, text: text)) {
      try Notebook(cells: [cell]).percentText()
    }
  }

  @Test("refuse a cell of an unknown type")
  func unknownKind() {
    let notebook = Notebook(cells: [NotebookCell(id: "c", kind: .other("sheet"), source: "")])
    #expect(throws: NotebookError.kindWithoutTextForm(id: "c", type: "sheet")) { try notebook.percentText() }
  }
}
