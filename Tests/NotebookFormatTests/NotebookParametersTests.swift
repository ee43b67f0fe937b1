import NotebookFormat
import Testing

@Suite("Parameters of a notebook")
struct NotebookParametersTests {
  let defaults = NotebookCell.code(id: "p", "set end 2019-04-24", metadata: ["tags": ["x", "parameters"]])
  let title = NotebookCell.markdown(id: "t", "# T", metadata: ["tags": ["parameters"]])
  let last = NotebookCell.code(id: "z", "show t")
  func injected(_ source: String, id: String = "injected-parameters") -> NotebookCell {
    .code(id: id, source, metadata: ["tags": ["injected-parameters"]])
  }

  @Test("stand in the first code cell with that tag; new values go right behind it")
  func inject() {
    var notebook = Notebook(cells: [title, defaults, last])
    #expect(notebook.parametersCell == 1)
    #expect(notebook.injectParameters("set end 2020-01-01") == 2)
    #expect(notebook.cells == [title, defaults, injected("set end 2020-01-01"), last])
  }

  @Test("take the place of values of an earlier run")
  func replace() {
    var notebook = Notebook(cells: [injected("old"), title, defaults, last, injected("older", id: "q")])
    #expect(notebook.injectParameters("new") == 2)
    #expect(notebook.cells == [title, defaults, injected("new"), last])
  }

  @Test("come first in a notebook that has no defaults, without taking another cell's id")
  func noDefaults() {
    let namesake = NotebookCell.code(id: "injected-parameters", "show t")
    var notebook = Notebook(cells: [title, namesake])
    #expect(notebook.parametersCell == nil)
    #expect(notebook.injectParameters("new") == 0)
    #expect(notebook.cells == [injected("new", id: "injected-parameters-1"), title, namesake])
  }
}
