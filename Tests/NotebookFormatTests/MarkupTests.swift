import NotebookFormat
import Testing

@Suite("Text in HTML")
struct MarkupTests {
  @Test("is escaped by its bytes")
  func html() {
    #expect(escaped("\"\u{301}x<\u{338}>&\u{1B}") == "&quot;\u{301}x&lt;\u{338}&gt;&amp;␛")
  }

  @Test("is set to the right in reports if a column has numbers")
  func numbers() {
    func report(_ table: String) -> String {
      let output = CellOutput.result(["text/html": .string(table)], metadata: [:], executionCount: 1)
      let cell = NotebookCell(id: "a", kind: .code(outputs: [output], executionCount: 1), source: "x")
      return Notebook(cells: [cell]).html(name: "n")
    }
    let own =
      #"<table><tr><th title="BIGINT">n</th><th title="STRING">s</th></tr><tr><td>1</td><td>2</td></tr></table>"#
    #expect(report(own).contains(#"<td class="number">1</td><td>2</td>"#))
    let others = "<table><tr><th>n</th></tr><tr><td>-1.5e3</td><td>x1</td></tr></table>"
    #expect(report(others).contains(#"<td class="number">-1.5e3</td><td>x1</td>"#))
  }
}
