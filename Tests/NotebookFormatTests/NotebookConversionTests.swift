import JSONText
import NotebookFormat
import Testing

@Suite("A notebook's other forms")
struct NotebookConversionTests {
  static let notebook: Notebook = {
    var plot = NotebookCell.code(id: "plot-it", "plot t")
    plot.kind = .code(
      outputs: [
        .result(["text/plain": "dots", "image/svg+xml": "<svg>dots</svg>"], metadata: [:], executionCount: 3),
        .error(name: "Error", value: "it <failed>", traceback: ["it <failed>", "do this"]),
        .stream(name: "stdout", text: "written\n"),
        .display(["image/png": "aGk=\n", "text/plain": "a picture"], metadata: [:]),
      ], executionCount: 3)
    return Notebook(cells: [
      .markdown(id: "cell-1", "# Title\n\nText with ```ticks``` & <b>HTML</b><script>alert(1)</script>"),
      .markdown(id: "cell-2", "A second explanation.\n\n```python\nprint(1)\n```"),
      .code(id: "parameters", "set a 1\n\nset b \"`x`\"", metadata: ["tags": ["parameters"]]),
      .code(id: "cell-4", "SELECT 1\n  AS one;"), plot,
      NotebookCell(id: "cell-6", kind: .raw, source: "raw {{ text }}"),
    ])
  }()

  /// Kinds and texts: what each text form keeps.
  static func cells(_ notebook: Notebook) -> [String] {
    notebook.cells.map { cell in
      switch cell.kind {
      case .code: "code \(cell.source)"
      case .markdown: "text \(cell.source)"
      case .raw: "raw \(cell.source)"
      case .other(let type): "\(type) \(cell.source)"
      }
    }
  }

  @Test("as Markdown comes back, with ids and tags")
  func markdown() throws {
    let again = Notebook(markdown: try Self.notebook.markdown())
    #expect(Self.cells(again) == Self.cells(Self.notebook))
    #expect(again.cells.map(\.id) == Self.notebook.cells.map(\.id))
    #expect(again.cells[2].tags == ["parameters"])
    let text = try again.markdown()
    #expect(try Notebook(markdown: text).markdown() == text)
  }

  @Test("as Markdown shows outputs as text")
  func markdownOutputs() throws {
    let text = try Self.notebook.markdown()
    #expect(text.contains("```groundswell {\"id\": \"plot-it\"}\nplot t\n```\n\n```output\ndots\n```"))
    #expect(text.contains("```output\nit <failed>\ndo this\n```"))
  }

  @Test(
    "is read from any Markdown",
    arguments: [
      ("", []), ("just text\n", ["text just text"]), ("```groundswell\ntables\n", ["code tables"]),
      ("a\n\n~~~groundswell\nx\n~~~\nb", ["text a", "code x", "text b"]),
      ("````md\n```groundswell\nx\n```\n````", ["text ````md\n```groundswell\nx\n```\n````"]),
      ("```output\nnobody's\n```", ["text ```output\nnobody's\n```"]),
      ("\u{FEFF}# Title\r\n\r\n```groundswell\r\ntables\r\n```\r\n", ["text # Title", "code tables"]),
    ] as [(String, [String])])
  func anyMarkdown(text: String, cells: [String]) {
    #expect(Self.cells(Notebook(markdown: text)) == cells)
  }

  @Test("as Databricks source comes back")
  func databricks() throws {
    let source = try Self.notebook.databricksSource()
    #expect(source.hasPrefix("# Databricks notebook source\n# MAGIC %md\n# MAGIC # Title\n# MAGIC\n# MAGIC Text"))
    #expect(source.contains("\n\n# COMMAND ----------\n\n# DBTITLE 1,parameters\nset a 1\n"))
    #expect(source.contains("# MAGIC %sql\n# MAGIC SELECT 1\n# MAGIC   AS one;"))
    let again = try Notebook(databricks: source, name: "n")
    #expect(Self.cells(again) == Self.cells(Self.notebook))
    #expect(again.cells[2].tags == ["parameters"])
  }

  @Test(
    "is read from what Databricks exports",
    arguments: [
      (
        "// Databricks notebook source\n// MAGIC %md ## Read\n\n// COMMAND ----------\n\nval x = 1\n",
        ["text ## Read", "text ```scala\nval x = 1\n```"]
      ),
      ("-- Databricks notebook source\nSELECT 1;\n\n-- COMMAND ----------\n", ["code SELECT 1;"]),
      (
        "# Databricks notebook source\r\n# MAGIC %sh ls\r\n\r\n# COMMAND ----------\r\n\r\n# DBTITLE 1,A title\r\ntables\r\n",
        ["text ```sh\n%sh ls\n```", "code tables"]
      ),
      ("# Databricks notebook source", []),
      ("# Databricks notebook source exported at Mon, 10 Oct 2016 12:00:00 UTC\n# MAGIC %md a\n", ["text a"]),
      ("# Databricks notebook source\n# MAGIC   %md   \n# MAGIC # Title  \n", ["text # Title  "]),
      (
        "# Databricks notebook source\n# /// script\n# a = \"5\"\n# ///\n# MAGIC %sql\n# MAGIC SELECT 1\n",
        ["code SELECT 1"]
      ),
      ("# Databricks notebook source\n# /// script\nprint(1)\n", ["code # /// script\nprint(1)"]),
    ])
  func exported(source: String, cells: [String]) throws {
    let notebook = try Notebook(databricks: source, name: "n")
    #expect(Self.cells(notebook) == cells)
  }

  @Test(
    "from Databricks goes through Jupyter's form and percent text unchanged",
    arguments: [
      "# MAGIC %sql\n# MAGIC -- the busiest\n# MAGIC SELECT 1",
      "# MAGIC %sql\n# MAGIC /* a\n# MAGIC b */\n# MAGIC (SELECT 1)", "# MAGIC %sql\n# MAGIC OPTIMIZE tweets",
      "# MAGIC %sql\n# MAGIC MERGE INTO a USING b ON a.k = b.k WHEN MATCHED THEN DELETE",
      "# MAGIC %sql\n# MAGIC ALTER TABLE a ADD COLUMN b INT", "# MAGIC %sql\n# MAGIC vacuum tweets",
      "# MAGIC %sh\n# MAGIC ls",
      "# MAGIC %pip install x\n# MAGIC # a", "# /// script\n# a = \"5\"\n# ///\n# MAGIC %md\n# MAGIC # Title",
      "# DBTITLE 1,Title\n# MAGIC %sql\n# MAGIC DESCRIBE tweets", "optimize tweets", "vacuum tweets",
    ])
  func roundTrip(cell: String) throws {
    let source = "# Databricks notebook source\n\(cell)\n\n# COMMAND ----------\n\ntables\n"
    let read = try Notebook(databricks: source, name: "n")
    let jupyter = try Notebook(ipynb: Array(read.ipynb().utf8), name: "n")
    #expect(try jupyter.databricksSource() == source)
    #expect(try Notebook(percent: jupyter.percentText(), name: "n").databricksSource() == source)
  }

  @Test("from a SQL notebook of Databricks stays SQL")
  func sqlNotebook() throws {
    let read = try Notebook(databricks: "-- Databricks notebook source\nOPTIMIZE t;\n", name: "n")
    #expect(try read.databricksSource().contains("# MAGIC %sql\n# MAGIC OPTIMIZE t;"))
  }

  @Test("cannot be Databricks source where a cell would end early", arguments: ["# COMMAND ----------", "# MAGIC x"])
  func marker(line: String) {
    let notebook = Notebook(cells: [.code(id: "a", "tables\n\(line)")])
    #expect(throws: NotebookError.markerInCell(id: "a", line: 2, text: line)) { try notebook.databricksSource() }
  }

  @Test(
    "as HTML shows an output as text where its markup does more than show something",
    arguments: [
      "<script>alert(1)</script>", "<p onclick='x'>a</p>", "<meta http-equiv='refresh' content='0;url=file:///x'>",
      "</div><style>section{display:none}</style>", "<p>open", "<textarea>", "a <!-- open", "<svg><a href='x'/></svg>",
      "<p style='position:fixed'>a</p>", "<form action=https://x>", "<svg><rect fill='url(#a)'/></svg>", "<b>a</i>",
      "a < b",
    ])
  func unsafe(markup: String) {
    for type in ["text/html", "image/svg+xml"] {
      let cell = NotebookCell(
        id: "a",
        kind: .code(
          outputs: [.display([type: .string(markup), "text/plain": "told"], metadata: [:])], executionCount: 1),
        source: "x")
      let page = Notebook(cells: [cell]).html(name: "n")
      #expect(page.contains("<pre>told</pre>") && !page.contains(markup))
    }
  }

  @Test("as text has no terminal's codes")
  func codes() throws {
    let traceback = ["\u{1B}[0;31mZeroDivisionError\u{1B}[0m", "10 %\r20 %\r30 %"]
    let cell = NotebookCell(
      id: "a", kind: .code(outputs: [.error(name: "e", value: "v", traceback: traceback)], executionCount: 1),
      source: "x")
    #expect(Notebook(cells: [cell]).html(name: "n").contains("<pre class=\"error\">ZeroDivisionError\n30 %</pre>"))
  }

  @Test(
    "that would give other cells when read again is refused",
    arguments: ["```\nnobody closes this", "```groundswell\ntables\n```", "a\n\n<!-- cell -->\n\nb"])
  func faithful(note: String) {
    let notebook = Notebook(cells: [.markdown(id: "n", note), .code(id: "c", "tables")])
    #expect(throws: NotebookError.notItself(id: "n", form: "Markdown")) { try notebook.markdown() }
  }

  @Test("as HTML holds everything, and no script runs")
  func html() {
    let page = Self.notebook.html(name: "n")
    #expect(page.contains("<title>Title</title>") && page.contains("<h1>Title</h1>"))
    #expect(page.contains("Content-Security-Policy") && page.contains("default-src 'none'"))
    #expect(!page.contains("<script"))
    #expect(page.contains("<figure><svg>dots</svg></figure>"))
    #expect(page.contains(#"<pre class="error">it &lt;failed&gt;"#))
    #expect(page.contains("data:image/png;base64,aGk=\""))
    #expect(page.contains(#"<span class="count">[3]</span> plot t"#))
  }
}
